import { describe, expect, it } from 'vitest';
import { Outbox, WRITES_MAX, type WriteState } from '../src/index.ts';
import { client, eventually, MemoryStorage, newWorld, node, online, texts } from './standin.ts';

describe('the outbox', () => {
  it('shows a message as sending, accepted and stored', async () => {
    const world = newWorld();
    const it = client((await node(world)).url, world.guest('Ada').token);
    await it.room('r').join();
    const states: WriteState[] = [];
    it.outbox.on('change', (write) => states.push(write.state));
    it.room('r').send('hello');
    await eventually(() => expect(states).toEqual(['waiting', 'sending', 'accepted', 'stored']));
    expect(it.outbox.writes).toEqual([]);
  });

  it('holds what is written offline and sends it once, in order', async () => {
    const world = newWorld();
    const running = await node(world);
    const it = client(running.url, world.guest('Ada').token);
    const heard = texts(it.room('r'));
    await it.room('r').join();
    await running.kill();
    await eventually(() => expect(it.state).toBe('offline'));
    ['a', 'b', 'c'].forEach((text) => it.room('r').send(text));
    expect(it.outbox.writes.map((write) => write.state)).toEqual(['waiting', 'waiting', 'waiting']);
    await node(world, {}, running.port);
    await eventually(() => expect(heard).toEqual(['a', 'b', 'c']));
    await eventually(() => expect(it.outbox.writes).toEqual([]));
    expect(world.room('r').events).toHaveLength(3);
  });

  it('does not double a message whose answer was lost with the connection', async () => {
    const world = newWorld();
    world.storedAfterMs = 0;
    let deaf = true;
    const running = await node(world, {
      dropAck: (name) => name === 'send' && deaf,
      dropEvent: (name) => name === 'message' && deaf,
    });
    const it = client(running.url, world.guest('Ada').token);
    const heard = texts(it.room('r'));
    await it.room('r').join();
    it.room('r').send('once');
    await eventually(() => expect(world.room('r').events).toHaveLength(1));
    deaf = false;
    it.socket.io.engine.close();
    await eventually(() => expect(heard).toEqual(['once']));
    await eventually(() => expect(it.outbox.writes).toEqual([]));
    expect(world.room('r').events).toHaveLength(1);
  });

  it('survives a reload with what was not sent', async () => {
    const world = newWorld();
    const ada = world.guest('Ada');
    const storage = new MemoryStorage();
    const running = await node(world);
    await running.kill();
    const before = client(running.url, ada.token, storage);
    before.room('r').send('written offline');
    before.close();
    await node(world, {}, running.port);
    const after = client(running.url, ada.token, storage);
    const heard = texts(after.room('r'));
    await after.room('r').join();
    await eventually(() => expect(heard).toEqual(['written offline']));
    const again = client(running.url, ada.token, storage);
    await online(again);
    expect(again.outbox.writes).toEqual([]);
  });

  it('looks an old write up before it sends it again', async () => {
    const asked: string[] = [];
    const storage = new MemoryStorage();
    const old = { key: 'k', room: 'r', body: { op: 'send', text: 'old' }, at: Date.now() - 3_600_000, tried: true };
    storage.setItem('parley.outbox', JSON.stringify([old]));
    const outbox: Outbox = new Outbox(
      {
        ready: () => true,
        ask: (event) => {
          asked.push(event);
          return Promise.resolve({ seq: 5 });
        },
        lookUp: () => {
          asked.push('history');
          outbox.settle({
            type: 'message', seq: 5, prev: 4, pos: 5, ts: 5, room: 'r', key: 'k', text: 'old',
            from: { id: 'a', name: 'A' },
          });
          return Promise.resolve();
        },
      },
      storage,
    );
    outbox.pumpAll();
    await eventually(() => expect(asked).toEqual(['history']));
    await eventually(() => expect(outbox.writes).toEqual([]));
    expect(asked).toEqual(['history']);
  });

  it('keeps a refused message for its author, and lets the others pass', async () => {
    const world = newWorld();
    const it = client((await node(world)).url, world.guest('Ada').token);
    const heard = texts(it.room('r'));
    await it.room('r').join();
    const long = it.room('r').send('x'.repeat(9_000));
    it.room('r').send('short');
    await eventually(() => expect(heard).toEqual(['short']));
    const refused = it.outbox.writes.find((write) => write.key === long.key);
    expect(refused?.state).toBe('refused');
    expect(refused?.error?.code).toBe('too_large');
    it.outbox.discard(long.key);
    await eventually(() => expect(it.outbox.writes).toEqual([]));
  });

  it('is bounded', () => {
    const outbox = new Outbox({
      ready: () => false,
      ask: () => Promise.reject(new Error('not connected')),
      lookUp: () => Promise.resolve(),
    });
    for (let i = 0; i < WRITES_MAX; i++) {
      outbox.put('r', { op: 'send', text: String(i) });
    }
    expect(() => outbox.put('r', { op: 'send', text: 'one more' })).toThrow(/waiting already/);
  });
});
