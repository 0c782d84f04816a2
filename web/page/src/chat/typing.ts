import { signal } from '@preact/signals';
import type { Room, User } from 'parley-client';

/** A typing note without news is over after this. */
const NOTE_MS = 6_000;
const SAID_EVERY_MS = 2_500;

/** Who writes in a room at the moment, and telling the others that the reader does. */
export class TypingNotes {
  readonly users = signal<readonly User[]>([]);
  readonly #ends = new Map<string, ReturnType<typeof setTimeout>>();
  #saidAt = 0;

  constructor(
    private readonly room: Room,
    private readonly me: User,
  ) {
    room.on('typing', ({ user, on }) => this.note(user, on));
  }

  /** Someone types, or no longer does. */
  note(user: User, on: boolean): void {
    clearTimeout(this.#ends.get(user.id));
    this.#ends.delete(user.id);
    const others = this.users.value.filter((it) => it.id !== user.id);
    if (on && user.id !== this.me.id) {
      this.#ends.set(
        user.id,
        setTimeout(() => this.note(user, false), NOTE_MS),
      );
      this.users.value = [...others, user];
    } else if (others.length !== this.users.value.length) {
      this.users.value = others;
    }
  }

  /** The reader is writing, or has stopped. */
  say(on: boolean): void {
    const now = Date.now();
    if (on ? now - this.#saidAt > SAID_EVERY_MS : this.#saidAt > 0) {
      this.#saidAt = on ? now : 0;
      this.room.typing(on);
    }
  }
}
