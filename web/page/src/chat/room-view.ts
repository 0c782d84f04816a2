import { computed, signal } from '@preact/signals';
import {
  Scrollback,
  ParleyError,
  type Message,
  type ParleyClient,
  type Room,
  type RoomSummary,
  type User,
  type Write,
} from 'parley-client';
import { rest } from '../session';
import { Timeline } from './timeline';

/** A typing note without news is over after this. */
const TYPING_MS = 5_000;
const TYPING_SAID_EVERY_MS = 2_500;
const READ_EVERY_MS = 1_000;

export type Tick = 'waiting' | 'sending' | 'accepted' | 'stored' | 'refused';

/** Why the list of messages changed: the view keeps the reader's place accordingly. */
export type Jump = { readonly seq: number; readonly at: number };

/** What the page knows of one room, kept true by the room's events. */
export class RoomView {
  readonly room: Room;
  readonly summary = signal<RoomSummary>({ id: '' });
  readonly messages = signal<readonly Message[]>([]);
  readonly atHead = signal(true);
  readonly pending = signal<readonly Write[]>([]);
  readonly here = signal<ReadonlyMap<string, User>>(new Map());
  readonly typing = signal<readonly User[]>([]);
  readonly unread = signal(0);
  /** The first message that was new when the reader came. */
  readonly newFrom = signal<number | undefined>(undefined);
  readonly below = signal(0);
  readonly problem = signal<string | undefined>(undefined);
  readonly ready = signal(false);
  readonly jump = signal<Jump | undefined>(undefined);
  readonly name = computed(() => this.summary.value.name ?? this.summary.value.id);
  readonly people = computed(() =>
    [...this.here.value.values()].sort((one, other) => one.name.localeCompare(other.name)),
  );

  readonly #timeline = new Timeline();
  #scrollback: Scrollback;
  #opening: Promise<void> | undefined;
  #typingSaid = 0;
  #typingEnds = new Map<string, ReturnType<typeof setTimeout>>();
  #readTo = 0;
  #readTimer: ReturnType<typeof setTimeout> | undefined;
  #liveMine = new Set<string>();
  #storedKeys = new Set<string>();
  #watched = false;

  constructor(
    private readonly client: ParleyClient,
    private readonly me: User,
    summary: RoomSummary,
  ) {
    this.room = client.room(summary.id);
    this.summary.value = summary;
    this.unread.value = summary.unread ?? 0;
    this.#scrollback = new Scrollback(async (query) => {
      const page = await rest.messages(summary.id, query);
      page.messages.forEach((message) => client.outbox.settle(message));
      return page;
    });
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
    this.#watched = on;
    if (!on) {
      this.newFrom.value = undefined;
    } else if (this.unread.value > 0) {
      this.newFrom.value = this.#firstUnread();
    }
  }

  async older(): Promise<void> {
    if (this.#scrollback.hasOlder) {
      this.#timeline.prepend(await this.#scrollback.older());
      if (!this.#timeline.atHead && this.#timeline.last) {
        this.#scrollback.forgetNewerThan(this.#timeline.last.seq);
      }
      this.#show();
    }
  }

  async newer(): Promise<void> {
    if (this.#scrollback.hasNewer) {
      const messages = await this.#scrollback.newer();
      this.#timeline.append(messages, !this.#scrollback.hasNewer);
      this.#oldestMayHaveGone();
      this.#show();
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
    this.below.value = 0;
  }

  find(seq: number): Message | undefined {
    return this.#timeline.find(seq);
  }

  /** The reader has seen everything down to the newest message. */
  seen(): void {
    this.below.value = 0;
    this.unread.value = 0;
    const last = this.#timeline.last?.seq ?? 0;
    if (!this.#timeline.atHead || last <= this.#readTo) {
      return;
    }
    this.#readTo = last;
    this.#readTimer ??= setTimeout(() => {
      this.#readTimer = undefined;
      this.room.read(this.#readTo).catch(() => {
        this.#readTo = 0;
      });
    }, READ_EVERY_MS);
  }

  /** The reader is writing, or has stopped. */
  writes(on: boolean): void {
    const now = Date.now();
    if (on ? now - this.#typingSaid > TYPING_SAID_EVERY_MS : this.#typingSaid > 0) {
      this.#typingSaid = on ? now : 0;
      this.room.typing(on);
    }
  }

  /** How far a message of one's own has come. */
  tick(message: Message): Tick {
    const key = message.key ?? '';
    if (this.#liveMine.has(key) && !this.#storedKeys.has(key)) {
      return 'accepted';
    }
    return 'stored';
  }

  async #load(): Promise<void> {
    this.problem.value = undefined;
    let latest: readonly Message[] | undefined;
    try {
      latest = await this.#scrollback.latest();
    } catch (thrown) {
      if (thrown instanceof ParleyError && thrown.code === 'offline') {
        throw thrown;
      }
      // Without the history the room's own memory serves its latest events.
      this.problem.value = 'Older messages cannot be had at the moment.';
    }
    if (latest) {
      this.#timeline.reset(latest, true);
    }
    await this.room.join(this.#timeline.last?.seq ?? 0);
    this.#show();
    this.ready.value = true;
    if (this.#watched && this.unread.value > 0) {
      this.newFrom.value = this.#firstUnread();
    }
    await this.#askWho();
  }

  async #reload(): Promise<void> {
    try {
      this.#timeline.reset(await this.#scrollback.latest(), true);
      this.#show();
    } catch {
      this.problem.value = 'Some messages in between are missing.';
    }
  }

  async #askWho(): Promise<void> {
    const users = await this.room.who().catch(() => []);
    this.here.value = new Map(users.map((user) => [user.id, user]));
  }

  #listen(): void {
    const { room } = this;
    room.on('message', (message) => this.#message(message));
    room.on('edited', (event) => this.#changed(() => this.#timeline.edited(event)));
    room.on('deleted', (event) => this.#changed(() => this.#timeline.deleted(event)));
    room.on('reaction', (event) => this.#changed(() => this.#timeline.reacted(event)));
    room.on('gap', () => void this.#reload());
    room.on('room', (event) => {
      this.summary.value = { ...this.summary.value, ...(event.change as Partial<RoomSummary>) };
    });
    room.on('typing', ({ user, on }) => this.#types(user, on));
    room.on('left', ({ code }) => {
      this.problem.value = `You are no longer in this room (${code}).`;
    });
    room.on('presence', ({ user, on }) => {
      if (!user) {
        return;
      }
      const here = new Map(this.here.value);
      if (on) {
        here.set(user.id, user);
      } else {
        here.delete(user.id);
      }
      this.here.value = here;
    });
    room.on('read', ({ user, seq }) => {
      if (user.id === this.me.id && seq >= (this.#timeline.last?.seq ?? 0)) {
        this.unread.value = 0;
      }
    });
    this.client.outbox.on('change', (write) => this.#write(write));
    this.client.on('state', (state) => {
      if (state === 'online') {
        void (this.ready.value ? this.#askWho() : this.open());
      }
    });
    this.#pending();
  }

  #message(message: Message): void {
    const mine = message.from.id === this.me.id;
    if (mine && message.key !== undefined) {
      this.#liveMine.add(message.key);
    }
    this.#types(message.from, false);
    this.#timeline.live(message);
    this.#oldestMayHaveGone();
    if (!mine) {
      this.unread.value++;
      this.below.value++;
      if (this.#watched && document.hidden) {
        this.newFrom.value ??= message.seq;
      }
    }
    this.#show();
  }

  #changed(change: () => void): void {
    change();
    this.#show();
  }

  #show(): void {
    this.messages.value = this.#timeline.messages;
    this.atHead.value = this.#timeline.atHead;
    this.#pending();
  }

  /** The outbox tells its writes; those not yet seen as messages are shown behind the others. */
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
    this.#pending();
  }

  #pending(): void {
    const seen = new Set(this.messages.value.map((it) => it.key));
    this.pending.value = this.client.outbox.writes.filter(
      (it) => it.room === this.room.id && it.body.op === 'send' && !seen.has(it.key),
    );
  }

  refreshPending(): void {
    this.#pending();
  }

  #types(user: User, on: boolean): void {
    clearTimeout(this.#typingEnds.get(user.id));
    this.#typingEnds.delete(user.id);
    const others = this.typing.value.filter((it) => it.id !== user.id);
    if (on && user.id !== this.me.id) {
      this.#typingEnds.set(user.id, setTimeout(() => this.#types(user, false), TYPING_MS));
      this.typing.value = [...others, user];
    } else if (others.length !== this.typing.value.length) {
      this.typing.value = others;
    }
  }

  #oldestMayHaveGone(): void {
    const first = this.#timeline.first;
    const shown = this.messages.value[0];
    if (first && shown && first.seq > shown.seq) {
      this.#scrollback.forgetOlderThan(first.seq);
    }
  }

  #firstUnread(): number | undefined {
    const others = this.messages.value.filter((it) => it.from.id !== this.me.id);
    return others.at(-Math.min(this.unread.value, others.length))?.seq;
  }
}
