// Socket.IO on Node: join a room, send to it. With --redis URL through the Redis adapter.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : process.argv[at + 1];
};

const http = createServer();
const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false });

const redis = option('redis');
if (redis) {
  const { createAdapter } = await import('@socket.io/redis-adapter');
  const { createClient } = await import('redis');
  const publisher = createClient({ url: redis });
  const subscriber = publisher.duplicate();
  await Promise.all([publisher.connect(), subscriber.connect()]);
  io.adapter(createAdapter(publisher, subscriber));
}

io.on('connection', (socket) => {
  socket.on('join', ({ room }, ack) => {
    socket.join(room);
    ack({ ok: true });
  });
  socket.on('send', ({ room, text }, ack) => {
    io.to(room).emit('message', { room, text });
    ack?.({ ok: true });
  });
});

http.listen(Number(option('port', 3100)), '127.0.0.1', () => console.log('ready'));
