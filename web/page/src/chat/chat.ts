import { computed, effect, signal } from '@preact/signals';
import { ParleyClient, type ConnectionState, type RoomSummary, type Session } from 'parley-client';
import { LAB_ROOM } from '../lab/lane';
import { rest, session, token } from '../session';
import { goToRoom } from '../route';
import { RoomView } from './room-view';

/** Rooms followed at a time, so that their unread counts are live. */
const FOLLOWED_MAX = 50;
/** Where there is no room yet, this one is begun. */
const FIRST_ROOM: RoomSummary = { id: 'general', name: 'General' };
const LIST_EVERY_MS = 20_000;
const LIST_AGAIN_MS = 2_000;

/** The chat of one person: the connection and the rooms that they follow. */
export class Chat {
  readonly client: ParleyClient;
  readonly connection = signal<ConnectionState>('connecting');
  readonly waiting = signal(0);
  readonly rooms = signal<readonly RoomView[]>([]);
  readonly note = signal<string | undefined>(undefined);
  readonly unread = computed(() => this.rooms.value.reduce((sum, it) => sum + it.reading.unread.value, 0));
  #stopTitle: () => void;
  #next: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(readonly me: Session['user']) {
    this.client = new ParleyClient({
      token,
      storage: sessionStorage,
      storageName: `parley.outbox.${me.id}`,
      socket: { reconnectionDelay: 250, reconnectionDelayMax: 4_000 },
    });
    this.client.on('state', (state) => {
      this.connection.value = state;
    });
    this.client.on('refused', (error) => {
      if (error.authentication) {
        session.value = undefined;
      } else {
        this.note.value = error.message;
        setTimeout(() => this.client.connect(), error.retryAfterMs ?? 3_000);
      }
    });
    this.client.on('ended', (error) => {
      this.note.value = error.message;
      if (error.authentication) {
        session.value = undefined;
      }
    });
    this.client.outbox.on('change', () => {
      this.waiting.value = this.client.outbox.writes.filter((it) => it.state === 'waiting').length;
    });
    this.#stopTitle = effect(() => {
      document.title = this.unread.value > 0 ? `(${this.unread.value}) Parley` : 'Parley';
    });
    this.client.connect();
    void this.load();
  }

  /** Lists the rooms, follows those that are new, and looks again from time to time. */
  async load(): Promise<void> {
    clearTimeout(this.#next);
    let found: readonly RoomSummary[] = [];
    let again = LIST_EVERY_MS;
    try {
      found = await rest.rooms();
    } catch {
      again = LIST_AGAIN_MS;
    }
    if (this.#closed) {
      return;
    }
    const summaries = found.length > 0 || this.rooms.value.length > 0 ? found : [FIRST_ROOM];
    const shown = summaries.filter((it) => it.id !== LAB_ROOM);
    for (const summary of shown.slice(0, FOLLOWED_MAX)) {
      void this.view(summary.id, summary).open();
    }
    this.#next = setTimeout(() => void this.load(), again);
  }

  /** The room of that id; one not seen yet is added to the list. */
  view(id: string, summary: RoomSummary = { id }): RoomView {
    let view = this.rooms.value.find((it) => it.room.id === id);
    if (!view) {
      view = new RoomView(this.client, this.me, summary);
      const all = [...this.rooms.value, view];
      this.rooms.value = all.sort((one, other) => one.name.value.localeCompare(other.name.value));
    }
    return view;
  }

  async create(name: string): Promise<void> {
    const id = name.trim().toLowerCase().replace(/[\s:{}\p{C}]+/gu, '-').slice(0, 60);
    const known = this.rooms.value.some((it) => it.room.id === id);
    if (!known) {
      await rest.createRoom({ id, name: name.trim() }).catch(() => undefined);
      this.view(id, { id, name: name.trim() });
    }
    goToRoom(id);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#next);
    this.#stopTitle();
    this.client.close();
  }
}
