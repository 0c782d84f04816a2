// A client that polls only, through a proxy that sends each request to another gateway than the one before.
import http from 'node:http';
import { createRequire } from 'node:module';

const { CLIENT, FIRST, SECOND, TOKEN, ROOM, COUNT } = process.env;
const { io } = createRequire(CLIENT)('socket.io-client');

let turn = 0;
const proxy = http.createServer((request, response) => {
  const to = new URL(turn++ % 2 === 0 ? FIRST : SECOND);
  const onward = http.request(
    { host: to.hostname, port: to.port, method: request.method, path: request.url, headers: request.headers },
    (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    },
  );
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy());
  request.pipe(onward);
});
await new Promise((listening) => proxy.listen(0, '127.0.0.1', listening));

const socket = io(`http://127.0.0.1:${proxy.address().port}`, { auth: { token: TOKEN }, transports: ['polling'] });
const texts = [];
let connects = 0;
socket.on('message', (message) => texts.push(message.text));
socket.on('connect', async () => {
  connects++;
  if (connects > 1) return;
  await socket.timeout(15000).emitWithAck('join', { room: ROOM });
  for (let i = 0; i < Number(COUNT); i++) {
    const answer = await socket.timeout(15000).emitWithAck('send', { room: ROOM, text: `m${i}` });
    if (!answer.ok) throw new Error(JSON.stringify(answer));
  }
  const until = Date.now() + 15000;
  while (texts.length < Number(COUNT) && Date.now() < until) {
    await new Promise((later) => setTimeout(later, 20));
  }
  console.log(JSON.stringify({ texts, connects, requests: turn }));
  process.exit(0);
});
setTimeout(() => {
  console.log(JSON.stringify({ texts, connects, requests: turn, late: true }));
  process.exit(1);
}, 60000);
