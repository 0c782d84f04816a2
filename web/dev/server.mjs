// Two nodes of the stand-in with some life in them: `npm run build && npm run dev`, then open what it prints.
// Lines on its standard input kill and start nodes: "kill 2", "start 2".
import { createInterface } from 'node:readline';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startNode } from './node.mjs';
import { World } from './world.mjs';

const port = Number(process.argv[2] ?? 8080);
const pageDir = process.env.PARLEY_PAGE ?? join(dirname(fileURLToPath(import.meta.url)), '../page/dist');
const world = new World();
const nodes = [];
for (const index of [0, 1]) {
  await start(index, port === 0 ? 0 : port + index);
}
await fill();
nodes.forEach((node) => console.log(`${node.id}: ${node.url}`));
createInterface({ input: process.stdin }).on('line', async (line) => {
  const [what, number] = line.split(' ');
  const index = Number(number) - 1;
  await (what === 'kill' ? nodes[index].kill() : start(index, nodes[index].port));
  console.log(`${what}ed ${number}`);
});

async function start(index, at) {
  nodes[index] = await startNode(world, {
    id: `node-${index + 1}`, port: at, pageDir, recovery: false,
    nodes: () => nodes.map(({ id, url }) => ({ id, url })),
  });
}

async function fill() {
  const people = ['Ada Lovelace', 'Grace Hopper', 'Linus', 'Mary Shelley'].map((name) => world.guest(name).user);
  const lines = ['Morning! Did the deploy go through?', 'Yes, both nodes are on the new build.',
    'I pulled the plug on node 2 while typing this. Nothing lost.', 'Ha. And the order?',
    'Same seq on every screen. I compared.', 'https://example.org/notes has the numbers',
    'Lunch at twelve? @Grace Hopper', 'Make it half past.',
    'The long one: every durable event carries its number and the number of the one before it, so a client can prove that nothing is missing without asking anybody.'];
  world.room('general', 'General');
  world.room('ops', 'Operations');
  world.room('random', 'Random');
  for (let i = 0; i < 400; i++) {
    const from = people[(i * 7 + (i >> 2)) % people.length];
    await world.send(from, { room: 'general', text: i > 391 ? lines[i - 391] : `${lines[i % lines.length]} (${i})` });
  }
  await world.send(people[2], { room: 'ops', text: 'Rolling restart at 14:00.' });
  const last = world.history({ room: 'general', limit: 4 }).messages;
  world.react(people[0], { room: 'general', seq: last[1].seq, emoji: '👍', on: true });
  world.react(people[1], { room: 'general', seq: last[1].seq, emoji: '👍', on: true });
  world.react(people[2], { room: 'general', seq: last[1].seq, emoji: '🎉', on: true });
}
