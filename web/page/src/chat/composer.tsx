import type { Message } from 'parley-client';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import * as icons from '../icons';
import { Avatar } from './avatar';
import type { RoomView } from './room-view';

/** Bytes of UTF-8 that the backend takes as one text. */
const TEXT_BYTES_MAX = 8_000;
const SUGGESTIONS_MAX = 6;

export type Draft =
  | { readonly kind: 'new' }
  | { readonly kind: 'reply'; readonly to: Message }
  | { readonly kind: 'edit'; readonly of: Message };

interface ComposerProps {
  readonly view: RoomView;
  readonly meId: string;
  readonly draft: Draft;
  readonly setDraft: (draft: Draft) => void;
  readonly field: { current: HTMLTextAreaElement | null };
}

/** What is half written stays with its room. */
const drafts = new Map<string, string>();

export function Composer({ view, meId, draft, setDraft, field }: ComposerProps) {
  const [text, setText] = useState(drafts.get(view.room.id) ?? '');
  const [mention, setMention] = useState<Mention | undefined>(undefined);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const idle = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  useEffect(() => {
    setText(drafts.get(view.room.id) ?? '');
    setMention(undefined);
  }, [view]);

  useEffect(() => {
    if (draft.kind === 'edit') {
      setText(draft.of.text ?? '');
    }
    if (draft.kind !== 'new') {
      field.current?.focus();
    }
  }, [draft]);

  useLayoutEffect(() => {
    const area = field.current;
    if (area) {
      area.style.height = 'auto';
      area.style.height = `${Math.min(area.scrollHeight, 180)}px`;
    }
  }, [text]);

  const write = (next: string, caret: number) => {
    setText(next);
    setProblem(undefined);
    if (draft.kind !== 'edit') {
      drafts.set(view.room.id, next);
    }
    setMention(mentionAt(next, caret, view, meId));
    clearTimeout(idle.current);
    view.typing.say(next.trim() !== '');
    idle.current = setTimeout(() => view.typing.say(false), 3_000);
  };

  const cancel = () => {
    setDraft({ kind: 'new' });
    setText(drafts.get(view.room.id) ?? '');
    setProblem(undefined);
  };

  const submit = () => {
    const said = text.trim();
    if (said === '') {
      return;
    }
    const bytes = new TextEncoder().encode(said).length;
    if (bytes > TEXT_BYTES_MAX) {
      setProblem(`Too long by ${(bytes - TEXT_BYTES_MAX).toLocaleString()} bytes.`);
      return;
    }
    try {
      if (draft.kind === 'edit') {
        if (said !== draft.of.text) {
          view.room.edit(draft.of.seq, said);
        }
        setText(drafts.get(view.room.id) ?? '');
      } else {
        view.room.send(said, draft.kind === 'reply' ? { replyTo: draft.to.seq } : {});
        drafts.delete(view.room.id);
        setText('');
        void view.toNewest();
      }
    } catch (thrown) {
      setProblem(thrown instanceof Error ? thrown.message : 'Not sent');
      return;
    }
    clearTimeout(idle.current);
    view.typing.say(false);
    setDraft({ kind: 'new' });
  };

  const complete = (name: string) => {
    if (mention) {
      const next = `${text.slice(0, mention.from)}@${name} ${text.slice(mention.to)}`;
      write(next, 0);
      setMention(undefined);
      const caret = mention.from + name.length + 2;
      requestAnimationFrame(() => field.current?.setSelectionRange(caret, caret));
      field.current?.focus();
    }
  };

  const editLast = () => {
    const mine = [...view.messages.value].reverse().find((it) => it.from.id === meId && !it.deleted);
    if (mine) {
      setDraft({ kind: 'edit', of: mine });
    }
  };

  const keys = (event: KeyboardEvent) => {
    if (event.isComposing) {
      return;
    }
    const chosen = mention?.names[mention.chosen];
    if (mention && chosen !== undefined && ['ArrowDown', 'ArrowUp', 'Enter', 'Tab'].includes(event.key)) {
      event.preventDefault();
      if (event.key === 'Enter' || event.key === 'Tab') {
        complete(chosen.name);
      } else {
        const step = event.key === 'ArrowDown' ? 1 : mention.names.length - 1;
        setMention({ ...mention, chosen: (mention.chosen + step) % mention.names.length });
      }
    } else if (event.key === 'Escape') {
      if (mention) {
        setMention(undefined);
      } else if (draft.kind !== 'new') {
        cancel();
      }
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      submit();
    } else if (event.key === 'ArrowUp' && text === '' && draft.kind === 'new' && !event.altKey) {
      event.preventDefault();
      editLast();
    }
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {mention && mention.names.length > 0 && (
        <ul class="suggestions" role="listbox" id="mentions" aria-label="People to mention">
          {mention.names.map((user, index) => (
            <li
              key={user.id}
              role="option"
              id={`mention-${index}`}
              aria-selected={index === mention.chosen}
              onMouseDown={(event) => {
                event.preventDefault();
                complete(user.name);
              }}
            >
              <Avatar id={user.id} name={user.name} />
              <bdi>{user.name}</bdi>
            </li>
          ))}
        </ul>
      )}
      {draft.kind !== 'new' && (
        <div class="draft">
          <span>
            {draft.kind === 'reply' ? (
              <>
                Replying to <strong>{draft.to.from.name}</strong>
              </>
            ) : (
              'Editing your message'
            )}
          </span>
          <button type="button" onClick={cancel} aria-label="Cancel">
            <icons.Close />
          </button>
        </div>
      )}
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <div class="field">
        <textarea
          ref={field}
          rows={1}
          value={text}
          aria-label={`Message to ${view.name.value}`}
          placeholder={`Message ${view.name.value}`}
          aria-autocomplete="list"
          {...(mention && mention.names.length > 0
            ? { 'aria-controls': 'mentions', 'aria-activedescendant': `mention-${mention.chosen}` }
            : {})}
          onInput={(event) => write(event.currentTarget.value, event.currentTarget.selectionStart)}
          onKeyDown={keys}
          onBlur={() => setMention(undefined)}
        />
        <button type="submit" class="send" aria-label={draft.kind === 'edit' ? 'Save' : 'Send'} disabled={text.trim() === ''}>
          {draft.kind === 'edit' ? <icons.Check /> : <icons.Send />}
        </button>
      </div>
    </form>
  );
}

interface Mention {
  readonly from: number;
  readonly to: number;
  readonly names: readonly { readonly id: string; readonly name: string }[];
  readonly chosen: number;
}

/** The mention that is being written before the caret, with the people it may mean. */
function mentionAt(text: string, caret: number, view: RoomView, meId: string): Mention | undefined {
  const begun = /(?:^|\s)@([^\s@]*)$/u.exec(text.slice(0, caret));
  if (!begun) {
    return undefined;
  }
  const word = (begun[1] ?? '').toLowerCase();
  const known = new Map(view.crowd.people.value.map((user) => [user.name, user]));
  view.messages.value.forEach(({ from }) => known.set(from.name, from));
  const names = [...known.values()]
    .filter((user) => user.id !== meId)
    .filter((user) => user.name.toLowerCase().split(/\s+/u).some((part) => part.startsWith(word)))
    .slice(0, SUGGESTIONS_MAX);
  return { from: caret - word.length - 1, to: caret, names, chosen: 0 };
}
