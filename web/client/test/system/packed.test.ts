import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { newRoom, NODE } from './system.ts';

/** What the README shows, by somebody who has the package and nothing else of this repository. */
const PROGRAM = `
import { ParleyClient, ParleyRest } from 'parley-client';
const [url, room] = process.argv.slice(2);
const { token } = await new ParleyRest(() => undefined, url).guest('Node');
const client = new ParleyClient({ url, token: () => token });
client.connect();
const it = client.room(room);
it.on('message', (message) => console.log(message.from.name + ' says ' + message.text));
await it.join();
it.send('hello from the package');
client.outbox.on('change', (write) => {
  if (write.state === 'stored') {
    console.log('stored');
    client.close();
  }
});
`;

/** npm packs and installs, and the compiler starts anew. */
const MINUTES_3 = 180_000;

/** What its types allow a program, and what they do not. */
const TYPED = `
import { ParleyClient, type Message, type Write } from 'parley-client';
const client = new ParleyClient({ token: () => undefined });
const room = client.room('general');
room.on('message', (message: Message) => console.log(message.seq.toFixed(), message.text?.length));
const write: Write = room.send('hello', { replyTo: 7 });
console.log(write.key.length);
// @ts-expect-error there is no such event
room.on('massage', () => undefined);
// @ts-expect-error numbers are no texts
room.send(7);
// @ts-expect-error a message may have no text
room.on('message', (message) => message.text.length);
`;

it('the packed client works, and is typed, in a program of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-client-'));
  try {
    const client = join(import.meta.dirname, '..', '..');
    execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: client });
    const [tarball] = readdirSync(folder);
    writeFileSync(join(folder, 'package.json'), '{"private": true, "type": "module"}');
    writeFileSync(join(folder, 'program.js'), PROGRAM);
    execFileSync('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', `./${tarball}`], { cwd: folder });
    const said = execFileSync('node', ['program.js', NODE, newRoom()], { cwd: folder, timeout: 60_000 });
    expect(said.toString().trim().split('\n').sort()).toEqual(['Node says hello from the package', 'stored']);
    writeFileSync(join(folder, 'typed.ts'), TYPED);
    const tsc = join(client, '..', 'node_modules', '.bin', 'tsc');
    execFileSync(tsc, ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', 'typed.ts'], { cwd: folder });
  } finally {
    rmSync(folder, { recursive: true });
  }
}, MINUTES_3);
