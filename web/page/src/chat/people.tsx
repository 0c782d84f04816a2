import * as icons from '../icons';
import { Avatar } from './avatar';
import type { RoomView } from './room-view';

export function PeoplePanel({ view, meId, close }: { view: RoomView; meId: string; close: () => void }) {
  const people = view.crowd.people.value;
  return (
    <aside class="panel" aria-label="Who is here" onKeyDown={(event) => event.key === 'Escape' && close()}>
      <header>
        <h2>Here now · {people.length}</h2>
        <button type="button" aria-label="Close the list of people" onClick={close}>
          <icons.Close />
        </button>
      </header>
      <ul class="people">
        {people.map((user) => (
          <li key={user.id}>
            <Avatar id={user.id} name={user.name} />
            <bdi>{user.name}</bdi>
            {user.id === meId && <small>you</small>}
          </li>
        ))}
      </ul>
    </aside>
  );
}

/** "Ada is typing…" with room for three names. */
export function TypingLine({ view }: { view: RoomView }) {
  const names = view.typing.users.value.map((user) => user.name);
  const [one, two] = names;
  let said = '';
  if (names.length === 1) {
    said = `${one} is typing`;
  } else if (names.length === 2) {
    said = `${one} and ${two} are typing`;
  } else if (names.length > 2) {
    said = `${one}, ${two} and ${names.length - 2} more are typing`;
  }
  return (
    <p class={said ? 'typing on' : 'typing'} aria-live="polite">
      {said && (
        <>
          <span class="dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          {said}
        </>
      )}
    </p>
  );
}
