// Real clients of every transport. Each listens to one room, goes on by itself where it was after a break, and notes
// what it heard: { name, head, heard, gaps, breaks, last(), say(key, text), close() }.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { sleep } from './until.mjs';

const fromWeb = createRequire(fileURLToPath(new URL('../../web/client/package.json', import.meta.url)));
const { io } = fromWeb('socket.io-client');
const WebSocket = createRequire(fromWeb.resolve('engine.io-client'))('ws');

const ACK_MILLIS = 5_000;
const AGAIN_MILLIS = 300;
const POLL_WAIT_SECONDS = 10;
const SHORT_POLL_MILLIS = 500;
const DURABLE = ['message', 'edited', 'deleted', 'reaction', 'member', 'room'];

export class Door {
  constructor(url) {
    this.url = url;
    this.secure = url.startsWith('https:');
    // As a page that was loaded from here says it.
    this.page = { Origin: url };
  }

  async json(path, { token, method = 'GET', body, headers, signal = AbortSignal.timeout(20_000) } = {}) {
    const response = await fetch(this.url + path, {
      method,
      signal,
      headers: { ...(token ? { Authorization: `Bearer ${token}` } : {}), 'Content-Type': 'application/json', ...headers },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} is answered with ${response.status}: ${text.slice(0, 200)}`);
    return JSON.parse(text);
  }

  async guest(name) {
    return (await this.json('/api/guests', { method: 'POST', body: { name } })).token;
  }
}

class Listener {
  heard = [];
  gaps = [];
  breaks = 0;
  head = undefined;
  closed = false;

  constructor(door, room, name, token) {
    Object.assign(this, { door, room, name, token });
    this.listening = new Promise((done) => { this.listens = done; });
  }

  last() {
    return this.heard.at(-1)?.seq ?? this.head;
  }

  began(head) {
    this.head ??= head;
    this.listens();
  }

  hear({ seq, prev, pos, type, key, text }) {
    this.heard.push({ seq, prev, pos, type, key, text });
  }

  /** The answer to a join: what was missed, then how far the room was. */
  joined({ events, head, gap }) {
    if (gap) this.gaps.push(gap);
    if (this.head === undefined) this.head = events.length > 0 ? events[0].prev : head;
    for (const event of events) this.hear(event);
    this.listens();
  }

  /** Says it until it is answered: the key makes that safe. The answer is the message's number. */
  async say(key, text) {
    for (;;) {
      try {
        const { ok, seq, error } = await this.send({ room: this.room, key, text });
        if (ok) return seq;
        if (error.retryAfterMs === undefined) throw new Error(`${this.name} may not send: ${JSON.stringify(error)}`, { cause: 'final' });
        await sleep(error.retryAfterMs);
      } catch (failure) {
        if (failure.cause === 'final') throw failure;
        await sleep(AGAIN_MILLIS);
      }
    }
  }

  async send({ room, key, text }) {
    const { seq } = await this.door.json(`/api/rooms/${room}/messages`, { method: 'POST', token: this.token, body: { key, text } });
    return { ok: true, seq };
  }

  async joinFrom(ask) {
    for (;;) {
      const answer = await ask('join', { room: this.room, ...(this.last() === undefined ? {} : { after: this.last() }) });
      if (answer.ok) {
        this.joined(answer);
        if (!answer.more) return;
      } else {
        await sleep(answer.error.retryAfterMs ?? AGAIN_MILLIS);
      }
    }
  }
}

/** socket.io-client as everybody uses it, by WebSocket or by long polling only. */
export class SocketIo extends Listener {
  recovered = 0;

  constructor(door, room, name, token, transports) {
    super(door, room, name, token);
    this.socket = io(door.url, {
      auth: { token }, transports, extraHeaders: door.page, forceNew: true, reconnectionDelay: 200, reconnectionDelayMax: 1_000, timeout: 5_000,
    });
    for (const type of DURABLE) this.socket.on(type, (event) => this.hear(event));
    this.socket.on('gap', (gap) => this.gaps.push(gap));
    this.socket.on('disconnect', () => { this.breaks += 1; });
    this.socket.on('connect', () => {
      if (this.socket.recovered) this.recovered += 1;
      else this.joinFrom((event, data) => this.ask(event, data)).catch(() => this.#comeAnew());
    });
  }

  /** A session that may be in the room or not is given up: recovered, it would never join again. */
  #comeAnew() {
    if (!this.closed) this.socket.disconnect().connect();
  }

  ask(event, data) {
    return this.socket.timeout(ACK_MILLIS).emitWithAck(event, data);
  }

  send(message) {
    if (!this.socket.connected) throw new Error('not connected');
    return this.ask('send', message);
  }

  close() {
    this.closed = true;
    this.socket.disconnect();
  }
}

/** Frames of JSON on a plain WebSocket. */
export class PlainWebSocket extends Listener {
  #socket;
  #id = 0;
  #waiting = new Map();

  constructor(door, room, name, token) {
    super(door, room, name, token);
    this.#open();
  }

  #open() {
    const socket = new WebSocket(this.door.url.replace('http', 'ws') + '/ws', { headers: this.door.page });
    this.#socket = socket;
    socket.on('open', async () => {
      try {
        await this.#ask('auth', { token: this.token });
        await this.joinFrom((event, data) => this.#ask(event, data));
      } catch {
        socket.terminate();
      }
    });
    socket.on('message', (bytes) => this.#frame(JSON.parse(bytes)));
    socket.on('error', () => {});
    socket.on('close', async () => {
      for (const { fail } of this.#waiting.values()) fail(new Error('closed'));
      this.#waiting.clear();
      if (this.closed) return;
      this.breaks += 1;
      await sleep(AGAIN_MILLIS);
      this.#open();
    });
  }

  #frame({ id, event, data }) {
    if (event === undefined) {
      this.#waiting.get(id)?.done(data);
      this.#waiting.delete(id);
    } else if (DURABLE.includes(event)) {
      this.hear(data);
    } else if (event === 'gap') {
      this.gaps.push(data);
    }
  }

  #ask(event, data) {
    if (this.#socket.readyState !== WebSocket.OPEN) throw new Error('not connected');
    this.#id += 1;
    const id = this.#id;
    return new Promise((done, fail) => {
      const late = setTimeout(() => fail(new Error('no answer')), ACK_MILLIS);
      const settle = (end) => (value) => { clearTimeout(late); end(value); };
      this.#waiting.set(id, { done: settle(done), fail: settle(fail) });
      this.#socket.send(JSON.stringify({ id, event, data }));
    });
  }

  async send(message) {
    return this.#ask('send', message);
  }

  close() {
    this.closed = true;
    this.#socket.close();
  }
}

/** Server-sent events; comes back with the id of the last event, as browsers do. Says over HTTP. */
export class ServerSentEvents extends Listener {
  #abort = new AbortController();
  #lastId;

  constructor(door, room, name, token) {
    super(door, room, name, token);
    this.#run();
  }

  async #run() {
    while (!this.closed) {
      try {
        await this.#stream();
      } catch {
        // broken: come back
      }
      if (this.closed) return;
      this.breaks += 1;
      await sleep(AGAIN_MILLIS);
    }
  }

  async #stream() {
    const response = await fetch(`${this.door.url}/sse?room=${this.room}`, {
      signal: this.#abort.signal,
      headers: { Authorization: `Bearer ${this.token}`, ...(this.#lastId ? { 'Last-Event-ID': this.#lastId } : {}) },
    });
    if (!response.ok) throw new Error(`answered with ${response.status}`);
    let text = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const blocks = text.split('\n\n');
      text = blocks.pop();
      blocks.forEach((block) => this.#block(block));
    }
  }

  #block(block) {
    const fields = Object.fromEntries(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]));
    if (fields.id) this.#lastId = fields.id;
    if (fields.event === 'joined') this.began(JSON.parse(fields.data).head);
    else if (fields.event === 'gap') this.gaps.push(JSON.parse(fields.data));
    else if (DURABLE.includes(fields.event)) this.hear(JSON.parse(fields.data));
  }

  close() {
    this.closed = true;
    this.#abort.abort();
  }
}

/** Long polling, or short polling where it does not wait. Says over HTTP. */
export class Polling extends Listener {
  #abort = new AbortController();

  constructor(door, room, name, token, waitSeconds) {
    super(door, room, name, token);
    this.waitSeconds = waitSeconds;
    this.#run();
  }

  async #run() {
    while (!this.closed) {
      try {
        const after = this.last() === undefined ? '' : `&after=${this.last()}`;
        const wait = this.last() === undefined ? 0 : this.waitSeconds;
        this.joined(await this.door.json(`/api/rooms/${this.room}/events?wait=${wait}${after}`, {
          token: this.token,
          signal: AbortSignal.any([this.#abort.signal, AbortSignal.timeout((POLL_WAIT_SECONDS + 10) * 1_000)]),
        }));
        if (this.waitSeconds === 0) await sleep(SHORT_POLL_MILLIS);
      } catch {
        this.breaks += 1;
        await sleep(AGAIN_MILLIS);
      }
    }
  }

  close() {
    this.closed = true;
    this.#abort.abort();
  }
}

/** Two of each transport, so that both gateways have some. */
export const KINDS = {
  'socket.io by WebSocket': (...who) => new SocketIo(...who, ['websocket']),
  'socket.io by polling only': (...who) => new SocketIo(...who, ['polling']),
  'socket.io with upgrade': (...who) => new SocketIo(...who, ['polling', 'websocket']),
  'plain WebSocket': (...who) => new PlainWebSocket(...who),
  'server-sent events': (...who) => new ServerSentEvents(...who),
  'long polling': (...who) => new Polling(...who, POLL_WAIT_SECONDS),
  'short polling': (...who) => new Polling(...who, 0),
};
