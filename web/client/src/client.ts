import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { Emitter } from './emitter.ts';
import { ParleyError } from './errors.ts';
import type { DurableEvent, Gap, Left, Presence, Read, Target, Typing } from './events.ts';
import { Outbox, type OutboxStorage } from './outbox.ts';
import { Room } from './room.ts';
import { Wire } from './wire.ts';

export type ConnectionState = 'connecting' | 'online' | 'offline' | 'refused';

export interface ParleyOptions {
  /** Where the backend is; the page's own origin if left out. */
  readonly url?: string;
  /** The token to connect with, asked for at every attempt. */
  readonly token: () => string | undefined;
  /** Keeps unsent messages through a reload. */
  readonly storage?: OutboxStorage;
  /** Whose messages they are: another user's never go out under this one's token. */
  readonly storageName?: string;
  /** Passed on to socket.io-client. */
  readonly socket?: Partial<ManagerOptions & SocketOptions>;
}

interface ClientEvents {
  state: ConnectionState;
  /** The backend refuses the connection; it is not tried again until {@link ParleyClient.connect}. */
  refused: ParleyError;
  /** The backend ends this session and says why. */
  ended: ParleyError;
  /** Any event outside of the vocabulary, with its first argument. */
  heard: { readonly name: string; readonly body: unknown };
}

/** A connection to Parley: rooms that lose and repeat nothing, and writes that survive being offline. */
export class ParleyClient extends Emitter<ClientEvents> {
  readonly socket: Socket;
  readonly outbox: Outbox;
  readonly #wire: Wire;
  readonly #rooms = new Map<string, Room>();
  #state: ConnectionState = 'connecting';

  constructor(options: ParleyOptions) {
    super();
    const settings = {
      ...options.socket,
      auth: (tell: (auth: object) => void) => tell({ token: options.token() }),
      autoConnect: false,
    };
    this.socket = options.url === undefined ? io(settings) : io(options.url, settings);
    this.#wire = new Wire(this.socket);
    this.outbox = new Outbox(
      {
        ready: (room) => this.room(room).writable,
        ask: (event, body) => this.#wire.ask(event, body),
        lookUp: (room) => this.room(room).history({ limit: 200 }),
      },
      options.storage,
      options.storageName,
    );
    this.socket.on('connect', () => this.#connected());
    this.socket.on('disconnect', () => this.#disconnected());
    this.socket.on('connect_error', (error) => this.#connectFailed(error));
    this.socket.onAny((name: string, body: unknown) => this.#heard(name, body));
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Whether the last connect took up the session before it, with what was missed replayed. */
  get recovered(): boolean {
    return this.socket.recovered;
  }

  connect(): void {
    this.socket.connect();
  }

  close(): void {
    this.socket.disconnect();
  }

  room(id: string): Room {
    let room = this.#rooms.get(id);
    if (!room) {
      room = new Room(id, this.#wire, this.outbox);
      this.#rooms.set(id, room);
    }
    return room;
  }

  /** Sends an event of one's own to a room, to a person or to everyone. */
  async emitTo(to: Target, event: string, data: unknown, self = true): Promise<void> {
    await this.#wire.ask('emit', { to, event, data, self });
  }

  #connected(): void {
    this.#become('online');
    this.#rooms.forEach((room) => room.connected(this.socket.recovered));
    this.outbox.pumpAll();
  }

  #disconnected(): void {
    this.#rooms.forEach((room) => room.disconnected());
    this.#become('offline');
  }

  #connectFailed(error: Error & { data?: unknown }): void {
    // An active socket tries again by itself: the network failed. Else the backend said no.
    if (this.socket.active) {
      this.#become('offline');
      return;
    }
    const said = error.data ?? { code: 'refused', message: error.message };
    this.#become('refused');
    this.emit('refused', ParleyError.of(said));
  }

  #become(state: ConnectionState): void {
    if (state !== this.#state) {
      this.#state = state;
      this.emit('state', state);
    }
  }

  #heard(name: string, body: unknown): void {
    const inRoom = body as { room?: string; seq?: number; prev?: number; type?: string };
    const room = typeof inRoom?.room === 'string' ? this.#rooms.get(inRoom.room) : undefined;
    if (room && inRoom.type !== undefined && inRoom.prev !== undefined) {
      room.hear(body as DurableEvent);
      return;
    }
    switch (name) {
      case 'typing':
        return room?.emit('typing', body as Typing);
      case 'presence':
        return room?.emit('presence', body as Presence);
      case 'read':
        return room?.emit('read', body as Read);
      case 'left':
        return room?.hearLeft(body as Left);
      case 'ended':
        return this.emit('ended', ParleyError.of(body));
      case 'gap':
        return room?.hearGap(body as Gap);
      default:
        this.emit('heard', { name, body });
    }
  }
}
