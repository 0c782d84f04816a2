// Polling alone, through a proxy that sends each request to the next node.
import assert from "node:assert/strict";
import { test } from "node:test";
import { io } from "socket.io-client";

test("events, acks and binary survive changing nodes", async () => {
  const socket = io(process.env.SERVER_URL, { transports: ["polling"], reconnection: false });
  await new Promise((resolve, reject) => socket.on("connect", resolve).on("connect_error", reject));
  for (let n = 0; n < 50; n++) {
    assert.equal(await socket.timeout(10_000).emitWithAck("echo", n), n);
  }
  const bytes = Buffer.from([1, 2, 3]);
  assert.deepEqual(Buffer.from(await socket.timeout(10_000).emitWithAck("echo", bytes)), bytes);
  assert.equal(socket.connected, true);
  socket.disconnect();
});
