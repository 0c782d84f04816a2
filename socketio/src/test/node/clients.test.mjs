// The unmodified client of socket.io against a server of ours; its URL is in the environment.
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, test } from "node:test";
import { io } from "socket.io-client";

const url = process.env.SERVER_URL;
const open = [];

function connect(namespace, options) {
  const socket = io(url + namespace, { forceNew: true, reconnectionDelay: 20, reconnectionDelayMax: 50, ...options });
  open.push(socket);
  return socket;
}

const event = (socket, name) => new Promise((resolve) => socket.once(name, (...args) => resolve(args)));

async function connected(namespace, options) {
  const socket = connect(namespace, options);
  await event(socket, "connect");
  return socket;
}

/** Once it speaks by the last of the transports that it may move to. */
async function settled(socket, transports) {
  if (socket.io.engine.transport.name !== transports.at(-1)) {
    await once(socket.io.engine, "upgrade");
  }
}

/** All that an ack brings; emitWithAck gives the first of it. */
const echo = (socket, ...args) => new Promise((resolve) => socket.emit("echo", ...args, (...back) => resolve(back)));

after(() => open.forEach((socket) => socket.disconnect()));

for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
  const name = transports.join(" then ");
  const options = { transports };

  test(`${name}: events, and acks with and without an answer`, async () => {
    const socket = await connected("/", options);
    assert.deepEqual(await echo(socket, 1, "two", { three: [true, null] }), [1, "two", { three: [true, null] }]);
    await assert.rejects(socket.timeout(100).emitWithAck("never"), /timed out/);
    socket.emit("say back", "späte grüße");
    assert.deepEqual((await event(socket, "said"))[0], "späte grüße");
    assert.equal(await new Promise((resolve) => {
      socket.once("question", (text, answer) => answer(text.toUpperCase()));
      socket.emit("ask me", (answer) => resolve(answer));
    }), "HOW ARE YOU");
  });

  test(`${name}: binary both ways, nested, and long messages`, async () => {
    const socket = await connected("/", options);
    const bytes = Buffer.from([0, 1, 2, 253, 254, 255]);
    const [echoed, nested] = await echo(socket, bytes, { deep: [{ er: bytes }] });
    assert.deepEqual(Buffer.from(echoed), bytes);
    assert.deepEqual(Buffer.from(nested.deep[0].er), bytes);
    const long = "x".repeat(200_000);
    assert.equal((await echo(socket, long))[0], long);
  });

  test(`${name}: rooms`, async () => {
    const [a, b, c] = await Promise.all([1, 2, 3].map(() => connected("/", options)));
    const room = "room " + a.id;
    await Promise.all([a, b].map((socket) => socket.emitWithAck("join", room)));
    c.on("news", () => assert.fail("not a member"));
    const heard = Promise.all([event(a, "news"), event(b, "news")]);
    await c.emitWithAck("tell", room, "hello");
    assert.deepEqual((await heard).map((args) => args[0]), ["hello", "hello"]);
    const others = event(b, "news");
    a.once("news", () => assert.fail("told itself"));
    await a.emitWithAck("tell others", room, "psst");
    assert.equal((await others)[0], "psst");
    a.removeAllListeners("news");
    await b.emitWithAck("leave", room);
    b.once("news", () => assert.fail("it left"));
    await c.emitWithAck("tell", room, "gone?");
    await b.emitWithAck("echo");
  });

  test(`${name}: namespaces, a refusal with a reason, dynamic names`, async () => {
    const socket = connect("/members", { ...options, auth: { token: "wrong" } });
    const [refused] = await event(socket, "connect_error");
    assert.equal(refused.message, "no such member");
    assert.deepEqual(refused.data, { hint: "ask an admin" });
    socket.auth = { token: "right" };
    socket.connect();
    await event(socket, "connect");
    const [unknown] = await event(connect("/nowhere", options), "connect_error");
    assert.equal(unknown.message, "Invalid namespace");
    const dynamic = await connected("/dynamic-42", options);
    assert.equal(await dynamic.emitWithAck("where am I"), "/dynamic-42");
    const two = io(url + "/dynamic-43", { ...options, forceNew: false });
    open.push(two);
    await event(two, "connect");
    assert.equal(await two.emitWithAck("where am I"), "/dynamic-43");
  });

  test(`${name}: disconnected by the server, and back by itself after the connection broke`, async () => {
    const socket = await connected("/", options);
    const gone = event(socket, "disconnect");
    socket.emit("throw me out");
    assert.equal((await gone)[0], "io server disconnect");
    socket.connect();
    await event(socket, "connect");
    const broken = event(socket, "disconnect");
    socket.emit("cut me off");
    assert.match((await broken)[0], /transport/);
    await event(socket, "connect");
    assert.deepEqual(await echo(socket, 1), [1]);
  });

  test(`${name}: recovers what it missed, again and again, and not what it was never to hear`, async () => {
    const socket = await connected("/", options);
    const other = await connected("/", options);
    const room = "recovery " + socket.id;
    const heard = [];
    socket.on("news", (text) => heard.push(text));
    await other.emitWithAck("tell", room, "before it joined");
    await socket.emitWithAck("join", room);
    const id = socket.id;
    for (let round = 1; round <= 3; round++) {
      await other.emitWithAck("tell", room, `${round}: heard`);
      await socket.emitWithAck("volatile string for me");
      const away = event(socket, "disconnect");
      socket.io.engine.close();
      await away;
      await other.emitWithAck("tell", room, `${round}: missed`);
      await other.emitWithAck("tell", "another " + room, "not for it");
      await event(socket, "connect");
      assert.equal(socket.recovered, true, "round " + round);
      assert.equal(socket.id, id);
      await socket.emitWithAck("echo");
    }
    assert.deepEqual(heard, [1, 2, 3].flatMap((round) => [`${round}: heard`, `${round}: missed`]));
  });

  // What the client takes in together with the end it keeps until it is back, and then hears it a second time.
  test(`${name}: hears the last words before it is cut off`, async () => {
    const socket = await connected("/", options);
    const heard = [];
    socket.on("said", (words) => heard.push(words));
    for (let round = 1; round <= 3; round++) {
      await settled(socket, transports); // while it moves the volatile words may be left out
      const cut = event(socket, "disconnect");
      socket.emit("last words", round);
      await cut;
      assert.equal(heard.at(-1), round);
      await event(socket, "connect");
    }
    assert.deepEqual(heard, [1, 2, 3]);
  });

  test(`${name}: recovers before it heard anything, and starts anew after it left on purpose`, async () => {
    const socket = await connected("/", options);
    const first = socket.id;
    socket.io.engine.close();
    await event(socket, "connect");
    assert.equal(socket.recovered, true);
    assert.equal(socket.id, first);
    socket.disconnect();
    socket.connect();
    await event(socket, "connect");
    assert.equal(socket.recovered, false);
    assert.notEqual(socket.id, first);
    const anew = socket.id;
    socket.io.engine.close(); // the client still has the offset of the session before
    await event(socket, "connect");
    assert.equal(socket.recovered, true);
    assert.equal(socket.id, anew);
  });

  test(`${name}: many messages in a row, in order`, async () => {
    const socket = await connected("/", options);
    const heard = [];
    socket.on("said", (n) => heard.push(n));
    for (let n = 0; n < 2000; n++) {
      socket.emit("say back", n);
    }
    await socket.emitWithAck("echo");
    while (heard.length < 2000) {
      await event(socket, "said");
    }
    assert.deepEqual(heard, Array.from({ length: 2000 }, (_, n) => n));
  });
}

test("moves from polling to a websocket", async () => {
  const socket = await connected("/", {});
  await settled(socket, ["polling", "websocket"]);
  assert.equal(socket.io.engine.transport.name, "websocket");
  assert.deepEqual(await echo(socket, 1), [1]);
});
