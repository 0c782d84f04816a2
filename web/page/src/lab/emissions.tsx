import { useState } from 'preact/hooks';
import { LAB_ROOM } from './lane';
import type { SocketIoLane } from './sockets';

interface Emission {
  readonly name: string;
  readonly code: string;
  readonly to: object | 'all' | 'me';
  readonly self: boolean;
}

/** The four kinds of emission, by hand: who hears it shows in the lanes, and in other windows. */
export function Emissions({ lane }: { lane: SocketIoLane }) {
  const [said, setSaid] = useState('');
  const kinds: readonly Emission[] = [
    { name: 'To me', code: `emit({to: 'me'})`, to: 'me', self: true },
    { name: 'To the room', code: `emit({to: {room}})`, to: { room: LAB_ROOM }, self: true },
    { name: 'To all but me', code: `emit({to: {room}, self: false})`, to: { room: LAB_ROOM }, self: false },
    { name: 'To everyone', code: `emit({to: 'all'})`, to: 'all', self: true },
  ];
  const emit = (kind: Emission) => {
    lane.emitTo(kind.to, kind.name.toLowerCase(), kind.self).then(
      () => setSaid(`Sent: ${kind.name.toLowerCase()}`),
      (thrown: Error) => setSaid(`${kind.name}: ${thrown.message}`),
    );
  };
  return (
    <section class="lane emissions" aria-label="Emissions">
      <header>
        <h2>Emissions</h2>
      </header>
      <p class="says">
        Events of your own, sent over Socket.IO. They are passed on and not stored: the lanes that are connections hear
        them (marked →), polling does not. “All but me” leaves out the socket that sent it. Open a second window to be
        two people.
      </p>
      <ul class="kinds">
        {kinds.map((kind) => (
          <li key={kind.name}>
            <button type="button" class="secondary" onClick={() => emit(kind)}>
              {kind.name}
            </button>
            <code>{kind.code}</code>
          </li>
        ))}
      </ul>
      <p class="fine" role="status">
        {said}
      </p>
    </section>
  );
}
