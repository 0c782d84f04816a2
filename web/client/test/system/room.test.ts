import { beforeEach, describe, expect, it } from 'vitest';
import { Scrollback, type Gap, type Message } from '../../src/index.ts';
import { client, eventually, Guest, lose, newRoom, NODE, online, texts, Way } from './system.ts';

describe('a room', () => {
  let id: string;
  let ada: Guest;
  let bo: Guest;

  beforeEach(async () => {
    id = newRoom();
    ada = await Guest.named('Ada');
    bo = await Guest.named('Bo');
  });

  it('brings what was missed between two connections, in order and once', async () => {
    const way = await Way.open();
    const it = client(way.url, ada.session.token);
    const heard = texts(it.room(id));
    await it.room(id).join();
    await bo.say(id, 'one');
    await eventually(() => expect(heard).toEqual(['one']));

    await way.cut();
    await eventually(() => expect(it.state).toBe('offline'));
    for (const text of ['two', 'three', 'four']) {
      await bo.say(id, text);
    }
    await way.mend();
    await eventually(() => expect(heard).toHaveLength(4));
    await bo.say(id, 'five');
    await eventually(() => expect(heard).toEqual(['one', 'two', 'three', 'four', 'five']));
  });

  it('takes up a recovered session without joining again', async () => {
    const it = client(NODE, ada.session.token);
    const asked: string[] = [];
    it.socket.onAnyOutgoing((name: string) => asked.push(name));
    const heard = texts(it.room(id));
    await it.room(id).join();
    await bo.say(id, 'one');
    await eventually(() => expect(heard).toEqual(['one']));
    it.socket.io.engine.close();
    await eventually(() => expect(it.recovered).toBe(true));
    await eventually(() => expect(it.room(id).current).toBe(true));
    await bo.say(id, 'two');
    await eventually(() => expect(heard).toEqual(['one', 'two']));
    expect(asked.filter((name) => name === 'join')).toHaveLength(1);
  });

  it('notices a lost event by its successor and fetches it', async () => {
    const it = client(NODE, ada.session.token);
    let lost = 0;
    lose(it, 'onevent', ({ data: [, event] }) => (event as Message).text === 'two' && lost++ === 0);
    const heard = texts(it.room(id));
    await it.room(id).join();
    for (const text of ['one', 'two', 'three', 'four']) {
      await bo.say(id, text);
    }
    await eventually(() => expect(heard).toEqual(['one', 'two', 'three', 'four']));
    expect(lost).toBe(1);
  });

  it('pages through a long absence', async () => {
    await client(NODE, bo.session.token).room(id).join();
    const seq = await bo.say(id, 'the one seen');
    // More than one answer to a join carries; no guest goes past the rate of one user.
    for (let guest = 0; guest < 11; guest++) {
      const writer = await Guest.named(`Writer ${guest}`);
      await Promise.all(Array.from({ length: 50 }, (_, i) => writer.say(id, `${guest}-${i}`)));
    }
    const room = client(NODE, ada.session.token).room(id);
    const heard: Message[] = [];
    room.on('message', (message) => heard.push(message));
    await room.join(seq);
    expect(heard).toHaveLength(550);
    heard.forEach((message, i) => expect(message.prev).toBe(i === 0 ? seq : heard[i - 1]?.seq));
    expect(new Set(heard.map((message) => message.text)).size).toBe(550);
  });

  it('walks back to the first message, page by page', async () => {
    const room = client(NODE, ada.session.token).room(id);
    await room.join();
    for (let i = 0; i < 25; i++) {
      await bo.say(id, String(i));
    }
    const scrollback = new Scrollback((query) => room.history(query), 10);
    let seen = await scrollback.latest();
    while (scrollback.hasOlder) {
      seen = [...(await scrollback.older()), ...seen];
    }
    expect(seen.map((message) => message.text)).toEqual(Array.from({ length: 25 }, (_, i) => String(i)));
  });

  it('tells a gap where the past cannot be had, and goes on', async () => {
    const it = client(NODE, ada.session.token);
    const room = it.room(id);
    const heard = texts(room);
    const gaps: Gap[] = [];
    room.on('gap', (gap) => gaps.push(gap));
    await bo.say(id, 'kept');
    await room.join(7); // a position that no room ever had
    await bo.say(id, 'live');
    await eventually(() => expect(heard.at(-1)).toBe('live'));
    expect(gaps).toHaveLength(1);
  });

  it('tells each kind of event under its own name', async () => {
    const it = client(NODE, ada.session.token);
    const room = it.room(id);
    const heard: string[] = [];
    let message: Message | undefined;
    room.on('message', (event) => (message = event));
    for (const name of ['edited', 'deleted', 'reaction'] as const) {
      room.on(name, () => heard.push(name));
    }
    await room.join();
    room.send('hello');
    await eventually(() => expect(message?.text).toBe('hello'));
    const seq = message?.seq ?? 0;
    room.react(seq, '👍', true);
    room.edit(seq, 'hello again');
    room.delete(seq);
    await eventually(() => expect(heard).toEqual(['reaction', 'edited', 'deleted']));
    await eventually(async () =>
      expect((await room.who()).map((person) => person.name)).toEqual(['Ada']),
    );
  });

  it('says why a connection is refused and does not insist', async () => {
    const it = client(NODE, 'not a token');
    const codes: string[] = [];
    it.on('refused', (error) => codes.push(error.code));
    await eventually(() => expect(it.state).toBe('refused'));
    expect(codes).toEqual(['unauthorized']);
  });

  it('joins when the connection comes if there was none', async () => {
    const way = await Way.open();
    await way.cut();
    const it = client(way.url, ada.session.token);
    const joined = it.room(id).join();
    await eventually(() => expect(it.state).toBe('offline'));
    await way.mend();
    expect((await joined).room).toBe(id);
    await online(it);
  });
});
