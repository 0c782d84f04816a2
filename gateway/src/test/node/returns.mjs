// A client that connects to the first gateway and, when that is gone, returns to the second.
// Prints "ready" once it is in the room, and what it saw once it heard the last message.
import { createRequire } from 'node:module';

const { CLIENT, FIRST, SECOND, TOKEN, ROOM, LAST } = process.env;
const { io } = createRequire(CLIENT)('socket.io-client');

const socket = io(FIRST, { auth: { token: TOKEN }, transports: ['websocket'], reconnectionDelay: 100 });
const texts = [];
const ids = [];
const recovered = [];

socket.on('message', (message) => {
  texts.push(message.text);
  if (message.text === LAST) {
    console.log(JSON.stringify({ texts, ids, recovered }));
    process.exit(0);
  }
});
socket.on('disconnect', () => {
  socket.io.uri = SECOND;
});
socket.on('connect', async () => {
  ids.push(socket.id);
  recovered.push(socket.recovered);
  if (!socket.recovered) {
    const answer = await socket.timeout(15000).emitWithAck('join', { room: ROOM });
    console.log(answer.ok ? 'ready' : JSON.stringify(answer));
  } else {
    console.log('back');
  }
});
setTimeout(() => {
  console.log(JSON.stringify({ texts, ids, recovered, late: true }));
  process.exit(1);
}, 60000);
