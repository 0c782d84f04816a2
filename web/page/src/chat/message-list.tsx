import type { Message, User } from 'parley-client';
import { Fragment } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import * as icons from '../icons';
import type { Chat } from './chat';
import { dayOf, sameDay } from './dates';
import { MessageRow } from './message-row';
import type { RowActions } from './message-tools';
import { PendingRow } from './pending-row';
import { AT_END_PX, keep, placeOf, type Place } from './place';
import type { RoomView } from './room-view';

/** Messages of one person this close together are drawn as one block. */
const BLOCK_MS = 5 * 60_000;
/** So far from an end of the list the next page is fetched. */
const FETCH_PX = 900;
/** So far up the way back is offered. */
const AWAY_PX = 600;

interface ListProps {
  readonly chat: Chat;
  readonly view: RoomView;
  readonly actions: RowActions;
  /** Focus goes back to the text field. */
  readonly leave: () => void;
}

/** The messages of a room: the reader's place stays where it is, whatever comes above or below. */
export function MessageList({ chat, view, actions, leave }: ListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const place = useRef<Place>({ atEnd: true });
  const [away, setAway] = useState(false);
  const messages = view.messages.value;
  const pending = view.pending.value;
  const fetching = view.fetching.value;
  const jump = view.jump.value;
  const jumped = useRef(jump);
  const me: User = chat.me;
  const names = view.crowd.names.value;

  useLayoutEffect(() => {
    const box = scroller.current;
    if (box && jump && jump !== jumped.current) {
      jumped.current = jump;
      const row = box.querySelector<HTMLElement>(`[data-seq="${jump.seq}"]`);
      row?.scrollIntoView({ block: 'center' });
      row?.focus({ preventScroll: true });
      place.current = placeOf(box, view);
    } else if (box) {
      keep(box, place.current);
    }
  });

  useEffect(() => {
    const box = scroller.current;
    if (!box) {
      return undefined;
    }
    const resized = new ResizeObserver(() => keep(box, place.current));
    resized.observe(box);
    const shown = () => seenIfAtEnd(box, view);
    document.addEventListener('visibilitychange', shown);
    return () => {
      resized.disconnect();
      document.removeEventListener('visibilitychange', shown);
    };
  }, [view]);

  useEffect(() => {
    const box = scroller.current;
    if (box) {
      fetchNear(box, view);
      seenIfAtEnd(box, view);
    }
  }, [messages, fetching, view]);

  const scrolled = () => {
    const box = scroller.current;
    if (box) {
      place.current = placeOf(box, view);
      setAway(box.scrollHeight - box.scrollTop - box.clientHeight > AWAY_PX);
      fetchNear(box, view);
      seenIfAtEnd(box, view);
    }
  };

  const toNewest = async () => {
    place.current = { atEnd: true };
    await view.toNewest();
    const box = scroller.current;
    if (box) {
      box.scrollTop = box.scrollHeight;
    }
    leave();
  };

  return (
    <div class="messages">
      <div
        class="scroller"
        ref={scroller}
        onScroll={scrolled}
        onKeyDown={(event) => walk(event, leave)}
        tabIndex={0}
        role="log"
        aria-live="polite"
        aria-relevant="additions"
        aria-busy={fetching}
        aria-label={`Messages in ${view.name.value}`}
      >
        <Beginning view={view} />
        <ol class="rows">
          {messages.map((message, index) => (
            <Fragment key={message.seq}>
              <Dividers message={message} before={messages[index - 1]} newFrom={view.reading.newFrom.value} />
              <MessageRow
                view={view}
                message={message}
                me={me}
                names={names}
                follows={follows(message, messages[index - 1], view.reading.newFrom.value)}
                flash={jump?.seq === message.seq}
                tick={message.from.id === me.id && !message.deleted ? view.tick(message) : undefined}
                quoted={message.replyTo === undefined ? undefined : view.find(message.replyTo)}
                actions={actions}
              />
            </Fragment>
          ))}
          {view.atHead.value &&
            pending.map((write, index) => (
              <PendingRow
                key={write.key}
                view={view}
                write={write}
                me={me}
                follows={index > 0 || followsMine(messages.at(-1), me, write.at)}
              />
            ))}
        </ol>
      </div>
      {(view.reading.below.value > 0 || away || !view.atHead.value) && (
        <button type="button" class="to-newest" onClick={() => void toNewest()}>
          <icons.Down />
          {view.reading.below.value > 0 ? `${view.reading.below.value} new` : 'To the newest'}
        </button>
      )}
    </div>
  );
}

/** What stands above the first message: that more is coming, or that this is where the room began. */
function Beginning({ view }: { view: RoomView }) {
  if (!view.ready.value) {
    return null;
  }
  if (view.hasOlder.value) {
    return (
      <p class="older">
        <span class="dots" aria-hidden="true">
          <i />
          <i />
          <i />
        </span>
        Earlier messages
      </p>
    );
  }
  return (
    <div class="beginning">
      <span class="big-hash" aria-hidden="true">
        #
      </span>
      <p>
        This is the beginning of <bdi>{view.name.value}</bdi>.
      </p>
      <p class="fine">
        {view.messages.value.length === 0 ? 'Nothing here yet. Say hello.' : view.summary.value.topic}
      </p>
    </div>
  );
}

function Dividers(props: { message: Message; before: Message | undefined; newFrom: number | undefined }) {
  const { message, before, newFrom } = props;
  return (
    <>
      {(!before || !sameDay(before.ts, message.ts)) && (
        <li class="divider day">
          <span>{dayOf(message.ts)}</span>
        </li>
      )}
      {newFrom === message.seq && (
        <li class="divider new">
          <span>New messages</span>
        </li>
      )}
    </>
  );
}

function follows(message: Message, before: Message | undefined, newFrom: number | undefined): boolean {
  return (
    before !== undefined &&
    before.from.id === message.from.id &&
    message.ts - before.ts < BLOCK_MS &&
    sameDay(before.ts, message.ts) &&
    message.replyTo === undefined &&
    newFrom !== message.seq
  );
}

function followsMine(last: Message | undefined, me: User, at: number): boolean {
  return last !== undefined && last.from.id === me.id && at - last.ts < BLOCK_MS;
}

function fetchNear(box: HTMLElement, view: RoomView): void {
  if (!view.ready.value) {
    return;
  }
  if (box.scrollTop < FETCH_PX) {
    void view.older();
  }
  if (!view.atHead.value && box.scrollHeight - box.scrollTop - box.clientHeight < FETCH_PX) {
    void view.newer();
  }
}

function seenIfAtEnd(box: HTMLElement, view: RoomView): void {
  const left = box.scrollHeight - box.scrollTop - box.clientHeight;
  if (!document.hidden && left < AT_END_PX && view.atHead.value && view.ready.value) {
    view.seen();
  }
}

/** Arrow keys walk from message to message, Escape goes back to writing. */
function walk(event: KeyboardEvent, leave: () => void): void {
  const box = event.currentTarget as HTMLElement;
  if (event.key === 'Escape') {
    leave();
    return;
  }
  if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') {
    return;
  }
  const rows = [...box.querySelectorAll<HTMLElement>('.row[data-seq]')];
  const now = rows.findIndex((row) => row.contains(document.activeElement));
  const next = now < 0 ? rows.length - 1 : now + (event.key === 'ArrowUp' ? -1 : 1);
  event.preventDefault();
  if (next >= rows.length) {
    leave();
  } else {
    rows[Math.max(next, 0)]?.focus();
  }
}
