import { afterEach, expect, vi } from 'vitest';
// The stand-in is a development tool in plain JavaScript.
// @ts-expect-error it has no types
import { startNode } from '../../dev/node.mjs';
// @ts-expect-error it has no types
import { World } from '../../dev/world.mjs';
import { ParleyClient, type Message, type OutboxStorage, type Room, type Session } from '../src/index.ts';

interface Faults {
  dropEvent?: (name: string, body: Message) => boolean;
  dropAck?: (name: string, body: object) => boolean;
}

export interface StandInNode {
  url: string;
  port: number;
  kill(): Promise<void>;
  io: { disconnectSockets(): void };
}

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) {
    await close();
  }
});

export function newWorld() {
  return new World() as {
    guest(name: string): Session;
    send(user: object, body: object): Promise<{ seq: number }>;
    room(id: string): { events: Message[]; messages: Map<number, Message> };
    storedAfterMs: number;
  };
}

export async function node(world: object, faults: Faults = {}, port = 0, recovery = false): Promise<StandInNode> {
  const started = (await startNode(world, { id: 'n1', port, faults, recovery })) as StandInNode;
  closers.push(() => started.kill());
  return started;
}

export function client(url: string, token: string | undefined, storage?: OutboxStorage): ParleyClient {
  const made = new ParleyClient({
    url,
    token: () => token,
    ...(storage ? { storage } : {}),
    socket: { reconnectionDelay: 20, reconnectionDelayMax: 50, forceNew: true, transports: ['websocket'] },
  });
  closers.push(() => made.close());
  made.connect();
  return made;
}

/** What a room tells, in order. */
export function texts(room: Room): (string | undefined)[] {
  const heard: (string | undefined)[] = [];
  room.on('message', (message) => heard.push(message.text));
  return heard;
}

export const eventually = (check: () => void) => vi.waitFor(check, { timeout: 8_000, interval: 10 });

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
