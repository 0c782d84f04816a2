import type { Message, User } from 'parley-client';
import { Component } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Avatar } from './avatar';
import { Byline } from './byline';
import { fullTimeOf, shortTimeOf, timeOf } from './dates';
import { MessageTools, type RowActions } from './message-tools';
import { Rich } from './rich';
import type { RoomView, Tick } from './room-view';
import { TickMark } from './tick-mark';

interface RowProps {
  readonly view: RoomView;
  readonly message: Message;
  readonly me: User;
  readonly names: readonly string[];
  /** The one before is by the same person and close to it. */
  readonly follows: boolean;
  readonly flash: boolean;
  /** How far it has come, of one's own. */
  readonly tick: Tick | undefined;
  /** What it answers, if that is known here. */
  readonly quoted: Message | undefined;
  readonly actions: RowActions;
}

/** Drawn anew only when something of it has changed: a list has hundreds of rows. */
export class MessageRow extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps): boolean {
    const names = Object.keys(next) as (keyof RowProps)[];
    return names.some((name) => next[name] !== this.props[name]);
  }

  override render(props: RowProps) {
    return <Row {...props} />;
  }
}

function Row({ view, message, me, names, follows, flash, tick, quoted, actions }: RowProps) {
  const [picking, setPicking] = useState(false);
  const row = useRef<HTMLLIElement>(null);
  const mine = message.from.id === me.id;
  const mentioned = !message.deleted && (message.text?.includes(`@${me.name}`) ?? false);
  const react = (emoji: string) => {
    const on = !message.reactions?.some((it) => it.emoji === emoji && it.users.includes(me.id));
    view.room.react(message.seq, emoji, on);
  };
  const picked = (emoji?: string) => {
    if (emoji !== undefined) {
      react(emoji);
    }
    setPicking(false);
    // The button that had the focus goes away.
    row.current?.focus({ preventScroll: true });
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
      ref={row}
      data-seq={message.seq}
      tabIndex={-1}
      onKeyDown={keys}
      aria-label={`${message.from.name}, ${timeOf(message.ts)}: ${message.deleted ? 'deleted' : message.text}`}
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
        {message.replyTo !== undefined && <Quote view={view} seq={message.replyTo} quoted={quoted} />}
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
          {tick && <TickMark tick={tick} />}
        </div>
        {message.reactions && message.reactions.length > 0 && (
          <ul class="reactions" aria-label="Reactions">
            {message.reactions.map(({ emoji, count, users }) => (
              <li key={emoji}>
                <button
                  type="button"
                  aria-pressed={users.includes(me.id)}
                  aria-label={`${emoji} ${count}`}
                  onClick={() => react(emoji)}
                >
                  {emoji} <span>{count}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
      {!message.deleted && (
        <MessageTools
          view={view}
          message={message}
          mine={mine}
          actions={actions}
          picking={picking}
          pick={() => setPicking(true)}
          picked={picked}
        />
      )}
    </li>
  );
}

function Quote({ view, seq, quoted }: { view: RoomView; seq: number; quoted: Message | undefined }) {
  return (
    <button type="button" class="quote" onClick={() => void view.jumpTo(seq)}>
      <span class="hidden">In reply to </span>
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
