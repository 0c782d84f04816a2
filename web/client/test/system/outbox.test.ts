import { beforeEach, describe, expect, it } from 'vitest';
import { type WriteState } from '../../src/index.ts';
import { client, eventually, Guest, lose, MemoryStorage, newRoom, NODE, online, texts, Way } from './system.ts';

describe('the outbox', () => {
  let id: string;
  let ada: Guest;

  beforeEach(async () => {
    id = newRoom();
    ada = await Guest.named('Ada');
  });

  const said = async () => (await ada.messages(id)).map((message) => message.text);

  it('shows a message as sending, accepted and stored', async () => {
    const it = client(NODE, ada.session.token);
    await it.room(id).join();
    const states: WriteState[] = [];
    it.outbox.on('change', (write) => states.push(write.state));
    it.room(id).send('hello');
    await eventually(() => expect(states).toEqual(['waiting', 'sending', 'accepted', 'stored']));
    expect(it.outbox.writes).toEqual([]);
  });

  it('holds what is written offline and sends it once, in order', async () => {
    const way = await Way.open();
    const it = client(way.url, ada.session.token);
    const heard = texts(it.room(id));
    await it.room(id).join();
    await way.cut();
    await eventually(() => expect(it.state).toBe('offline'));
    ['a', 'b', 'c'].forEach((text) => it.room(id).send(text));
    expect(it.outbox.writes.map((write) => write.state)).toEqual(['waiting', 'waiting', 'waiting']);
    await way.mend();
    await eventually(() => expect(heard).toEqual(['a', 'b', 'c']));
    await eventually(() => expect(it.outbox.writes).toEqual([]));
    expect(await said()).toEqual(['a', 'b', 'c']);
  });

  it('does not double a message whose answer was lost with the connection', async () => {
    const it = client(NODE, ada.session.token);
    const heard = texts(it.room(id));
    await it.room(id).join();
    let deaf = true;
    lose(it, 'onevent', () => deaf);
    lose(it, 'onack', () => deaf);
    it.room(id).send('once');
    const other = await Guest.named('Bo');
    await eventually(async () =>
      expect((await other.messages(id)).map((message) => message.text)).toEqual(['once']),
    );
    deaf = false;
    it.socket.io.engine.close();
    await eventually(() => expect(heard).toEqual(['once']));
    await eventually(() => expect(it.outbox.writes).toEqual([]));
    expect(await said()).toEqual(['once']);
  });

  it('survives a reload with what was not sent', async () => {
    const way = await Way.open();
    await way.cut();
    const storage = new MemoryStorage();
    const before = client(way.url, ada.session.token, storage);
    before.room(id).send('written offline');
    before.close();
    await way.mend();
    const after = client(way.url, ada.session.token, storage);
    const heard = texts(after.room(id));
    await after.room(id).join();
    await eventually(() => expect(heard).toEqual(['written offline']));
    await eventually(() => expect(after.outbox.writes).toEqual([]));
    const again = client(way.url, ada.session.token, storage);
    await online(again);
    expect(again.outbox.writes).toEqual([]);
  });

  it('keeps a refused message for its author, and lets the others pass', async () => {
    const it = client(NODE, ada.session.token);
    const heard = texts(it.room(id));
    await it.room(id).join();
    const long = it.room(id).send('x'.repeat(9_000));
    it.room(id).send('short');
    await eventually(() => expect(heard).toEqual(['short']));
    const refused = it.outbox.writes.find((write) => write.key === long.key);
    expect(refused?.state).toBe('refused');
    expect(refused?.error?.code).toBe('too_large');
    it.outbox.discard(long.key);
    await eventually(() => expect(it.outbox.writes).toEqual([]));
  });
});
