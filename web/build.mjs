// What Maven calls: `build.mjs bundle` fills target/classes, `build.mjs test` runs the unit tests.
// Both first do what `build.mjs install` does alone: bring node_modules up to date.
// Each does nothing when its inputs are what they were the last time.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync, cpSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const NODE_MIN = [20, 19];
const PAGE_GZIP_BYTES_MAX = 150_000;
const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, 'target');
const resources = join(target, 'classes', 'META-INF', 'resources');
const SOURCES = ['client/src', 'client/test', 'client/tsconfig.json', 'page/src', 'page/test',
  'page/public', 'page/index.html', 'page/tsconfig.json', 'page/vite.config.ts', 'build.mjs',
  'tsconfig.base.json', 'vitest.config.ts', 'package.json', 'package-lock.json'];
const SOCKET_IO_FILES = ['socket.io.js', 'socket.io.min.js', 'socket.io.esm.min.js']
  .flatMap((file) => [file, `${file}.map`]);

function* filesBelow(path) {
  if (!existsSync(path)) return;
  let entries;
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch {
    yield path;
    return;
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    yield* filesBelow(join(path, entry.name));
  }
}

function fingerprint(paths) {
  const hash = createHash('sha256').update(process.version);
  for (const path of paths) {
    for (const file of filesBelow(join(here, path))) {
      hash.update(relative(here, file)).update('\0').update(readFileSync(file)).update('\0');
    }
  }
  return hash.digest('hex');
}

/** Runs the work unless the stamp says that it was done for this very fingerprint. */
function unlessDone(stamp, now, work) {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return;
  rmSync(stamp, { force: true });
  work();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, now);
}

function run(command, args, env = {}, output = 'inherit') {
  const done = spawnSync(command, args, {
    cwd: here, stdio: ['ignore', output, 'inherit'], env: { ...process.env, ...env },
  });
  if (done.status !== 0) {
    console.error(`${command} ${args.join(' ')} failed`);
    process.exit(done.status ?? 1);
  }
}

const bin = (name) => join(here, 'node_modules', '.bin', name);

function install() {
  const manifests = ['package.json', 'package-lock.json', 'client/package.json',
    'page/package.json'];
  unlessDone(join(here, 'node_modules', '.parley-installed'), fingerprint(manifests), () =>
    run('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']));
}

function bundle() {
  if (!existsSync(join(resources, 'parley', 'index.html'))) rmSync(join(target, 'bundle.stamp'), { force: true });
  unlessDone(join(target, 'bundle.stamp'), fingerprint(SOURCES), () => {
    run(bin('tsc'), ['--project', 'page']);
    const fresh = join(target, `page-${process.pid}`);
    run(bin('vite'), ['build', 'page', '--logLevel', 'warn'], { PARLEY_PAGE_OUT: fresh });
    checkSize(fresh);
    mkdirSync(resources, { recursive: true });
    rmSync(join(resources, 'parley'), { recursive: true, force: true });
    renameSync(fresh, join(resources, 'parley'));
    const bundles = join(resources, 'socket.io');
    mkdirSync(bundles, { recursive: true });
    for (const file of SOCKET_IO_FILES) {
      cpSync(join(here, 'node_modules', 'socket.io-client', 'dist', file), join(bundles, file));
    }
    listParts();
  });
}

/** What the page is made of, as CycloneDX: target/parley-page-sbom.json. */
function listParts() {
  const parts = openSync(join(target, 'parley-page-sbom.json'), 'w');
  run('npm', ['sbom', '--package-lock-only', '--omit', 'dev', '--sbom-format', 'cyclonedx'], {}, parts);
  closeSync(parts);
}

function checkSize(folder) {
  const bytes = [...filesBelow(folder)]
    .reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0);
  if (bytes > PAGE_GZIP_BYTES_MAX) {
    console.error(`The page is ${bytes} bytes gzipped, more than ${PAGE_GZIP_BYTES_MAX}`);
    process.exit(1);
  }
}

function test() {
  unlessDone(join(target, 'tests.stamp'), fingerprint(SOURCES), () => run(bin('vitest'), ['run']));
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < NODE_MIN[0] || (major === NODE_MIN[0] && minor < NODE_MIN[1])) {
  console.error(`Node.js ${NODE_MIN.join('.')} or newer is needed to build the page; this is ${process.version}`);
  process.exit(1);
}
const work = { install: () => {}, bundle, test }[process.argv[2]];
if (!work) {
  console.error('usage: node build.mjs install|bundle|test');
  process.exit(1);
}
install();
work();
