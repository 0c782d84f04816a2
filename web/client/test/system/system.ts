import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, expect, vi } from 'vitest';
import { ParleyClient, ParleyError, ParleyRest, type OutboxStorage, type Room, type Session } from '../../src/index.ts';

/** A gateway of a running system with guests; the system tests start one and say where it is. */
export const NODE = process.env['PARLEY_NODE'] ?? 'http://127.0.0.1:8080';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) {
    await close();
  }
});

/** A room that no other test knows. */
export const newRoom = () => `client-${crypto.randomUUID().slice(0, 8)}`;

/** Somebody who is there by HTTP alone. */
export class Guest {
  private constructor(readonly session: Session) {}

  /** All guests of these tests come from one address, which may open so many sessions in a while. */
  static async named(name: string): Promise<Guest> {
    for (;;) {
      try {
        return new Guest(await new ParleyRest(() => undefined, NODE).guest(name));
      } catch (error) {
        if (!(error instanceof ParleyError) || error.retryAfterMs === undefined) {
          throw error;
        }
        await new Promise((on) => setTimeout(on, error.retryAfterMs));
      }
    }
  }

  async say(room: string, text: string): Promise<number> {
    const body = JSON.stringify({ text, key: crypto.randomUUID() });
    for (;;) {
      const answer = await fetch(`${NODE}/api/rooms/${room}/messages`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${this.session.token}`, 'Content-Type': 'application/json' },
        body,
      });
      if (answer.status !== 429) {
        expect(answer.status).toBe(201);
        return ((await answer.json()) as { seq: number }).seq;
      }
      const { error } = (await answer.json()) as { error: { retryAfterMs: number } };
      await new Promise((on) => setTimeout(on, error.retryAfterMs));
    }
  }

  async messages(room: string) {
    return (await new ParleyRest(() => this.session.token, NODE).messages(room)).messages;
  }
}

/** The way to the gateway, which can be cut and mended. */
export class Way {
  readonly #open = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  static async open(): Promise<Way> {
    const way = new Way();
    await way.mend();
    closers.push(() => way.cut());
    return way;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async cut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.#open.forEach((socket) => socket.destroy());
    this.#open.clear();
    await new Promise((done) => (server ? server.close(done) : done(undefined)));
  }

  async mend(): Promise<void> {
    const target = new URL(NODE);
    const server = createServer((client) => {
      const node = connect(Number(target.port), target.hostname);
      for (const socket of [client, node]) {
        this.#open.add(socket);
        socket.on('error', () => socket.destroy());
        socket.on('close', () => [client, node].forEach((it) => it.destroy()));
      }
      client.pipe(node).pipe(client);
    });
    this.#server = server;
    await new Promise<void>((done) => server.listen(this.#port, '127.0.0.1', done));
    this.#port = (server.address() as AddressInfo).port;
  }
}

export function client(url: string, token: string | undefined, storage?: OutboxStorage): ParleyClient {
  const made = new ParleyClient({
    url,
    token: () => token,
    ...(storage ? { storage } : {}),
    socket: { reconnectionDelay: 50, reconnectionDelayMax: 200, forceNew: true, transports: ['websocket'] },
  });
  closers.push(() => made.close());
  made.connect();
  return made;
}

interface Packet {
  readonly data: readonly [unknown, ...unknown[]];
}

type Inside = { onevent(packet: Packet): void; onack(packet: Packet): void };

/** Loses packets on their way in: true loses it. */
export function lose(it: ParleyClient, kind: 'onevent' | 'onack', which: (packet: Packet) => boolean): void {
  const socket = it.socket as unknown as Inside;
  const pass = socket[kind].bind(socket);
  socket[kind] = (packet) => {
    if (!which(packet)) {
      pass(packet);
    }
  };
}

/** What a room tells, in order. */
export function texts(room: Room): (string | undefined)[] {
  const heard: (string | undefined)[] = [];
  room.on('message', (message) => heard.push(message.text));
  return heard;
}

export const eventually = (check: () => void | Promise<void>) =>
  vi.waitFor(check, { timeout: 30_000, interval: 25 });

export async function online(it: ParleyClient): Promise<void> {
  await eventually(() => expect(it.state).toBe('online'));
}

export class MemoryStorage implements OutboxStorage {
  readonly #values = new Map<string, string>();
  getItem(name: string): string | null {
    return this.#values.get(name) ?? null;
  }
  setItem(name: string, value: string): void {
    this.#values.set(name, value);
  }
}
