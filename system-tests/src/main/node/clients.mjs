// Real socket.io-client sessions. Configured by a JSON file, tells what it hears as JSON lines on standard output,
// and takes two lines on standard input: "quiet" (send nothing new, retry what is not acked) and "end".
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const config = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { io } = createRequire(config.web)('socket.io-client');
const tell = (line) => process.stdout.write(`${JSON.stringify({ ...line, at: Date.now() })}\n`);
const ACK_MILLIS = 4000;
const GIVE_UP_MILLIS = 200;

let quiet = false;
config.clients.forEach(start);

function start({ user, token, rooms, transports, stored }, index) {
  const last = new Map();
  const waiting = [];
  let sending = false;
  let sequence = 0;
  let door = index % config.doors.length;
  const joined = new Set();
  let first = true;
  let left = 0;
  let hadSession = false;
  let thrownOut = false;

  const socket = io(config.doors[door], {
    auth: { token },
    transports,
    reconnectionDelay: 100,
    reconnectionDelayMax: 500,
    timeout: 3000,
    forceNew: true,
  });

  // Whoever has not been answered yet where a room begins does not know what a live event follows.
  const hear = (type) => (event) => {
    if (event && joined.has(event.room)) note(type, event);
  };
  const note = (type, event) => {
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
    if (!first) tell({ what: 'returned', user, left, hadSession, recovered: socket.recovered === true, thrownOut });
    thrownOut = false;
    if (!socket.recovered) joined.clear();
    const from = socket.id;
    for (const room of rooms) if (!joined.has(room)) await join(room, from);
    if (socket.id !== from || !socket.connected) return;
    first = false;
    pump();
  });

  // The answer is taken in where it arrives: live events may stand right behind it.
  function took(room, answer) {
    if (!answer.ok || joined.has(room)) return;
    if (answer.gap) {
      last.set(room, answer.gap.head);
      tell({ what: 'gap', user, room, after: answer.gap.after ?? 0, head: answer.gap.head ?? 0 });
    }
    for (const event of answer.events ?? []) note(event.type, event);
    if (answer.more) return;
    if (!last.has(room)) {
      last.set(room, answer.head);
      tell({ what: 'start', user, room, head: answer.head });
    }
    joined.add(room);
  }

  async function join(room, from) {
    while (socket.id === from && !joined.has(room)) {
      const after = last.get(room);
      const answer = await ask('join', after === undefined ? { room } : { room, after }, (joining) => took(room, joining));
      if (!answer?.ok) {
        await new Promise((done) => setTimeout(done, answer?.error?.retryAfterMs ?? GIVE_UP_MILLIS));
      }
    }
  }

  const ask = (name, data, taken = () => {}) => new Promise((done) => {
    socket.timeout(ACK_MILLIS).emit(name, data, (failed, answer) => {
      if (!failed) taken(answer);
      done(failed ? undefined : answer);
    });
  });

  async function pump() {
    if (sending) return;
    sending = true;
    while (waiting.length > 0 && socket.connected) {
      const message = waiting[0];
      const answer = await ask('send', { room: message.room, text: message.text, key: message.key, ...(stored ? { ack: 'stored' } : {}) });
      if (answer?.ok) {
        // Every eighth is sent once more under its key: the answer must be the same.
        if (message.again || message.number % 8 !== 0) waiting.shift();
        message.again = true;
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
  socket.on('disconnect', (reason) => {
    left = Date.now();
    hadSession = socket._pid !== undefined && !first;
    if (reason === 'io server disconnect') {
      thrownOut = true;
      setTimeout(() => socket.connect(), GIVE_UP_MILLIS);
    }
  });
  // Refused by the server (not by the transport): an ordinary client has to ask again by itself.
  socket.on('connect_error', () => {
    if (!socket.active) setTimeout(() => socket.connect(), GIVE_UP_MILLIS);
  });

  // The clients do not all speak at once.
  setTimeout(() => setInterval(write, config.everyMillis), (index / config.clients.length) * config.everyMillis);
  function write() {
    if (!quiet && waiting.length < 20) {
      const room = rooms[sequence % rooms.length];
      sequence += 1;
      waiting.push({ room, number: sequence, again: false, key: `${user}-${sequence}`, text: `${user} says ${sequence}` });
      tell({ what: 'sent', user, room, key: `${user}-${sequence}`, text: `${user} says ${sequence}`, stored });
    }
    if (socket.connected) pump();
  }
}

createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'quiet') quiet = true;
  if (line === 'end') process.exit(0);
}).on('close', () => process.exit(0));
