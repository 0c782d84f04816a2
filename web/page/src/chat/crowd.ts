import { computed, signal } from '@preact/signals';
import type { Room, User } from 'parley-client';

/** Who is in a room; of a large one the number alone is known. */
export class Crowd {
  readonly #users = signal<ReadonlyMap<string, User>>(new Map());
  readonly #told = signal<number | undefined>(undefined);
  readonly count = computed(() => Math.max(this.#told.value ?? 0, this.#users.value.size));
  readonly people = computed(() =>
    [...this.#users.value.values()].sort((one, other) => one.name.localeCompare(other.name)),
  );

  readonly names = computed(() => this.people.value.map((user) => user.name));

  constructor(private readonly room: Room) {
    room.on('presence', ({ user, on, count }) => {
      this.#told.value = count;
      if (user) {
        const users = new Map(this.#users.value);
        if (on) {
          users.set(user.id, user);
        } else {
          users.delete(user.id);
        }
        this.#users.value = users;
      }
    });
  }

  async ask(): Promise<void> {
    const users = await this.room.who().catch(() => undefined);
    if (users && users.length > 0) {
      this.#told.value = undefined;
      this.#users.value = new Map(users.map((user) => [user.id, user]));
    }
  }
}
