// Bun's own WebSocket server: the room is the path, what is sent is published to it.
const at = process.argv.indexOf('--port');

Bun.serve({
  hostname: '127.0.0.1',
  port: at < 0 ? 3100 : Number(process.argv[at + 1]),
  fetch(request, server) {
    const room = new URL(request.url).pathname.slice(1);
    return server.upgrade(request, { data: room }) ? undefined : new Response('a WebSocket, please', { status: 400 });
  },
  websocket: {
    perMessageDeflate: false,
    idleTimeout: 120,
    open: (socket) => socket.subscribe(socket.data),
    message(socket, text) {
      socket.publish(socket.data, text);
      socket.send(text);
    },
    close: (socket) => socket.unsubscribe(socket.data),
  },
});

console.log('ready');
