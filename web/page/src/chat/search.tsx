import type { Message } from 'parley-client';
import { useEffect, useRef, useState } from 'preact/hooks';
import * as icons from '../icons';
import { rest } from '../session';
import { dayOf, timeOf } from './dates';
import type { RoomView } from './room-view';

const TYPED_MS = 250;
const RESULTS_MAX = 50;
const BEFORE_MAX = 40;

type Found =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'messages'; readonly messages: readonly Message[] }
  | { readonly kind: 'problem'; readonly text: string };

export const isSearch = (event: KeyboardEvent) =>
  (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k';

export function SearchPanel({ view, close, jumped }: { view: RoomView; close: () => void; jumped: () => void }) {
  const [words, setWords] = useState('');
  const [found, setFound] = useState<Found>({ kind: 'nothing' });
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current?.focus();
    // Asked for once more, it is the field that is wanted.
    const again = (event: KeyboardEvent) => isSearch(event) && field.current?.select();
    addEventListener('keydown', again);
    return () => removeEventListener('keydown', again);
  }, []);

  useEffect(() => {
    const q = words.trim();
    if (q === '') {
      setFound({ kind: 'nothing' });
      return undefined;
    }
    let current = true;
    const timer = setTimeout(() => {
      rest.messages(view.room.id, { q, limit: RESULTS_MAX }).then(
        ({ messages }) => current && setFound({ kind: 'messages', messages: [...messages].reverse() }),
        (thrown: Error) => current && setFound({ kind: 'problem', text: thrown.message }),
      );
    }, TYPED_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [words, view]);

  const go = (message: Message) => {
    void view.jumpTo(message.seq).then(jumped);
  };

  return (
    <aside class="panel" aria-label="Search" onKeyDown={(event) => event.key === 'Escape' && close()}>
      <header>
        <input
          ref={field}
          type="search"
          value={words}
          aria-label={`Search in ${view.name.value}`}
          placeholder={`Search in ${view.name.value}`}
          onInput={(event) => setWords(event.currentTarget.value)}
        />
        <button type="button" aria-label="Close the search" onClick={close}>
          <icons.Close />
        </button>
      </header>
      <div role="status" class="found-count">
        {found.kind === 'messages' && said(found.messages.length)}
        {found.kind === 'problem' && found.text}
      </div>
      {found.kind === 'messages' && (
        <ul class="found">
          {found.messages.map((message) => (
            <li key={message.seq}>
              <button type="button" onClick={() => go(message)}>
                <span class="byline">
                  <strong>
                    <bdi>{message.from.name}</bdi>
                  </strong>
                  <time>
                    {dayOf(message.ts)}, {timeOf(message.ts)}
                  </time>
                </span>
                <Marked text={message.text ?? ''} word={words.trim()} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </aside>
  );
}

function said(count: number): string {
  if (count === 0) {
    return 'Nothing found. Whole words are looked for.';
  }
  return count === RESULTS_MAX ? `The newest ${count}` : `${count} found`;
}

function Marked({ text, word }: { text: string; word: string }) {
  const at = text.toLowerCase().indexOf(word.toLowerCase());
  if (at < 0) {
    return <span class="found-text">{text}</span>;
  }
  // Some words before it, from the beginning of one.
  const from = at <= BEFORE_MAX ? 0 : Math.min(at, text.indexOf(' ', at - BEFORE_MAX) + 1);
  return (
    <span class="found-text">
      {from > 0 && '…'}
      {text.slice(from, at)}
      <mark>{text.slice(at, at + word.length)}</mark>
      {text.slice(at + word.length)}
    </span>
  );
}
