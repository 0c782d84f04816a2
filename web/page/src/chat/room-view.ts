import { computed, signal } from '@preact/signals';
import {
  ParleyError,
  Scrollback,
  type Message,
  type ParleyClient,
  type Room,
  type RoomSummary,
  type User,
  type Write,
} from 'parley-client';
import { Crowd } from './crowd';
import { Reading } from './reading';
import { Timeline } from './timeline';
import { TypingNotes } from './typing';

export type Tick = 'waiting' | 'sending' | 'accepted' | 'stored' | 'refused';

/** A place that the reader is brought to, and when. */
export interface Jump {
  readonly seq: number;
  readonly at: number;
}

/** After a page of the past could not be had it is asked for again. */
const FETCH_AGAIN_MS = 1_500;

/** What the page knows of one room, kept true by the room's events. */
export class RoomView {
  readonly room: Room;
  readonly reading: Reading;
  readonly crowd: Crowd;
  readonly typing: TypingNotes;
  readonly summary = signal<RoomSummary>({ id: '' });
  readonly messages = signal<readonly Message[]>([]);
  readonly atHead = signal(true);
  readonly pending = signal<readonly Write[]>([]);
  readonly problem = signal<string | undefined>(undefined);
  readonly ready = signal(false);
  /** There is more past than the page holds. */
  readonly hasOlder = signal(false);
  /** A page of the past is being fetched. */
  readonly fetching = signal(false);
  readonly jump = signal<Jump | undefined>(undefined);
  readonly name = computed(() => {
    const { id, name, with: other } = this.summary.value;
    return other?.name || name || id;
  });

  readonly #timeline = new Timeline();
  readonly #scrollback: Scrollback;
  readonly #liveMine = new Set<string>();
  readonly #storedKeys = new Set<string>();
  #opening: Promise<void> | undefined;

  constructor(
    private readonly client: ParleyClient,
    private readonly me: User,
    summary: RoomSummary,
  ) {
    this.room = client.room(summary.id);
    this.summary.value = summary;
    this.reading = new Reading(this.room, me, summary.unread ?? 0);
    this.crowd = new Crowd(this.room);
    this.typing = new TypingNotes(this.room, me);
    this.#scrollback = new Scrollback((query) => this.room.history(query));
    this.#listen();
  }

  /** Loads the newest messages and follows the room from there; once, however often it is called. */
  open(): Promise<void> {
    this.#opening ??= this.#load().catch((thrown: unknown) => {
      this.#opening = undefined;
      this.problem.value = thrown instanceof Error ? thrown.message : 'This room cannot be opened';
    });
    return this.#opening;
  }

  /** The reader looks at this room now, or no longer. */
  watch(on: boolean): void {
    this.reading.watch(on, this.messages.value);
  }

  /** Puts the page before in front of the messages. */
  older(): Promise<void> {
    return this.#fetch(this.#scrollback.hasOlder, async () => {
      this.#timeline.prepend(await this.#scrollback.older());
      if (!this.#timeline.atHead && this.#timeline.last) {
        this.#scrollback.forgetNewerThan(this.#timeline.last.seq);
      }
    });
  }

  /** Puts the page behind after the messages, once the reader is in the past. */
  newer(): Promise<void> {
    return this.#fetch(this.#scrollback.hasNewer, async () => {
      const messages = await this.#scrollback.newer();
      this.#timeline.append(messages, !this.#scrollback.hasNewer);
    });
  }

  /** One at a time; after a failure not again for a moment. */
  async #fetch(wanted: boolean, page: () => Promise<void>): Promise<void> {
    if (!wanted || this.fetching.value) {
      return;
    }
    this.fetching.value = true;
    try {
      await page();
      this.#show();
    } catch {
      await new Promise((done) => setTimeout(done, FETCH_AGAIN_MS));
    } finally {
      this.fetching.value = false;
    }
  }

  async jumpTo(seq: number): Promise<void> {
    if (!this.messages.value.some((it) => it.seq === seq)) {
      const messages = await this.#scrollback.around(seq);
      this.#timeline.reset(messages, !this.#scrollback.hasNewer);
      this.#show();
    }
    this.jump.value = { seq, at: Date.now() };
  }

  async toNewest(): Promise<void> {
    if (!this.#timeline.atHead) {
      this.#timeline.reset(await this.#scrollback.latest(), true);
      this.#show();
    }
    this.reading.below.value = 0;
  }

  find(seq: number): Message | undefined {
    return this.#timeline.find(seq);
  }

  /** The reader has seen everything down to the newest message. */
  seen(): void {
    if (this.#timeline.atHead) {
      this.reading.seen(this.#timeline.last?.seq ?? 0);
    }
  }

  /** How far a message of one's own has come. */
  tick(message: Message): Tick {
    const key = message.key ?? '';
    return this.#liveMine.has(key) && !this.#storedKeys.has(key) ? 'accepted' : 'stored';
  }

  retry(write: Write): void {
    this.client.outbox.retry(write.key);
  }

  discard(write: Write): void {
    this.client.outbox.discard(write.key);
    this.#showPending();
  }

  async #load(): Promise<void> {
    this.problem.value = undefined;
    try {
      this.#timeline.reset(await this.#scrollback.latest(), true);
    } catch (thrown) {
      if (thrown instanceof ParleyError && thrown.code === 'offline') {
        throw thrown;
      }
      // A room that is made by the first join has no past; else the room's own memory helps out.
      if (!(thrown instanceof ParleyError && thrown.code === 'not_found')) {
        this.problem.value = 'Older messages cannot be had at the moment.';
      }
    }
    await this.room.join(this.#timeline.last?.seq ?? 0);
    this.#show();
    this.ready.value = true;
    this.reading.divide(this.messages.value);
    await this.crowd.ask();
  }

  /** Some events cannot be had: the page begins anew with what history has. */
  async #reload(): Promise<void> {
    try {
      this.#timeline.reset(await this.#scrollback.latest(), true);
      this.#show();
    } catch {
      this.problem.value = 'Some messages in between are missing.';
    }
  }

  #listen(): void {
    const { room } = this;
    room.on('message', (message) => this.#message(message));
    room.on('edited', (event) => this.#changed(() => this.#timeline.edited(event)));
    room.on('deleted', (event) => this.#changed(() => this.#timeline.deleted(event)));
    room.on('reaction', (event) => this.#changed(() => this.#timeline.reacted(event)));
    room.on('gap', () => void this.#reload());
    room.on('room', ({ change }) => {
      this.summary.value = { ...this.summary.value, ...(change as Partial<RoomSummary>) };
    });
    room.on('left', ({ code }) => {
      this.problem.value = `You are no longer in this room (${code}).`;
    });
    room.on('read', ({ user, seq }) => {
      if (user.id === this.me.id && seq >= (this.#timeline.last?.seq ?? 0)) {
        this.reading.readElsewhere();
      }
    });
    this.client.outbox.on('change', (write) => this.#write(write));
    this.client.on('state', (state) => {
      if (state === 'online') {
        void (this.ready.value ? this.crowd.ask() : this.open());
      }
    });
    this.#showPending();
  }

  #message(message: Message): void {
    const mine = message.from.id === this.me.id;
    if (mine && message.key !== undefined) {
      this.#liveMine.add(message.key);
    }
    this.typing.note(message.from, false);
    this.#timeline.live(message);
    // What comes while the room is being opened is in the count that the backend gave.
    if (!mine && this.ready.value) {
      this.reading.came(message.seq);
    }
    this.#show();
  }

  #changed(change: () => void): void {
    change();
    this.#show();
  }

  #show(): void {
    const first = this.#timeline.first?.seq ?? 0;
    if (first > (this.messages.value[0]?.seq ?? first)) {
      this.#scrollback.forgetOlderThan(first);
    }
    this.messages.value = this.#timeline.messages;
    this.atHead.value = this.#timeline.atHead;
    this.hasOlder.value = this.#scrollback.hasOlder;
    this.#showPending();
  }

  /** The outbox tells how a write fares. */
  #write(write: Write): void {
    if (write.room !== this.room.id) {
      return;
    }
    if (write.state === 'stored') {
      this.#storedKeys.add(write.key);
      this.messages.value = [...this.messages.value];
    }
    if (write.state === 'refused' && write.body.op !== 'send') {
      this.problem.value = write.error?.message ?? 'That was refused';
      this.client.outbox.discard(write.key);
    }
    this.#showPending();
  }

  /** Messages that were not seen in the room yet stand behind the others. */
  #showPending(): void {
    const seen = new Set(this.messages.value.map((it) => it.key));
    this.pending.value = this.client.outbox.writes.filter(
      (it) => it.room === this.room.id && it.body.op === 'send' && !seen.has(it.key),
    );
  }
}
