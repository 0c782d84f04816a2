// What the stand-in knows: people, rooms and their events, in memory and shared by all its nodes.
import { EventEmitter } from 'node:events';
import { randomBytes } from 'node:crypto';

const STORED_AFTER_MS = 60;
const PAGE_MAX = 200;
const EVENTS_PER_JOIN_MAX = 500;

export class Refusal extends Error {
  constructor(code, message, retryAfterMs) {
    super(message);
    this.error = { code, message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
}

export class World {
  bus = new EventEmitter().setMaxListeners(0);
  #rooms = new Map();
  #tokens = new Map();
  #reads = new Map();
  #pos = Date.now() * 1000;
  storedAfterMs = STORED_AFTER_MS;

  guest(name) {
    if (typeof name !== 'string' || name.trim() === '' || name.length > 64) {
      throw new Refusal('invalid', 'A name has 1 to 64 characters');
    }
    const user = { id: `g-${randomBytes(6).toString('hex')}`, name };
    const token = randomBytes(18).toString('base64url');
    this.#tokens.set(token, user);
    return { token, user };
  }

  get pos() {
    return this.#pos;
  }

  user(token) {
    const user = this.#tokens.get(token);
    if (!user) {
      throw new Refusal('unauthorized', 'This token is not known');
    }
    return user;
  }

  room(id, name) {
    let room = this.#rooms.get(id);
    if (!room) {
      room = { id, name: name ?? id, events: [], messages: new Map(), keys: new Map(), here: new Map() };
      this.#rooms.set(id, room);
    }
    return room;
  }

  rooms(user) {
    return [...this.#rooms.values()].map((room) => {
      const read = this.#reads.get(`${user.id} ${room.id}`) ?? 0;
      const messages = [...room.messages.values()];
      return {
        id: room.id, name: room.name, kind: 'open', here: room.here.size, last: messages.at(-1),
        unread: messages.filter((it) => it.seq > read && it.from.id !== user.id).length,
      };
    });
  }

  head(room) {
    return room.events.at(-1)?.seq ?? 0;
  }

  eventsAfter(room, after) {
    const events = room.events.filter((event) => event.seq > after);
    return { events: events.slice(0, EVENTS_PER_JOIN_MAX), more: events.length > EVENTS_PER_JOIN_MAX };
  }

  append(room, tail) {
    const prev = this.head(room);
    this.#pos = Math.max(this.#pos + 1, Date.now() * 1000);
    const seq = prev === 0 ? 2 ** 32 + 1 : prev + 1;
    const event = { seq, prev, pos: this.#pos, ts: Date.now(), room: room.id, ...tail };
    room.events.push(event);
    this.bus.emit('durable', event);
    return event;
  }

  async send(user, { room: id, text, data, replyTo, key, ack }) {
    if (typeof text === 'string' && text.length > 8000) {
      throw new Refusal('too_large', 'A text has at most 8,000 bytes');
    }
    const room = this.room(id);
    const known = key && room.keys.get(`${user.id}:${key}`);
    const event = known || this.append(room, { type: 'message', from: user, text, data, replyTo, key });
    if (!known) {
      room.messages.set(event.seq, { ...event });
      if (key) room.keys.set(`${user.id}:${key}`, event);
    }
    if (ack === 'stored') {
      await new Promise((done) => setTimeout(done, this.storedAfterMs));
    }
    return { seq: event.seq, prev: event.prev, ts: event.ts };
  }

  #target(room, seq, user) {
    const message = room.messages.get(seq);
    if (!message) throw new Refusal('not_found', 'There is no such message');
    if (user && message.from.id !== user.id) throw new Refusal('forbidden', 'It is someone else’s message');
    return message;
  }

  edit(user, { room: id, seq, text }) {
    const room = this.room(id);
    const message = this.#target(room, seq, user);
    const event = this.append(room, { type: 'edited', from: user, target: seq, text });
    Object.assign(message, { text, edited: event.ts });
  }

  delete(user, { room: id, seq }) {
    const room = this.room(id);
    const message = this.#target(room, seq, user);
    this.append(room, { type: 'deleted', from: user, target: seq });
    delete message.text;
    delete message.reactions;
    message.deleted = true;
  }

  react(user, { room: id, seq, emoji, on }) {
    const room = this.room(id);
    const message = this.#target(room, seq);
    this.append(room, { type: 'reaction', from: user, target: seq, emoji, on });
    const reactions = new Map((message.reactions ?? []).map((it) => [it.emoji, new Set(it.users)]));
    const users = reactions.get(emoji) ?? new Set();
    if (on) users.add(user.id);
    else users.delete(user.id);
    reactions.set(emoji, users);
    message.reactions = [...reactions].filter(([, them]) => them.size > 0)
      .map(([it, them]) => ({ emoji: it, users: [...them] }));
  }

  read(user, { room, seq }) {
    this.#reads.set(`${user.id} ${room}`, seq);
    this.bus.emit('passing', { to: { room }, event: 'read', body: { room, user: { id: user.id }, seq } });
  }

  /** A person's presence counts their connections. */
  enter(room, user, by) {
    const there = room.here.get(user.id) ?? { user, count: 0 };
    there.count += by;
    room.here.set(user.id, there);
    if (there.count <= 0) room.here.delete(user.id);
    if (by > 0 ? there.count === 1 : there.count <= 0) {
      this.bus.emit('passing',
        { to: { room: room.id }, event: 'presence', body: { room: room.id, user, on: by > 0 } });
    }
  }

  history({ room: id, before, after, around, limit = 50, q }) {
    const all = [...this.room(id).messages.values()];
    const size = Math.min(Number(limit), PAGE_MAX);
    if (q) {
      const found = all.filter((it) => it.text?.toLowerCase().includes(String(q).toLowerCase()));
      return { messages: found.slice(-size) };
    }
    let from = all.length - size;
    if (before !== undefined) from = all.findIndex((it) => it.seq >= Number(before)) - size;
    if (after !== undefined) from = all.findIndex((it) => it.seq > Number(after));
    if (around !== undefined) from = all.findIndex((it) => it.seq >= Number(around)) - (size >> 1);
    if (after !== undefined && from < 0) return { messages: [] };
    const to = before === undefined ? Math.max(from, 0) + size : from + size;
    const messages = all.slice(Math.max(from, 0), Math.max(to, 0));
    return {
      messages,
      ...(from > 0 && messages.length ? { before: messages[0].seq } : {}),
      ...(to < all.length && messages.length ? { after: messages.at(-1).seq } : {}),
    };
  }
}
