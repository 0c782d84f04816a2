// A polling client that joins a room and prints the parts of the first picture that it hears.
import { createRequire } from 'node:module';

const { io } = createRequire(process.env.CLIENT)('socket.io-client');
const socket = io(process.env.SECOND, {
  auth: { token: process.env.TOKEN },
  transports: ['polling'],
});
socket.on('connect', () => socket.emit('join', { room: process.env.ROOM }, () => console.log('ready')));
socket.on('picture', ({ data }) => {
  console.log(JSON.stringify({ parts: data.parts.map((part) => part.toString('base64')) }));
  socket.close();
});
