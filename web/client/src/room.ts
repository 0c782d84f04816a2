import { Chain } from './chain.ts';
import { Emitter } from './emitter.ts';
import { ParleyError } from './errors.ts';
import type { DurableEvent, Gap, HistoryPage, HistoryQuery, Left, RoomEvents, User } from './events.ts';
import type { Outbox, Write } from './outbox.ts';
import type { Wire } from './wire.ts';

/** Events that wait while the room catches up; past it they are asked for again. */
const HELD_MAX = 500;
/** Rounds of catching up that bring nothing before what is missing is called a gap. */
const IDLE_ROUNDS_MAX = 3;
const RETRY_MS = 1_000;
const RETRY_MS_MAX = 15_000;

export interface Joined {
  readonly room: string;
  readonly head: number;
  readonly role?: string;
  readonly events?: readonly (DurableEvent | Gap)[];
  readonly more?: boolean;
  /** The events after `after` cannot be had; the room is at `head`. */
  readonly gap?: { readonly after: number; readonly head: number };
}

/**
 * One room as this client follows it: its durable events reach the listeners in order and once,
 * whatever happens to the connection; what cannot be had is told as a `gap`.
 */
export class Room extends Emitter<RoomEvents> {
  #chain: Chain | undefined;
  #held: DurableEvent[] = [];
  #catchingUp: Promise<void> | undefined;
  #waiters: { done: (joined: Joined) => void; failed: (error: ParleyError) => void }[] = [];
  #wanted = false;
  #current = false;

  constructor(
    readonly id: string,
    private readonly wire: Wire,
    private readonly outbox: Outbox,
  ) {
    super();
  }

  /** The number of the last event that was told to the listeners. */
  get position(): number | undefined {
    return this.#chain?.last;
  }

  /** Joined, with nothing missing. */
  get current(): boolean {
    return this.#current;
  }

  /** Whether writes may go out: a room that is followed catches up first. */
  get writable(): boolean {
    return this.wire.up && (this.#current || !this.#wanted);
  }

  /**
   * Follows the room, from `after` on if given, and through every reconnect. Waits for the
   * connection if there is none.
   */
  join(after?: number): Promise<Joined> {
    this.#wanted = true;
    if (after !== undefined) {
      this.#chain ??= new Chain(after);
    }
    const joined = new Promise<Joined>((done, failed) => this.#waiters.push({ done, failed }));
    if (this.wire.up) {
      void this.#catchUp();
    }
    return joined;
  }

  async leave(): Promise<void> {
    this.#wanted = false;
    this.#current = false;
    this.#chain = undefined;
    this.#held = [];
    if (this.wire.up) {
      await this.wire.ask('leave', { room: this.id });
    }
  }

  send(text: string, more: { replyTo?: number; data?: unknown } = {}): Write {
    return this.outbox.put(this.id, { op: 'send', text, ...more });
  }

  edit(seq: number, text: string): Write {
    return this.outbox.put(this.id, { op: 'edit', seq, text });
  }

  delete(seq: number): Write {
    return this.outbox.put(this.id, { op: 'delete', seq });
  }

  react(seq: number, emoji: string, on: boolean): Write {
    return this.outbox.put(this.id, { op: 'react', seq, emoji, on });
  }

  typing(on: boolean): void {
    this.wire.tell('typing', { room: this.id, on });
  }

  async read(seq: number): Promise<void> {
    await this.wire.ask('read', { room: this.id, seq });
  }

  async who(): Promise<readonly User[]> {
    return (await this.wire.ask<{ users?: readonly User[] }>('who', { room: this.id })).users ?? [];
  }

  /** One page of the past; see {@link import('./history.ts').Scrollback} to walk through it. */
  async history(query: HistoryQuery = {}): Promise<HistoryPage> {
    await this.wire.whenUp();
    const page = await this.wire.ask<HistoryPage>('history', { room: this.id, ...query });
    page.messages.forEach((message) => this.outbox.settle(message));
    return page;
  }

  /** The connection is there again; `recovered` if the backend has already replayed what was missed. */
  connected(recovered: boolean): void {
    if (!this.#wanted) {
      return;
    }
    if (recovered && this.#chain && !this.#catchingUp) {
      this.#current = true;
      this.outbox.pump(this.id);
    } else {
      void this.#catchUp();
    }
  }

  disconnected(): void {
    this.#current = false;
  }

  /** A durable event as the connection brings it. */
  hear(event: DurableEvent): void {
    if (!this.#chain || this.#catchingUp) {
      this.#hold(event);
    } else if (this.#chain.offer(event) === 'next') {
      this.#tell(event);
    } else if (event.seq > this.#chain.last) {
      this.#hold(event);
      void this.#catchUp();
    }
  }

  /** The backend put this client out of the room. */
  hearLeft(left: Left): void {
    this.#wanted = false;
    this.#current = false;
    this.emit('left', left);
  }

  hearGap(gap: Gap): void {
    this.#chain?.skipTo(gap.head);
    this.emit('gap', gap);
  }

  #catchUp(): Promise<void> {
    this.#current = false;
    this.#catchingUp ??= this.#rounds().finally(() => {
      this.#catchingUp = undefined;
    });
    return this.#catchingUp;
  }

  /** Joins until nothing is missing, or until the connection goes: the next one begins anew. */
  async #rounds(): Promise<void> {
    let wait = RETRY_MS;
    let idle = 0;
    while (this.wire.up && this.#wanted) {
      try {
        const before = this.#chain?.last;
        const asked = { room: this.id, ...(before === undefined ? {} : { after: before }) };
        const joined = await this.wire.ask<Joined>('join', asked);
        const complete = this.#apply(joined, idle >= IDLE_ROUNDS_MAX);
        if (complete) {
          this.#current = true;
          this.#waiters.splice(0).forEach((waiter) => waiter.done(joined));
          this.outbox.pump(this.id);
          return;
        }
        idle = this.#chain?.last === before ? idle + 1 : 0;
      } catch (thrown) {
        const error = ParleyError.of(thrown);
        if (!error.temporary) {
          this.#wanted = false;
          this.#waiters.splice(0).forEach((waiter) => waiter.failed(error));
          return;
        }
        if (error.code !== 'offline') {
          await new Promise((done) => setTimeout(done, error.retryAfterMs ?? wait));
          wait = Math.min(wait * 2, RETRY_MS_MAX);
        }
      }
    }
  }

  /** Takes a join's events and what was held meanwhile; says whether the chain is whole. */
  #apply(joined: Joined, last: boolean): boolean {
    this.#chain ??= new Chain(joined.head);
    if (joined.gap) {
      if (joined.gap.head < this.#chain.last) {
        this.#chain = new Chain(joined.gap.head); // what it had beyond is in no log any more
      }
      this.hearGap({ room: this.id, ...joined.gap });
    }
    for (const event of joined.events ?? []) {
      if (isGap(event)) {
        this.hearGap(event);
      } else {
        this.#takeInOrder(event);
      }
    }
    if (joined.more && !last) {
      return false;
    }
    const held = this.#held.sort((one, other) => one.seq - other.seq);
    this.#held = [];
    for (const event of held) {
      if (this.#chain.offer(event) === 'next') {
        this.#tell(event);
      } else if (event.seq > this.#chain.last) {
        if (last) {
          this.#takeInOrder(event);
        } else {
          this.#hold(event);
        }
      }
    }
    return this.#held.length === 0;
  }

  /** The backend gave these as all there is: a missing link here is a real gap. */
  #takeInOrder(event: DurableEvent): void {
    const chain = this.#chain;
    if (!chain || event.seq <= chain.last) {
      return;
    }
    if (event.prev !== chain.last) {
      this.hearGap({ room: this.id, after: chain.last, head: event.prev });
    }
    chain.skipTo(event.seq);
    this.#tell(event);
  }

  #hold(event: DurableEvent): void {
    if (this.#wanted && this.#held.length < HELD_MAX) {
      this.#held.push(event);
    }
  }

  #tell(event: DurableEvent): void {
    if (event.type === 'message') {
      this.outbox.settle(event);
    }
    tell(this, event);
  }
}

function tell(room: Room, event: DurableEvent): void {
  switch (event.type) {
    case 'message':
      return room.emit('message', event);
    case 'edited':
      return room.emit('edited', event);
    case 'deleted':
      return room.emit('deleted', event);
    case 'reaction':
      return room.emit('reaction', event);
    case 'member':
      return room.emit('member', event);
    case 'room':
      return room.emit('room', event);
    case 'custom':
      return room.emit('custom', event);
  }
}

function isGap(event: DurableEvent | Gap): event is Gap {
  return !('seq' in event);
}

