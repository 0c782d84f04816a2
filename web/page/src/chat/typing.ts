import { signal } from '@preact/signals';
import type { Room, User } from 'parley-client';

/** A typing note without news is over after this. */
const NOTE_MS = 6_000;
/** The backend passes one in 3 s on; what is said in between would be lost. */
const SAID_EVERY_MS = 3_100;

/** Who writes in a room at the moment, and telling the others that the reader does. */
export class TypingNotes {
  readonly users = signal<readonly User[]>([]);
  readonly #ends = new Map<string, ReturnType<typeof setTimeout>>();
  #on = false;
  #saidAt = 0;
  #next: ReturnType<typeof setTimeout> | undefined;

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
    if (!on && this.#on) {
      this.room.typing(false);
    }
    this.#on = on;
    if (on) {
      this.#next ??= setTimeout(() => this.#tell(), Math.max(0, this.#saidAt + SAID_EVERY_MS - Date.now()));
    }
  }

  /** Once the backend would pass it on, if the reader is still writing. */
  #tell(): void {
    this.#next = undefined;
    if (this.#on) {
      this.#saidAt = Date.now();
      this.room.typing(true);
    }
  }
}
