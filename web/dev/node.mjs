// One node of the stand-in: the transports over a shared world.
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { join, normalize, extname } from 'node:path';
import { Server } from 'socket.io';
import { WebSocketServer } from 'ws';
import { Refusal } from './world.mjs';

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const cookieOf = (request) => /(?:^|; )parley=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
const tokenOf = (request) => /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? cookieOf(request);

/** The vocabulary, whatever transport it comes by. */
function commands(world, session) {
  const room = (body) => world.room(body.room);
  return {
    join: (body) => {
      const it = room(body);
      if (!session.rooms.has(it.id)) {
        session.rooms.add(it.id);
        world.enter(it, session.user, 1);
      }
      const past = body.after === undefined ? { events: [], more: false } : world.eventsAfter(it, body.after);
      return { room: it.id, head: world.head(it), role: 'member', ...past };
    },
    leave: (body) => {
      if (session.rooms.delete(body.room)) world.enter(room(body), session.user, -1);
    },
    send: (body) => world.send(session.user, body),
    edit: (body) => world.edit(session.user, body),
    delete: (body) => world.delete(session.user, body),
    react: (body) => world.react(session.user, body),
    read: (body) => world.read(session.user, body),
    history: (body) => world.history(body),
    who: (body) => ({ users: [...room(body).here.values()].map((it) => it.user) }),
    typing: (body) => {
      const said = { room: body.room, user: session.user, on: body.on };
      world.bus.emit('passing', { to: { room: body.room }, event: 'typing', body: said, except: session });
    },
    emit: (body) => {
      const said = { ...(body.to.room ? { room: body.to.room } : {}), from: session.user, data: body.data };
      world.bus.emit('passing',
        { to: body.to, event: body.event, body: said, except: body.self === false ? session : undefined });
    },
  };
}

async function answer(work) {
  try {
    return { ok: true, ...(await work()) };
  } catch (thrown) {
    const error = thrown instanceof Refusal ? thrown.error : { code: 'internal', message: String(thrown) };
    return { ok: false, error };
  }
}

/** Hands the world's events to one listener; returns how to stop. */
function listen(world, session, hear) {
  const durable = (event) => {
    const name = event.type === 'custom' ? event.event : event.type;
    if (session.rooms.has(event.room)) hear(name, event);
  };
  const passing = ({ to, event, body, except }) => {
    const mine = to === 'all' || (to === 'me' && body.from.id === session.user.id) || to.user === session.user.id || session.rooms.has(to.room);
    if (mine && except !== session) hear(event, body);
  };
  world.bus.on('durable', durable).on('passing', passing);
  return () => {
    world.bus.off('durable', durable).off('passing', passing);
    for (const id of session.rooms) world.enter(world.room(id), session.user, -1);
    session.rooms.clear();
  };
}

export function startNode(world, { id, port = 0, nodes = () => [], pageDir, recovery = true, faults = {} }) {
  const server = createServer((request, response) => void serve(request, response));
  const io = new Server(server, {
    cors: { origin: true, credentials: true },
    ...(recovery ? { connectionStateRecovery: { maxDisconnectionDuration: 120_000 } } : {}),
  });
  io.engine.generateId = () => `${id}.${Math.random().toString(36).slice(2)}`;
  io.use((socket, next) => {
    try {
      socket.data.session = { user: world.user(socket.handshake.auth.token), rooms: new Set() };
      next();
    } catch (thrown) {
      next(Object.assign(new Error(thrown.message), { data: thrown.error }));
    }
  });
  io.on('connection', (socket) => {
    const { session } = socket.data;
    const stop = listen(world, session, (name, body) => {
      if (!faults.dropEvent?.(name, body)) socket.emit(name, body);
    });
    socket.on('disconnect', stop);
    for (const [name, command] of Object.entries(commands(world, session))) {
      socket.on(name, async (body, ack) => {
        const said = await answer(() => command(body));
        if (!faults.dropAck?.(name, body)) ack?.(said);
      });
    }
  });

  const plain = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (request.url.startsWith('/ws')) plain.handleUpgrade(request, socket, head, greet);
  });
  function greet(ws) {
    let session;
    let stop = () => undefined;
    ws.on('close', () => stop());
    ws.on('message', async (bytes) => {
      const frame = JSON.parse(String(bytes));
      const said = await answer(() => {
        if (frame.event === 'auth') {
          session = { user: world.user(frame.data.token), rooms: new Set() };
          stop = listen(world, session, (event, data) => ws.send(JSON.stringify({ event, data })));
          return { user: session.user, node: id };
        }
        return commands(world, session)[frame.event](frame.data);
      });
      ws.send(JSON.stringify({ id: frame.id, data: said }));
    });
  }

  async function serve(request, response) {
    const url = new URL(request.url, 'http://node');
    response.setHeader('Parley-Node', id);
    if (request.headers.origin) {
      response.setHeader('Access-Control-Allow-Origin', request.headers.origin);
      response.setHeader('Access-Control-Allow-Credentials', 'true');
      response.setHeader('Access-Control-Allow-Headers', 'authorization, content-type, last-event-id');
      response.setHeader('Access-Control-Allow-Methods', 'GET, POST, DELETE');
      response.setHeader('Access-Control-Expose-Headers', 'Parley-Node');
      response.setHeader('Timing-Allow-Origin', request.headers.origin);
    }
    if (request.method === 'OPTIONS') return void response.writeHead(204).end();
    if (url.pathname === '/sse') return void events(request, response, url);
    if (!url.pathname.startsWith('/api/')) return void file(url.pathname, response);
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = chunks.length ? JSON.parse(Buffer.concat(chunks).toString()) : {};
    const said = await answer(() => api(request, response, url, body));
    const status = said.ok ? 200 : { unauthorized: 401, not_found: 404 }[said.error.code] ?? 400;
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(said));
  }

  async function api(request, response, url, body) {
    const [, , kind, room, what] = url.pathname.split('/').map(decodeURIComponent);
    if (kind === 'guests') {
      const session = world.guest(body.name);
      response.setHeader('Set-Cookie', `parley=${session.token}; HttpOnly; SameSite=Lax; Path=/`);
      return session;
    }
    if (kind === 'nodes') return { nodes: nodes(), self: id };
    if (kind === 'session' && request.method === 'DELETE') {
      response.setHeader('Set-Cookie', 'parley=; Max-Age=0; Path=/');
      return {};
    }
    const token = tokenOf(request);
    const user = world.user(token);
    if (kind === 'session') return { token, user };
    if (kind === 'rooms' && !room && request.method === 'GET') return { rooms: world.rooms(user) };
    if (kind === 'rooms' && !room) return world.room(body.id, body.name) && { id: body.id, name: body.name ?? body.id };
    if (what === 'messages' && request.method === 'POST') return world.send(user, { ...body, room });
    if (what === 'messages') return world.history({ room, ...Object.fromEntries(url.searchParams) });
    if (what === 'events') return poll(world.room(room), url.searchParams.get('after'), Number(url.searchParams.get('wait')));
    throw new Refusal('not_found', 'There is no such thing');
  }

  async function poll(room, from, wait) {
    if (from === null) return { head: world.head(room), events: [] };
    const after = Number(from);
    if (wait > 0 && world.head(room) <= after) {
      await new Promise((done) => {
        const timer = setTimeout(heard, Math.min(wait, 30) * 1000);
        function heard(event) {
          if (event && event.room !== room.id) return;
          clearTimeout(timer);
          world.bus.off('durable', heard);
          done();
        }
        world.bus.on('durable', heard);
      });
    }
    return { ...world.eventsAfter(room, after), head: world.head(room) };
  }

  function events(request, response, url) {
    let user;
    try {
      user = world.user(tokenOf(request));
    } catch {
      return void response.writeHead(401).end();
    }
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    response.write(`id: ${world.pos}\n\n`);
    const session = { user, rooms: new Set([url.searchParams.get('room')]) };
    const frame = (name, body) =>
      response.write(`${body.pos ? `id: ${body.pos}\n` : ''}event: ${name}\ndata: ${JSON.stringify(body)}\n\n`);
    const last = Number(request.headers['last-event-id']);
    if (last) {
      world.room(url.searchParams.get('room')).events.filter((it) => it.pos > last).forEach((it) => frame(it.type, it));
    }
    const stop = listen(world, session, frame);
    request.on('close', stop);
  }

  function file(path, response) {
    const headers = {
      'Content-Security-Policy': `default-src 'self'; connect-src 'self' ws: wss: ${nodes().map((it) => it.url).join(' ')}; ` +
        "img-src 'self' data: https:; style-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
      'X-Content-Type-Options': 'nosniff',
    };
    const name = path === '/' || !extname(path) ? 'index.html' : normalize(path).replace(/^[/.]+/, '');
    try {
      const bytes = readFileSync(join(pageDir, name));
      response.writeHead(200, { ...headers, 'Content-Type': TYPES[extname(name)] ?? 'application/octet-stream' }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  }

  return new Promise((ready) => {
    server.listen(port, '127.0.0.1', () => {
      const url = `http://127.0.0.1:${server.address().port}`;
      const kill = () =>
        new Promise((done) => {
          plain.clients.forEach((it) => it.terminate());
          io.engine.clients && Object.values(io.engine.clients).forEach((it) => it.transport.close());
          server.closeAllConnections();
          io.close(() => done());
        });
      ready({ id, url, port: server.address().port, io, kill });
    });
  });
}
