import { Emitter } from './emitter.ts';
import { ParleyError } from './errors.ts';
import type { Message } from './events.ts';
import { newKey } from './keys.ts';

/** Writes that wait at most; one more is refused with "full". */
export const WRITES_MAX = 500;
/** The backend knows a key for 10 minutes at least; an older repeat is looked up first. */
const KEY_TRUSTED_MS = 9 * 60_000;
const RETRY_MS = 1_000;
const RETRY_MS_MAX = 15_000;
/** How often "is it stored by now?" is asked before the answer is left to history. */
const STORED_ASKS_MAX = 20;

export type WriteState = 'waiting' | 'sending' | 'accepted' | 'stored' | 'refused';

/** What is sent to a room: a message, or a change of one. All but "send" are the same if done twice. */
export type WriteBody =
  | { readonly op: 'send'; text?: string; data?: unknown; replyTo?: number }
  | { readonly op: 'edit'; seq: number; text: string }
  | { readonly op: 'delete'; seq: number }
  | { readonly op: 'react'; seq: number; emoji: string; on: boolean };

/** One write on its way. */
export interface Write {
  readonly key: string;
  readonly room: string;
  readonly body: WriteBody;
  /** When it was written, by this machine's clock. */
  readonly at: number;
  readonly state: WriteState;
  /** It may have reached the backend already. */
  readonly tried: boolean;
  readonly seq?: number;
  readonly error?: ParleyError;
}

/** Where waiting writes survive a reload; `sessionStorage` fits. */
export interface OutboxStorage {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
}

/** What the outbox needs of the connection. */
export interface OutboxRoute {
  /** Whether a write to this room may go out now: connected, and caught up with the room. */
  ready(room: string): boolean;
  ask(event: string, body: object): Promise<{ seq?: number }>;
  /** Brings the room's latest messages to {@link Outbox.settle}. */
  lookUp(room: string): Promise<unknown>;
}

interface OutboxEvents {
  change: Write;
}

/**
 * The queue of writes, in order per room. It holds them while there is no connection; each message
 * has a key, so a repeat after a lost answer is the same message to the backend.
 */
export class Outbox extends Emitter<OutboxEvents> {
  readonly #writes = new Map<string, Write>();
  readonly #busy = new Set<string>();
  readonly #again = new Set<string>();
  readonly #accepted = new Map<string, () => void>();

  constructor(
    private readonly route: OutboxRoute,
    private readonly storage?: OutboxStorage,
    private readonly name = 'parley.outbox',
  ) {
    super();
    for (const write of this.#restored()) {
      this.#writes.set(write.key, write);
    }
  }

  /** All writes that are not yet known to be stored, oldest first. */
  get writes(): Write[] {
    return [...this.#writes.values()];
  }

  put(room: string, body: WriteBody, key = newKey()): Write {
    if (this.#writes.size >= WRITES_MAX) {
      throw new ParleyError('full', `${WRITES_MAX} messages are waiting already`);
    }
    const write: Write = { key, room, body, at: Date.now(), state: 'waiting', tried: false };
    this.#set(write);
    this.pump(room);
    return write;
  }

  /** Tries a refused write again. */
  retry(key: string): void {
    const write = this.#writes.get(key);
    if (write?.state === 'refused') {
      this.#set({ ...write, state: 'waiting' });
      this.pump(write.room);
    }
  }

  /** Gives up a write that has not gone out. */
  discard(key: string): void {
    const write = this.#writes.get(key);
    if (write && (write.state === 'refused' || (write.state === 'waiting' && !write.tried))) {
      this.#writes.delete(key);
      this.#save();
    }
  }

  /** A message was seen in its room: if it is one of ours, it was accepted. */
  settle(message: Message): void {
    const write = message.key === undefined ? undefined : this.#writes.get(message.key);
    if (write && write.room === message.room && write.body.op === 'send') {
      this.#accept(write.key, message.seq);
    }
  }

  /** Sends what waits for this room, one after the other, each when the one before was accepted. */
  pump(room: string): void {
    if (this.#busy.has(room)) {
      this.#again.add(room);
      return;
    }
    this.#busy.add(room);
    void this.#drain(room).finally(() => {
      this.#busy.delete(room);
      if (this.#again.delete(room)) {
        this.pump(room);
      }
    });
  }

  pumpAll(): void {
    for (const room of new Set(this.writes.map((write) => write.room))) {
      this.pump(room);
    }
  }

  async #drain(room: string): Promise<void> {
    let failures = 0;
    while (this.route.ready(room)) {
      const next = this.writes.find((it) => it.room === room && it.state === 'waiting');
      if (!next) {
        return;
      }
      const wait = await this.#deliver(next, failures);
      failures = wait === 0 ? 0 : failures + 1;
      await pause(wait);
    }
  }

  /** Returns how long to wait before the next attempt; 0 when this write is done with. */
  async #deliver(write: Write, failures: number): Promise<number> {
    if (write.tried && tooOld(write) && write.body.op === 'send') {
      await this.route.lookUp(write.room).catch(() => undefined);
      if (this.#writes.get(write.key)?.state !== 'waiting') {
        return 0;
      }
    }
    this.#set({ ...write, state: 'sending', tried: true });
    try {
      const accepted = new Promise<void>((done) => this.#accepted.set(write.key, done));
      const stored = this.#request(write);
      if (write.body.op === 'send') {
        await Promise.race([accepted, stored]);
        void this.#untilStored(write, stored);
      } else {
        await stored;
        this.#finish(write.key);
      }
      return 0;
    } catch (thrown) {
      return this.#failed(write, ParleyError.of(thrown), failures);
    } finally {
      this.#accepted.delete(write.key);
    }
  }

  async #request(write: Write): Promise<void> {
    const { op, ...body } = write.body;
    if (op !== 'send') {
      await this.route.ask(op, { room: write.room, ...body });
      return;
    }
    try {
      const { key, room } = write;
      const { seq } = await this.route.ask('send', { room, ...body, key, ack: 'stored' });
      this.#accept(key, seq);
    } catch (thrown) {
      const error = ParleyError.of(thrown);
      if (error.code === 'not_stored_yet') {
        this.#accept(write.key, error.seq);
      }
      throw error;
    }
  }

  /** Accepted already; goes on asking until it is stored as well. */
  async #untilStored(write: Write, first: Promise<void>): Promise<void> {
    let asked = first;
    for (let asks = 1; asks < STORED_ASKS_MAX; asks++) {
      try {
        await asked;
        break;
      } catch (thrown) {
        if (!ParleyError.of(thrown).temporary || tooOld(write)) {
          break;
        }
        await pause(RETRY_MS * Math.min(asks, 5));
        asked = this.#request(write);
      }
    }
    asked.catch(() => undefined);
    this.#finish(write.key);
  }

  #failed(write: Write, error: ParleyError, failures: number): number {
    const now = this.#writes.get(write.key);
    if (now?.state !== 'sending') {
      return 0;
    }
    if (!error.temporary) {
      this.#set({ ...now, state: 'refused', error });
      return 0;
    }
    this.#set({ ...now, state: 'waiting' });
    const backoff = Math.min(RETRY_MS * 2 ** failures, RETRY_MS_MAX);
    return error.code === 'offline' ? 1 : Math.max(error.retryAfterMs ?? 0, backoff);
  }

  #accept(key: string, seq: number | undefined): void {
    const write = this.#writes.get(key);
    if (write && write.state !== 'accepted') {
      this.#set({ ...write, state: 'accepted', ...(seq === undefined ? {} : { seq }) });
      const delivering = this.#accepted.get(key);
      if (delivering) {
        delivering();
      } else {
        void this.#untilStored(write, Promise.reject(new ParleyError('offline', 'No answer came')));
      }
    }
  }

  #finish(key: string): void {
    const write = this.#writes.get(key);
    if (write) {
      this.#writes.delete(key);
      this.#save();
      this.emit('change', { ...write, state: 'stored' });
    }
  }

  #set(write: Write): void {
    this.#writes.set(write.key, write);
    this.#save();
    this.emit('change', write);
  }

  #save(): void {
    const open = this.writes.filter((it) => it.state === 'waiting' || it.state === 'sending');
    this.storage?.setItem(this.name, JSON.stringify(open));
  }

  #restored(): Write[] {
    try {
      const found = JSON.parse(this.storage?.getItem(this.name) ?? '[]') as Write[];
      return found.slice(0, WRITES_MAX).map((write) => ({ ...write, state: 'waiting' }));
    } catch {
      return [];
    }
  }
}

/** The backend may have forgotten its key, so it must not be sent again blindly. */
function tooOld(write: Write): boolean {
  return Date.now() - write.at > KEY_TRUSTED_MS;
}

function pause(ms: number): Promise<void> {
  return ms === 0 ? Promise.resolve() : new Promise((done) => setTimeout(done, ms));
}
