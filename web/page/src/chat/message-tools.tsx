import type { Message } from 'parley-client';
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
  readonly setPicking: (picking: boolean) => void;
  readonly react: (emoji: string) => void;
}

/** The buttons that come up over a message. */
export function MessageTools({ view, message, mine, actions, picking, setPicking, react }: ToolsProps) {
  return (
    <div class={picking ? 'tools open' : 'tools'} role="group" aria-label="Message actions">
      {picking ? (
        <EmojiBar pick={react} close={() => setPicking(false)} />
      ) : (
        <>
          <Tool label="React" act={() => setPicking(true)} icon={<icons.Smile />} />
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

function EmojiBar({ pick, close }: { pick: (emoji: string) => void; close: () => void }) {
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      close();
    }
  };
  return (
    <div class="emoji" onKeyDown={keys} ref={(bar) => bar?.querySelector('button')?.focus()}>
      {EMOJI.map((emoji) => (
        <button type="button" key={emoji} aria-label={`React with ${emoji}`} onClick={() => pick(emoji)}>
          {emoji}
        </button>
      ))}
    </div>
  );
}
