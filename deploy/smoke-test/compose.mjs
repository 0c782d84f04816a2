// The system under test: Docker Compose under a project name of its own, on free ports of 127.0.0.1.
import { execFile } from 'node:child_process';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Of one command; the longest builds the image on a machine that has nothing yet. */
const COMMAND_MILLIS = 30 * 60_000;
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

export async function freePort() {
  const server = createServer();
  await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
  const { port } = server.address();
  await new Promise((done) => { server.close(done); });
  return port;
}

export class Compose {
  #command = process.env.COMPOSE.split(' ');
  #log;

  constructor(project, environment, log) {
    this.project = project;
    this.environment = { ...process.env, COMPOSE_PROJECT_NAME: project, ...environment };
    this.#log = log;
    mkdirSync(dirname(log), { recursive: true });
    writeFileSync(log, '');
  }

  async #run(command, args) {
    appendFileSync(this.#log, `\n$ ${command} ${args.join(' ')}\n`);
    try {
      const { stdout, stderr } = await run(command, args, { env: this.environment, maxBuffer: OUTPUT_BYTES_MAX, timeout: COMMAND_MILLIS });
      appendFileSync(this.#log, stderr + stdout);
      return stdout.trim();
    } catch (failure) {
      appendFileSync(this.#log, `${failure.stderr ?? ''}${failure.stdout ?? ''}`);
      const why = `${failure.stderr || failure.message}`.trim().split('\n').slice(-5).join('\n');
      throw new Error(`${command} ${args.join(' ')} failed:\n${why}`, { cause: failure });
    }
  }

  /** docker compose …, or docker-compose … */
  compose(...args) {
    const [command, ...first] = this.#command;
    return this.#run(command, [...first, ...args]);
  }

  docker(...args) {
    return this.#run('docker', args);
  }

  /** The ids of a service's containers; of all services without a name. */
  async containers(service, ...more) {
    const labels = [`com.docker.compose.project=${this.project}`, ...(service ? [`com.docker.compose.service=${service}`] : [])];
    const ids = await this.docker('ps', '-q', ...labels.flatMap((label) => ['--filter', `label=${label}`]), ...more);
    return ids.split('\n').filter(Boolean);
  }

  async inspect(ids) {
    return ids.length === 0 ? [] : JSON.parse(await this.docker('inspect', ...ids));
  }

  /** Everything that the containers said goes into the log. */
  async keepLogs() {
    await this.compose('logs', '--no-color', '--timestamps');
  }
}
