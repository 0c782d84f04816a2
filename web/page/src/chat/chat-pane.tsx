import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import * as icons from '../icons';
import type { Chat } from './chat';
import { Composer, type Draft } from './composer';
import { MessageList } from './message-list';
import type { RowActions } from './message-tools';
import { PeoplePanel, TypingLine } from './people';
import type { RoomView } from './room-view';
import { isSearch, SearchPanel } from './search';

interface PaneProps {
  readonly chat: Chat;
  readonly view: RoomView;
  readonly openRooms: () => void;
}

/** One room: its head, its messages and the field to write in. */
export function ChatPane({ chat, view, openRooms }: PaneProps) {
  const [draft, setDraft] = useState<Draft>({ kind: 'new' });
  const [panel, setPanel] = useState<'none' | 'search' | 'people'>('none');
  const field = useRef<HTMLTextAreaElement>(null);
  const toField = () => field.current?.focus();
  const actions = useMemo<RowActions>(
    () => ({ reply: (to) => setDraft({ kind: 'reply', to }), edit: (of) => setDraft({ kind: 'edit', of }) }),
    [],
  );

  // Before the list marks what it shows as read, the divider must know what was unread.
  useLayoutEffect(() => {
    view.watch(true);
    return () => view.watch(false);
  }, [view]);

  useEffect(() => {
    setDraft({ kind: 'new' });
    void view.open();
    if (matchMedia('(pointer: fine)').matches) {
      toField();
    }
  }, [view]);

  useEffect(() => {
    const keys = (event: KeyboardEvent) => {
      if (isSearch(event)) {
        event.preventDefault();
        setPanel('search');
      }
    };
    addEventListener('keydown', keys);
    return () => removeEventListener('keydown', keys);
  }, []);

  const closePanel = () => {
    setPanel('none');
    toField();
  };
  const here = view.crowd.count.value;
  return (
    <main class="pane">
      <header class="pane-head">
        <button type="button" class="only-narrow" aria-label="Open the list of rooms" onClick={openRooms}>
          <icons.Menu />
        </button>
        <div class="pane-title">
          <h1>
            <span class="hash" aria-hidden="true">
              #
            </span>
            <bdi>{view.name.value}</bdi>
          </h1>
          {view.summary.value.topic && <p>{view.summary.value.topic}</p>}
        </div>
        <button
          type="button"
          class="with-text"
          aria-label={`Who is here: ${here}`}
          aria-expanded={panel === 'people'}
          onClick={() => setPanel(panel === 'people' ? 'none' : 'people')}
        >
          <icons.People /> {here}
        </button>
        <button
          type="button"
          aria-label="Search"
          title="Search (Ctrl K)"
          aria-expanded={panel === 'search'}
          onClick={() => setPanel(panel === 'search' ? 'none' : 'search')}
        >
          <icons.Search />
        </button>
      </header>
      <Banner chat={chat} view={view} />
      <div class="pane-body">
        <div class="talk">
          <MessageList
            key={view.room.id}
            chat={chat}
            view={view}
            leave={toField}
            actions={actions}
          />
          <TypingLine view={view} />
          <Composer view={view} meId={chat.me.id} draft={draft} setDraft={setDraft} field={field} />
        </div>
        {panel === 'people' && <PeoplePanel view={view} meId={chat.me.id} close={closePanel} />}
        {panel === 'search' && (
          <SearchPanel
            view={view}
            close={closePanel}
            jumped={() => matchMedia('(max-width: 760px)').matches && setPanel('none')}
          />
        )}
      </div>
    </main>
  );
}

/** Says what is wrong with the connection, and that nothing is lost by it. */
function Banner({ chat, view }: { chat: Chat; view: RoomView }) {
  const { connection, waiting, note } = chat;
  let said: string | undefined;
  let kind = 'warn';
  if (connection.value === 'offline' || (connection.value === 'refused' && !note.value)) {
    const count = waiting.value;
    const writes = count === 1 ? '1 message waits' : `${count} messages wait`;
    said = count > 0 ? `You are offline. ${writes} and will go out once you are back.` : 'You are offline. What you write will wait and go out once you are back.';
  } else if (note.value && connection.value !== 'online') {
    said = note.value;
  } else if (view.problem.value) {
    said = view.problem.value;
    kind = 'note';
  }
  return (
    <div role="status" class="banner-place">
      {said && (
        <p class={`banner ${kind}`}>
          <icons.Warning />
          <span>{said}</span>
          {kind === 'note' && (
            <button type="button" aria-label="Dismiss" onClick={() => (view.problem.value = undefined)}>
              <icons.Close />
            </button>
          )}
        </p>
      )}
    </div>
  );
}
