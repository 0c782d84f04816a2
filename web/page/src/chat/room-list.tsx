import { useEffect, useRef, useState } from 'preact/hooks';
import * as icons from '../icons';
import { hrefOfLab, hrefOfRoom, route } from '../route';
import { signOut } from '../session';
import { nextTheme, theme, type Theme } from '../theme';
import { Avatar } from './avatar';
import type { Chat } from './chat';
import { whenOf } from './dates';
import type { RoomView } from './room-view';

const THEMES: Record<Theme, readonly [label: string, icon: () => preact.JSX.Element]> = {
  auto: ['Theme: like the system', icons.Half],
  dark: ['Theme: dark', icons.Moon],
  light: ['Theme: light', icons.Sun],
};

interface RoomListProps {
  readonly chat: Chat;
  readonly open: boolean;
  readonly close: () => void;
  readonly showKeys: () => void;
}

export function RoomList({ chat, open, close, showKeys }: RoomListProps) {
  const now = route.value;
  const [themeLabel, ThemeIcon] = THEMES[theme.value];
  return (
    <nav class={open ? 'side open' : 'side'} aria-label="Rooms and views">
      <div class="brand">
        <img src="/icon.svg" alt="" width="30" height="30" />
        <span>Parley</span>
        <button type="button" class="only-narrow" aria-label="Close the list of rooms" onClick={close}>
          <icons.Close />
        </button>
      </div>
      <div class="side-scroll">
        <h2 id="rooms">Rooms</h2>
        <ul class="rooms" aria-labelledby="rooms">
          {chat.rooms.value.map((view) => (
            <RoomLink key={view.room.id} view={view} here={now.view === 'chat' && now.room === view.room.id} go={close} />
          ))}
        </ul>
        <NewRoom chat={chat} done={close} />
        <h2>Look behind</h2>
        <a class="side-link" href={hrefOfLab} aria-current={now.view === 'lab' ? 'page' : undefined} onClick={close}>
          <icons.Flask /> Transport lab
        </a>
      </div>
      <div class="myself">
        <Avatar id={chat.me.id} name={chat.me.name} />
        <span class="me-name" title={chat.me.name}>
          <bdi>{chat.me.name}</bdi>
        </span>
        <button type="button" class="keys" aria-label="Keyboard shortcuts" title="Keyboard shortcuts" onClick={showKeys}>
          <icons.Keyboard />
        </button>
        <button type="button" aria-label={themeLabel} title={themeLabel} onClick={nextTheme}>
          <ThemeIcon />
        </button>
        <button type="button" aria-label="Sign out" title="Sign out" onClick={() => void signOut()}>
          <icons.Out />
        </button>
      </div>
    </nav>
  );
}

function RoomLink({ view, here, go }: { view: RoomView; here: boolean; go: () => void }) {
  const unread = view.reading.unread.value;
  const last = view.messages.value.at(-1) ?? view.summary.value.last;
  const count = view.crowd.count.value;
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (here) {
      link.current?.scrollIntoView({ block: 'nearest' });
    }
  }, [here]);
  return (
    <li>
      <a
        ref={link}
        class={unread > 0 ? 'room-link unread' : 'room-link'}
        href={hrefOfRoom(view.room.id)}
        aria-current={here ? 'page' : undefined}
        onClick={go}
      >
        <span class="hash" aria-hidden="true">
          #
        </span>
        <span class="room-text">
          <span class="room-name">
            <bdi>{view.name.value}</bdi>
          </span>
          {last && (
            <span class="room-last">
              <bdi>{last.from.name.split(' ')[0]}</bdi>: {last.deleted ? 'deleted' : last.text}
            </span>
          )}
        </span>
        <span class="room-side">
          {last && <time class="room-time">{whenOf(last.ts)}</time>}
          <span class="room-marks">
            {count > 0 && (
              <span class="here-count" title={`${count} here`}>
                <span class="dot" aria-hidden="true" />
                {count}
                <span class="hidden"> here</span>
              </span>
            )}
            {unread > 0 && (
              <span class="badge">
                {unread > 99 ? '99+' : unread}
                <span class="hidden"> unread</span>
              </span>
            )}
          </span>
        </span>
      </a>
    </li>
  );
}

function NewRoom({ chat, done }: { chat: Chat; done: () => void }) {
  const [name, setName] = useState<string | undefined>(undefined);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), [name === undefined]);
  if (name === undefined) {
    return (
      <button type="button" class="side-link" onClick={() => setName('')}>
        <icons.Plus /> New room
      </button>
    );
  }
  return (
    <form
      class="new-room"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '') {
          setName(undefined);
          done();
          void chat.create(name);
        }
      }}
    >
      <input
        ref={field}
        value={name}
        maxLength={60}
        aria-label="Name of the new room"
        placeholder="Name of the room"
        onInput={(event) => setName(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Escape' && setName(undefined)}
        onBlur={() => name.trim() === '' && setName(undefined)}
      />
      <button type="submit" aria-label="Create the room">
        <icons.Check />
      </button>
    </form>
  );
}
