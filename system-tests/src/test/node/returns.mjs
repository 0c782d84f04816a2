// Rounds of real Socket.IO clients behind a proxy that deals every request out to the next gateway, without stickiness.
// One JSON argument; commands on standard input: {"round": "connect"|"join"|"traffic"} and {"doors": [urls that are up]}.
// In a round some clients connect, join a room and talk. At the moment that names the round "now" is told, with the node
// of the first client, so that it can be killed or stopped; "done" is told when everyone has heard everything.
import http from 'node:http';
import net from 'node:net';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const config = JSON.parse(process.argv[2]);
const { io } = createRequire(config.web)('socket.io-client');
const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const later = (millis) => new Promise((done) => setTimeout(done, millis));
const MESSAGES = 15;
const DEADLINE_MILLIS = 60_000;

let doors = config.doors;
let turn = 0;
const next = () => new URL(doors[turn++ % doors.length]);

const proxy = http.createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => pass(request, Buffer.concat(parts), response, doors.length));
});
const agent = new http.Agent({ keepAlive: false });

function pass(request, body, response, tries) {
  const to = next();
  const headers = { ...request.headers, connection: 'close' };
  const onward = http.request({ agent, host: to.hostname, port: to.port, method: request.method, path: request.url, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  });
  onward.on('error', (failure) => {
    if (failure.code === 'ECONNREFUSED' && tries > 1) pass(request, body, response, tries - 1);
    else response.destroy();
  });
  response.on('close', () => onward.destroy());
  onward.end(body);
}

proxy.on('upgrade', (request, client, head) => upgrade(request, client, head, doors.length));

function upgrade(request, client, head, tries) {
  const to = next();
  const gateway = net.connect(to.port, to.hostname);
  let connected = false;
  client.on('error', () => gateway.destroy());
  client.on('close', () => gateway.destroy());
  gateway.on('connect', () => {
    connected = true;
    const lines = [`${request.method} ${request.url} HTTP/1.1`];
    for (let i = 0; i < request.rawHeaders.length; i += 2) lines.push(`${request.rawHeaders[i]}: ${request.rawHeaders[i + 1]}`);
    gateway.write(`${lines.join('\r\n')}\r\n\r\n`);
    gateway.write(head);
    gateway.pipe(client);
    client.pipe(gateway);
  });
  gateway.on('error', () => {
    if (!connected && tries > 1) upgrade(request, client, head, tries - 1);
    else client.destroy();
  });
  gateway.on('close', () => connected && client.destroy());
}

await new Promise((listening) => proxy.listen(0, '127.0.0.1', listening));
const url = `http://127.0.0.1:${proxy.address().port}`;

const nodeOf = (socket) => socket.io.engine.id.split('.')[0];

async function round(moment, number) {
  const room = `round-${process.pid}-${number}`;
  const said = [];
  let told = false;
  const now = (socket) => {
    if (!told) {
      told = true;
      tell({ what: 'now', node: nodeOf(socket) });
    }
  };
  const clients = config.clients.map(({ token, transports }, index) => {
    const socket = io(url, { auth: { token }, transports, forceNew: true, reconnectionDelay: 100, reconnectionDelayMax: 1000 });
    const client = { socket, transports, heard: [], returns: [], errors: [], joined: false, connects: 0 };
    socket.on('message', (message) => client.heard.push(message));
    socket.on('connect_error', (error) => error.data && client.errors.push(error.data));
    socket.on('connect', async () => {
      client.connects++;
      if (client.connects > 1) client.returns.push(socket.recovered ?? 'undefined');
      if (client.connects === 1 && index === 0 && moment === 'connect') now(socket);
      if (!client.joined) join(client, index);
    });
    return client;
  });

  async function ask(client, event, data) {
    for (;;) {
      while (!client.socket.connected) await later(10);
      const answer = await new Promise((done) => {
        client.socket.timeout(3000).emit(event, data, (failed, given) => done(failed ? undefined : given));
      });
      if (answer?.ok) return answer;
      await later(answer?.error?.retryAfterMs ?? 20);
    }
  }

  async function join(client, index) {
    if (client.joining) return;
    client.joining = true;
    await ask(client, 'join', { room });
    client.joined = true;
    if (index === 0 && moment === 'join') now(client.socket);
  }

  async function talk(client, index) {
    for (let i = 0; i < MESSAGES; i++) {
      const text = `${index}-${i}`;
      const answer = await ask(client, 'send', { room, text, key: text });
      said.push({ seq: answer.seq, text });
      if (index === 0 && i === 5 && moment === 'traffic') now(client.socket);
      await later(20);
    }
  }

  const until = Date.now() + DEADLINE_MILLIS;
  while (!clients.every((client) => client.joined) && Date.now() < until) await later(10);
  await Promise.race([Promise.all(clients.map(talk)), later(DEADLINE_MILLIS)]);
  said.sort((a, b) => a.seq - b.seq);
  const expected = JSON.stringify(said.map(({ text }) => text));
  const whole = (client) => JSON.stringify(client.heard.map(({ text }) => text)) === expected;
  // Whoever was on the node has come back by then, and the node that is told of is noticed to be gone.
  const back = () => clients.some((client) => client.returns.length > 0) && clients.every((client) => client.socket.connected);
  while (!(clients.every(whole) && back()) && Date.now() < until) await later(20);
  const moves = clients.filter(({ transports }) => transports.length > 1);
  const stillPolling = () => moves.filter(({ socket }) => socket.io.engine?.transport?.name !== 'websocket');
  while (stillPolling().length > 0 && Date.now() < until) await later(20);
  tell({
    what: 'done',
    said: said.length,
    whole: clients.map(whole),
    returns: clients.map(({ returns }) => returns),
    errors: clients.flatMap(({ errors }) => errors),
    stillPolling: stillPolling().map(({ connects }) => connects),
    heard: clients.filter((client) => !whole(client)).map(({ heard }) => heard.map(({ text }) => text)),
    expected: clients.every(whole) ? undefined : expected,
  });
  for (const { socket } of clients) socket.disconnect();
}

let rounds = 0;
createInterface({ input: process.stdin }).on('line', (line) => {
  const command = JSON.parse(line);
  if (command.doors) doors = command.doors;
  if (command.round) round(command.round, rounds++);
}).on('close', () => process.exit(0));
