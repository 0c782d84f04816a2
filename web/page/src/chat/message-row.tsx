import type { Message, User, Write } from 'parley-client';
import { useState } from 'preact/hooks';
import * as icons from '../icons';
import { Avatar } from './avatar';
import { fullTimeOf, shortTimeOf, timeOf } from './dates';
import { Rich } from './rich';
import type { RoomView, Tick } from './room-view';

export const EMOJI = ['👍', '❤️', '😂', '🎉', '😮', '😢', '🙏', '🔥', '👀', '✅', '🚀', '🤔'];

export interface RowActions {
  reply(message: Message): void;
  edit(message: Message): void;
}

interface RowProps {
  readonly view: RoomView;
  readonly message: Message;
  readonly me: User;
  readonly names: readonly string[];
  /** The one before is by the same person and close to it. */
  readonly follows: boolean;
  readonly flash: boolean;
  readonly actions: RowActions;
}

export function MessageRow({ view, message, me, names, follows, flash, actions }: RowProps) {
  const [picking, setPicking] = useState(false);
  const mine = message.from.id === me.id;
  const mentioned = !message.deleted && (message.text?.includes(`@${me.name}`) ?? false);
  const react = (emoji: string) => {
    const on = !message.reactions?.some((it) => it.emoji === emoji && it.users.includes(me.id));
    view.room.react(message.seq, emoji, on);
    setPicking(false);
  };
  const keys = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || message.deleted || event.ctrlKey || event.metaKey) {
      return;
    }
    const act: Record<string, (() => void) | false> = {
      r: () => actions.reply(message),
      e: mine && (() => actions.edit(message)),
      Delete: mine && (() => view.room.delete(message.seq)),
      '+': () => setPicking(true),
    };
    const action = act[event.key];
    if (action) {
      event.preventDefault();
      action();
    }
  };
  const classes = ['row', follows && 'follows', mine && 'mine', mentioned && 'mentioned', flash && 'flash'];
  return (
    <li
      class={classes.filter(Boolean).join(' ')}
      data-seq={message.seq}
      tabIndex={-1}
      onKeyDown={keys}
      aria-label={`${message.from.name}, ${timeOf(message.ts)}`}
    >
      {follows ? (
        <time class="aside" dateTime={new Date(message.ts).toISOString()}>
          {shortTimeOf(message.ts)}
        </time>
      ) : (
        <Avatar id={message.from.id} name={message.from.name} />
      )}
      <div class="body">
        {!follows && <Byline name={message.from.name} ts={message.ts} />}
        {message.replyTo !== undefined && <Quote view={view} seq={message.replyTo} />}
        <div class="text">
          {message.deleted ? (
            <em class="gone">This message was deleted</em>
          ) : (
            <Rich text={message.text ?? ''} names={names} myName={me.name} />
          )}
          {message.edited !== undefined && !message.deleted && (
            <small class="edited" title={fullTimeOf(message.edited)}>
              {' '}
              (edited)
            </small>
          )}
          {mine && !message.deleted && <TickMark tick={view.tick(message)} />}
        </div>
        {message.reactions && message.reactions.length > 0 && (
          <ul class="reactions" aria-label="Reactions">
            {message.reactions.map(({ emoji, users }) => (
              <li key={emoji}>
                <button
                  type="button"
                  aria-pressed={users.includes(me.id)}
                  aria-label={`${emoji} ${users.length}`}
                  onClick={() => react(emoji)}
                >
                  {emoji} <span>{users.length}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
      {!message.deleted && (
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
      )}
    </li>
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

function Byline({ name, ts }: { name: string; ts: number }) {
  return (
    <div class="byline">
      <strong>
        <bdi>{name}</bdi>
      </strong>
      <time dateTime={new Date(ts).toISOString()} title={fullTimeOf(ts)}>
        {timeOf(ts)}
      </time>
    </div>
  );
}

function Quote({ view, seq }: { view: RoomView; seq: number }) {
  const quoted = view.find(seq);
  return (
    <button type="button" class="quote" onClick={() => void view.jumpTo(seq)} tabIndex={-1}>
      {quoted ? (
        <>
          <strong>{quoted.from.name}</strong> {quoted.deleted ? 'deleted message' : quoted.text}
        </>
      ) : (
        'an earlier message'
      )}
    </button>
  );
}

const TICKS: Record<Tick, readonly [label: string, icon: () => preact.JSX.Element]> = {
  waiting: ['waiting for the connection', icons.Clock],
  sending: ['sending', icons.Clock],
  accepted: ['accepted', icons.Check],
  stored: ['stored', icons.DoubleCheck],
  refused: ['refused', icons.Warning],
};

export function TickMark({ tick }: { tick: Tick }) {
  const [label, Icon] = TICKS[tick];
  return (
    <span class={`tick ${tick}`} role="img" aria-label={label} title={label}>
      <Icon />
    </span>
  );
}

/** A message that is still on its way. */
export function PendingRow(props: { view: RoomView; write: Write; me: User; follows: boolean; retry: () => void; discard: () => void }) {
  const { write, me, follows } = props;
  const text = write.body.op === 'send' ? write.body.text : undefined;
  const tick: Tick = write.state;
  return (
    <li class={`row mine pending ${follows ? 'follows' : ''}`} data-key={write.key}>
      {follows ? <span class="aside" /> : <Avatar id={me.id} name={me.name} />}
      <div class="body">
        {!follows && <Byline name={me.name} ts={write.at} />}
        <div class="text">
          {text}
          <TickMark tick={tick} />
        </div>
        {write.state === 'refused' && (
          <div class="refused" role="alert">
            {write.error?.message ?? 'Refused'}{' '}
            <button type="button" onClick={props.retry}>
              Try again
            </button>{' '}
            <button type="button" onClick={props.discard}>
              Discard
            </button>
          </div>
        )}
      </div>
    </li>
  );
}
