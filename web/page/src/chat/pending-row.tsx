import type { User, Write } from 'parley-client';
import { Avatar } from './avatar';
import { Byline } from './byline';
import type { RoomView } from './room-view';
import { TickMark } from './tick-mark';

/** A message that is still on its way. */
export function PendingRow(props: { view: RoomView; write: Write; me: User; follows: boolean }) {
  const { view, write, me, follows } = props;
  const text = write.body.op === 'send' ? write.body.text : undefined;
  return (
    <li class={`row mine pending ${follows ? 'follows' : ''}`} data-key={write.key}>
      {follows ? <span class="aside" /> : <Avatar id={me.id} name={me.name} />}
      <div class="body">
        {!follows && <Byline name={me.name} ts={write.at} />}
        <div class="text">
          {text}
          <TickMark tick={write.state} />
        </div>
        {write.state === 'refused' && (
          <div class="refused" role="alert">
            {write.error?.message ?? 'Refused'}{' '}
            <button type="button" onClick={() => view.retry(write)}>
              Try again
            </button>{' '}
            <button type="button" onClick={() => view.discard(write)}>
              Discard
            </button>
          </div>
        )}
      </div>
    </li>
  );
}
