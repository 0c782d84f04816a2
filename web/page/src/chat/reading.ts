import { signal } from '@preact/signals';
import type { Message, Room, User } from 'parley-client';

const MARK_EVERY_MS = 1_000;

/** How far the reader has read in a room. */
export class Reading {
  readonly unread = signal(0);
  /** Messages that came while the reader was higher up. */
  readonly below = signal(0);
  /** The first message that was new when the reader came. */
  readonly newFrom = signal<number | undefined>(undefined);
  #marked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #watched = false;

  constructor(
    private readonly room: Room,
    private readonly me: User,
    unread: number,
  ) {
    this.unread.value = unread;
  }

  /** The reader looks at this room from now on, or no longer. */
  watch(on: boolean, messages: readonly Message[]): void {
    this.#watched = on;
    this.newFrom.value = undefined;
    this.divide(messages);
  }

  /** Draws the line before what is unread, if the reader is looking. */
  divide(messages: readonly Message[]): void {
    if (this.#watched && this.unread.value > 0) {
      const others = messages.filter((it) => it.from.id !== this.me.id);
      this.newFrom.value = others.at(-Math.min(this.unread.value, others.length))?.seq;
    }
  }

  /** Someone else's message came. */
  came(seq: number): void {
    this.unread.value++;
    this.below.value++;
    if (this.#watched && document.hidden) {
      this.newFrom.value ??= seq;
    }
  }

  /** The reader has seen everything down to this, the newest message. */
  seen(newest: number): void {
    if (!this.#watched) {
      return;
    }
    this.below.value = 0;
    this.unread.value = 0;
    if (newest <= this.#marked) {
      return;
    }
    this.#marked = newest;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.room.read(this.#marked).catch(() => {
        this.#marked = 0;
      });
    }, MARK_EVERY_MS);
  }

  /** The same person has read it in another window. */
  readElsewhere(): void {
    this.unread.value = 0;
  }
}
