// Real socket.io-client sessions. Configured by one JSON argument, tells what it hears as JSON lines on standard output,
// and takes two lines on standard input: "quiet" (send nothing new, retry what is not acked) and "end".
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const config = JSON.parse(process.argv[2]);
const { io } = createRequire(config.web)('socket.io-client');
const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const ACK_MILLIS = 4000;
const GIVE_UP_MILLIS = 200;

let quiet = false;
const clients = config.clients.map((client, index) => start(client, index));

function start({ user, token, rooms, transports, stored }, index) {
  const last = new Map();
  const waiting = [];
  let sending = false;
  let sequence = 0;
  let door = index % config.doors.length;
  let first = true;

  const socket = io(config.doors[door], {
    auth: { token },
    transports,
    reconnectionDelay: 100,
    reconnectionDelayMax: 500,
    timeout: 3000,
    forceNew: true,
  });

  const hear = (type) => (event) => {
    if (event && event.seq !== undefined && event.room !== undefined) {
      last.set(event.room, event.seq);
      tell({ what: 'event', user, type, room: event.room, seq: event.seq, prev: event.prev, pos: event.pos, text: event.text ?? '' });
    }
  };
  for (const type of ['message', 'edited', 'deleted', 'reaction', 'member', 'room']) socket.on(type, hear(type));
  socket.on('gap', (gap) => {
    last.set(gap.room, gap.head);
    tell({ what: 'gap', user, room: gap.room, after: gap.after ?? 0, head: gap.head ?? 0 });
  });

  socket.on('connect', async () => {
    if (!first) for (const room of rooms) tell({ what: 'returned', user, room, resumed: true, recovered: socket.recovered });
    if (!socket.recovered) {
      const from = socket.id;
      for (const room of rooms) await join(room, from);
      if (socket.id !== from) return;
    }
    first = false;
    pump();
  });

  async function join(room, from) {
    for (;;) {
      if (socket.id !== from) return;
      const after = last.get(room);
      const answer = await ask('join', after === undefined ? { room } : { room, after });
      if (socket.id !== from) return;
      if (answer?.ok) {
        for (const event of answer.events ?? []) hear(event.type)(event);
        if (answer.gap) {
          last.set(room, answer.gap.head);
          tell({ what: 'gap', user, room, after: answer.gap.after ?? 0, head: answer.gap.head ?? 0 });
        }
        if (!answer.more) return;
      } else {
        await new Promise((done) => setTimeout(done, answer?.error?.retryAfterMs ?? GIVE_UP_MILLIS));
      }
    }
  }

  const ask = (name, data) => new Promise((done) => {
    socket.timeout(ACK_MILLIS).emit(name, data, (failed, answer) => done(failed ? undefined : answer));
  });

  async function pump() {
    if (sending) return;
    sending = true;
    while (waiting.length > 0 && socket.connected) {
      const message = waiting[0];
      const answer = await ask('send', { room: message.room, text: message.text, key: message.key, ...(stored ? { ack: 'stored' } : {}) });
      if (answer?.ok) {
        waiting.shift();
        tell({ what: 'acked', user, room: message.room, key: message.key, text: message.text, seq: answer.seq, stored });
      } else {
        if (answer) tell({ what: 'refused', user, code: answer.error?.code, retryAfterMs: answer.error?.retryAfterMs });
        await new Promise((done) => setTimeout(done, answer?.error?.retryAfterMs ?? GIVE_UP_MILLIS));
      }
    }
    sending = false;
  }

  // The engine's next try goes to another gateway, as it would behind a load balancer.
  socket.io.on('reconnect_attempt', () => {
    door = (door + 1) % config.doors.length;
    socket.io.uri = config.doors[door];
  });
  socket.on('disconnect', (reason) => tell({ what: 'disconnect', user, reason }));

  setInterval(() => {
    if (!quiet && waiting.length < 20) {
      const room = rooms[sequence % rooms.length];
      sequence += 1;
      waiting.push({ room, key: `${user}-${sequence}`, text: `${user} says ${sequence}` });
      tell({ what: 'sent', user, room, key: `${user}-${sequence}`, text: `${user} says ${sequence}` });
    }
    if (socket.connected) pump();
  }, config.everyMillis);
  return { socket, open: () => waiting.length };
}

createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'quiet') quiet = true;
  if (line === 'open') tell({ what: 'open', count: clients.reduce((sum, client) => sum + client.open(), 0), connected: clients.filter((client) => client.socket.connected).length });
  if (line === 'end') process.exit(0);
}).on('close', () => process.exit(0));
