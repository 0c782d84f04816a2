import type { Message } from 'parley-client';
import { useLayoutEffect, useRef } from 'preact/hooks';
import * as icons from '../icons';
import type { RoomView } from './room-view';

const EMOJI = ['👍', '❤️', '😂', '🎉', '😮', '😢', '🙏', '🔥', '👀', '✅', '🚀', '🤔'];

/** What is done to a message by way of the text field. */
export interface RowActions {
  reply(message: Message): void;
  edit(message: Message): void;
}

interface ToolsProps {
  readonly view: RoomView;
  readonly message: Message;
  readonly mine: boolean;
  readonly actions: RowActions;
  readonly picking: boolean;
  readonly pick: () => void;
  /** An emoji was chosen, or none. */
  readonly picked: (emoji?: string) => void;
}

/** The buttons that come up over a message. */
export function MessageTools({ view, message, mine, actions, picking, pick, picked }: ToolsProps) {
  return (
    <div class={picking ? 'tools open' : 'tools'} role="group" aria-label="Message actions">
      {picking ? (
        <EmojiBar picked={picked} />
      ) : (
        <>
          <Tool label="React" act={pick} icon={<icons.Smile />} />
          <Tool label="Reply" act={() => actions.reply(message)} icon={<icons.Reply />} />
          {mine && <Tool label="Edit" act={() => actions.edit(message)} icon={<icons.Pencil />} />}
          {mine && <Tool label="Delete" act={() => view.room.delete(message.seq)} icon={<icons.Trash />} />}
        </>
      )}
    </div>
  );
}

function Tool({ label, act, icon }: { label: string; act: () => void; icon: preact.JSX.Element }) {
  return (
    <button type="button" title={label} aria-label={label} onClick={act} tabIndex={-1}>
      {icon}
    </button>
  );
}

const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

/** The emoji to choose from: by pointer, or by arrow keys. */
function EmojiBar({ picked }: { picked: (emoji?: string) => void }) {
  const bar = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => bar.current?.querySelector('button')?.focus({ preventScroll: true }), []);
  const keys = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      const all = [...(bar.current?.querySelectorAll('button') ?? [])];
      const now = all.indexOf(document.activeElement as HTMLButtonElement);
      all[(now + step + all.length) % all.length]?.focus();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      picked();
    }
  };
  return (
    <div class="emoji" onKeyDown={keys} ref={bar}>
      {EMOJI.map((emoji) => (
        <button type="button" key={emoji} aria-label={`React with ${emoji}`} onClick={() => picked(emoji)}>
          {emoji}
        </button>
      ))}
    </div>
  );
}
