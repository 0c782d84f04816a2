import type { Deleted, Edited, Message, Reacted, Reaction } from 'parley-client';

/** Messages kept on the page; past it the end farther from the reader is let go and fetched again when needed. */
export const KEPT_MAX = 600;
/** Live messages remembered while the reader is in the past. */
const TAIL_MAX = 200;

/**
 * The messages of a room that the page holds: an unbroken stretch in order of their numbers, each
 * once, with edits, deletions and reactions applied.
 */
export class Timeline {
  #messages: Message[] = [];
  #tail: Message[] = [];
  /** The stretch reaches to the newest message, so live ones belong at its end. */
  atHead = true;

  get messages(): readonly Message[] {
    return this.#messages;
  }

  get first(): Message | undefined {
    return this.#messages[0];
  }

  get last(): Message | undefined {
    return this.#messages.at(-1);
  }

  find(seq: number): Message | undefined {
    return this.#messages.find((it) => it.seq === seq) ?? this.#tail.find((it) => it.seq === seq);
  }

  /** Begins anew with a page of history. */
  reset(messages: readonly Message[], atHead: boolean): void {
    this.#messages = [];
    this.atHead = atHead;
    this.#merge(messages);
    if (atHead) {
      this.#mergeTail();
    }
  }

  /** Puts an older page before what is there; lets the newest go past the bound. */
  prepend(messages: readonly Message[]): void {
    this.#merge(messages);
    if (this.#messages.length > KEPT_MAX) {
      const gone = this.#messages.splice(KEPT_MAX);
      this.atHead = false;
      this.#remember(gone);
    }
  }

  /** Puts a newer page behind what is there. */
  append(messages: readonly Message[], atHead: boolean): void {
    this.#merge(messages);
    if (atHead) {
      this.atHead = true;
      this.#mergeTail();
    }
    this.#letOldestGo();
  }

  /** A message as it happens. */
  live(message: Message): void {
    this.#remember([message]);
    if (this.atHead) {
      this.#merge([message]);
      this.#letOldestGo();
    }
  }

  edited(event: Edited): void {
    this.#change(event.target, (message) => ({
      ...message,
      ...(event.text === undefined ? {} : { text: event.text }),
      edited: event.ts,
    }));
  }

  deleted(event: Deleted): void {
    this.#change(event.target, (message) => tombstone(message));
  }

  reacted(event: Reacted): void {
    this.#change(event.target, (message) => ({
      ...message,
      reactions: withReaction(message.reactions ?? [], event.emoji, event.from.id, event.on),
    }));
  }

  #change(seq: number, change: (message: Message) => Message): void {
    const changed = (it: Message) => (it.seq === seq && !it.deleted ? change(it) : it);
    this.#messages = this.#messages.map(changed);
    this.#tail = this.#tail.map(changed);
  }

  #merge(messages: readonly Message[]): void {
    const bySeq = new Map(this.#messages.map((it) => [it.seq, it]));
    messages.forEach((it) => bySeq.set(it.seq, it.deleted ? tombstone(it) : it));
    this.#messages = [...bySeq.values()].sort((one, other) => one.seq - other.seq);
  }

  #mergeTail(): void {
    const seen = new Set(this.#messages.map((it) => it.seq));
    const from = this.last?.seq ?? 0;
    this.#merge(this.#tail.filter((it) => it.seq > from && !seen.has(it.seq)));
  }

  #remember(messages: readonly Message[]): void {
    const bySeq = new Map([...this.#tail, ...messages].map((it) => [it.seq, it]));
    this.#tail = [...bySeq.values()].sort((one, other) => one.seq - other.seq).slice(-TAIL_MAX);
  }

  #letOldestGo(): void {
    if (this.#messages.length > KEPT_MAX) {
      this.#messages = this.#messages.slice(-KEPT_MAX);
    }
  }
}

function tombstone(message: Message): Message {
  const { seq, prev, pos, ts, room, from, key } = message;
  return { type: 'message', seq, prev, pos, ts, room, from, ...(key === undefined ? {} : { key }), deleted: true };
}

function withReaction(
  reactions: readonly Reaction[],
  emoji: string,
  user: string,
  on: boolean,
): readonly Reaction[] {
  const there = reactions.find((it) => it.emoji === emoji);
  const before = there ?? { emoji, count: 0, users: [] };
  // Who takes a reaction back without being told of is one of those who are only counted.
  const counted = before.users.includes(user) || (!on && before.count > before.users.length);
  const users = before.users.filter((it) => it !== user);
  const changed = {
    emoji,
    count: before.count + (on ? 1 : 0) - (counted ? 1 : 0),
    users: on ? [...users, user] : users,
  };
  const all = there ? reactions.map((it) => (it === there ? changed : it)) : [...reactions, changed];
  return all.filter((it) => it.count > 0);
}
