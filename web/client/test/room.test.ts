import { describe, expect, it } from 'vitest';
import { type Gap, type Message } from '../src/index.ts';
import { client, eventually, newWorld, node, online, texts } from './standin.ts';

describe('a room', () => {
  it('brings what was missed between two connections, in order and once', async () => {
    const world = newWorld();
    const { user } = world.guest('Bo');
    const ada = world.guest('Ada');
    const first = await node(world);
    const it = client(first.url, ada.token);
    const heard = texts(it.room('r'));
    await it.room('r').join();
    await world.send(user, { room: 'r', text: 'one' });
    await eventually(() => expect(heard).toEqual(['one']));

    await first.kill();
    await eventually(() => expect(it.state).toBe('offline'));
    for (const text of ['two', 'three', 'four']) {
      await world.send(user, { room: 'r', text });
    }
    await node(world, {}, first.port);
    await eventually(() => expect(heard).toHaveLength(4));
    await world.send(user, { room: 'r', text: 'five' });
    await eventually(() => expect(heard).toEqual(['one', 'two', 'three', 'four', 'five']));
  });

  it('takes up a recovered session without asking for the past again', async () => {
    const world = newWorld();
    const { user } = world.guest('Bo');
    const asked: string[] = [];
    const running = await node(world, {
      dropAck: (name) => {
        asked.push(name);
        return false;
      },
    }, 0, true);
    const it = client(running.url, world.guest('Ada').token);
    const heard = texts(it.room('r'));
    await it.room('r').join();
    await world.send(user, { room: 'r', text: 'one' });
    await eventually(() => expect(heard).toEqual(['one']));
    it.socket.io.engine.close();
    await eventually(() => expect(it.recovered).toBe(true));
    await eventually(() => expect(it.room('r').current).toBe(true));
    expect(asked.filter((name) => name === 'join')).toHaveLength(1);
  });

  it('notices a lost event by its successor and fetches it', async () => {
    const world = newWorld();
    const { user } = world.guest('Bo');
    let drop = true;
    const running = await node(world, {
      dropEvent: (_, event) => event.text === 'two' && drop && !(drop = false),
    });
    const it = client(running.url, world.guest('Ada').token);
    const heard = texts(it.room('r'));
    await it.room('r').join();
    for (const text of ['one', 'two', 'three', 'four']) {
      await world.send(user, { room: 'r', text });
    }
    await eventually(() => expect(heard).toEqual(['one', 'two', 'three', 'four']));
    expect(drop).toBe(false);
  });

  it('pages through a long absence', async () => {
    const world = newWorld();
    const { user } = world.guest('Bo');
    const it = client((await node(world)).url, world.guest('Ada').token);
    const room = it.room('r');
    const heard = texts(room);
    const { seq } = await world.send(user, { room: 'r', text: 'the one seen' });
    for (let i = 0; i < 1_234; i++) {
      await world.send(user, { room: 'r', text: String(i) });
    }
    await room.join(seq);
    expect(heard).toEqual(Array.from({ length: 1_234 }, (_, i) => String(i)));
  });

  it('tells a gap where the past cannot be had, and goes on', async () => {
    const world = newWorld();
    const { user } = world.guest('Bo');
    const it = client((await node(world)).url, world.guest('Ada').token);
    const room = it.room('r');
    const heard = texts(room);
    const gaps: Gap[] = [];
    room.on('gap', (gap) => gaps.push(gap));
    const { seq } = await world.send(user, { room: 'r', text: 'seen' });
    await world.send(user, { room: 'r', text: 'forgotten' });
    await world.send(user, { room: 'r', text: 'kept' });
    world.room('r').events.splice(1, 1);
    await room.join(seq);
    await world.send(user, { room: 'r', text: 'live' });
    await eventually(() => expect(heard).toEqual(['kept', 'live']));
    expect(gaps).toEqual([{ room: 'r', after: seq, head: seq + 1 }]);
  });

  it('tells each kind of event under its own name', async () => {
    const world = newWorld();
    const it = client((await node(world)).url, world.guest('Ada').token);
    const room = it.room('r');
    const heard: string[] = [];
    let message: Message | undefined;
    room.on('message', (event) => (message = event));
    for (const name of ['edited', 'deleted', 'reaction', 'presence'] as const) {
      room.on(name, () => heard.push(name));
    }
    await room.join();
    room.send('hello');
    await eventually(() => expect(message?.text).toBe('hello'));
    const seq = message?.seq ?? 0;
    room.react(seq, '👍', true);
    room.edit(seq, 'hello again');
    room.delete(seq);
    await eventually(() => expect(heard).toEqual(['presence', 'reaction', 'edited', 'deleted']));
    expect((await room.who()).map((person) => person.name)).toEqual(['Ada']);
  });

  it('says why a connection is refused and does not insist', async () => {
    const it = client((await node(newWorld())).url, 'not a token');
    const codes: string[] = [];
    it.on('refused', (error) => codes.push(error.code));
    await eventually(() => expect(it.state).toBe('refused'));
    expect(codes).toEqual(['unauthorized']);
  });

  it('joins when the connection comes if there was none', async () => {
    const world = newWorld();
    const probe = await node(world);
    await probe.kill();
    const it = client(probe.url, world.guest('Ada').token);
    const joined = it.room('r').join();
    await eventually(() => expect(it.state).toBe('offline'));
    await node(world, {}, probe.port);
    expect((await joined).room).toBe('r');
    await online(it);
  });
});
