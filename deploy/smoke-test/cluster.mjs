// The whole system in containers, what can be done to it, and what an operator would look at.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Door } from './clients.mjs';
import { Compose, freePort } from './compose.mjs';
import { tell, until } from './until.mjs';

const READY_MILLIS = 300_000;
const STOP_SECONDS = '40';
const SERVICES = { 'chat-service': 2, 'history-service': 2 };
const PARLEY = ['gateway', ...Object.keys(SERVICES)];

const log = fileURLToPath(new URL('../../target/smoke.log', import.meta.url));
const alerts = fileURLToPath(new URL('../prometheus/alerts.yml', import.meta.url));

/** What stands in the files of secrets, where there are some. */
const secrets = () => (process.env.PARLEY_SECRETS
  ? readdirSync(process.env.PARLEY_SECRETS).map((name) => readFileSync(`${process.env.PARLEY_SECRETS}/${name}`, 'utf8').trim())
  : []);

export class Cluster {
  static async named(project) {
    const [port, tlsPort, prometheusPort] = [await freePort(), await freePort(), await freePort()];
    return new Cluster(project, port, tlsPort, prometheusPort);
  }

  constructor(project, port, tlsPort, prometheusPort) {
    const ports = { PARLEY_PUBLIC_PORT: `${port}`, PARLEY_TLS_PORT: `${tlsPort}`, PROMETHEUS_PORT: `${prometheusPort}` };
    this.compose = new Compose(project, ports, log);
    this.door = new Door(`http://127.0.0.1:${port}`);
    this.doors = [this.door, new Door(`https://127.0.0.1:${tlsPort}`)];
    this.prometheus = new Door(`http://127.0.0.1:${prometheusPort}`);
  }

  async start({ build }) {
    tell(`starting ${this.compose.project} (its output: ${log})`);
    await this.compose.compose('up', '-d', build ? '--build' : '--no-build');
    await until('the system is ready', READY_MILLIS, () => this.door.json('/health/ready'));
    await this.#gatewaysAnswer(2);
    tell('it is ready');
  }

  /** Through HAProxy: each answer names its node. */
  async #gatewaysAnswer(count) {
    const seen = new Set();
    await until(`${count} gateways answer through HAProxy`, READY_MILLIS, async () => {
      const response = await fetch(`${this.door.url}/api/nodes`, { headers: { Connection: 'close' } });
      const { nodes } = await response.json();
      seen.add(response.headers.get('Parley-Node'));
      return nodes.length === count && nodes.every(({ id }) => seen.has(id));
    });
  }

  async killGateway({ clients }) {
    const before = new Map(clients.map((client) => [client, client.breaks]));
    const [victim] = await this.compose.containers('gateway');
    await this.compose.docker('kill', victim);
    await until('a client notices that its gateway is gone', READY_MILLIS, () => clients.some((client) => client.breaks > before.get(client)));
  }

  async scaleGateways(count) {
    await this.compose.compose('up', '-d', '--no-build', '--no-recreate', '--scale', `gateway=${count}`);
    await this.#gatewaysAnswer(count);
  }

  restart(service) {
    return this.compose.compose('restart', service);
  }

  stop(service) {
    return this.compose.compose('stop', service);
  }

  startAgain(service) {
    return this.compose.compose('start', service);
  }

  async everyTargetIsScraped(gateways) {
    const wanted = JSON.stringify({ ...SERVICES, gateway: gateways });
    await until(`Prometheus scrapes ${wanted}`, READY_MILLIS, async () => {
      const { data } = await this.prometheus.json('/api/v1/targets?state=active');
      const up = Object.fromEntries([...Object.keys(SERVICES), 'gateway'].map((job) => [
        job, data.activeTargets.filter(({ labels, health }) => labels.job === job && health === 'up').length]));
      if (JSON.stringify(up) !== wanted) throw new Error(JSON.stringify(up));
      return true;
    });
    tell(`Prometheus scrapes every target: ${wanted}`);
  }

  async alertRulesAreLoaded() {
    const named = readFileSync(alerts, 'utf8').match(/^\s*- alert:/gm).length;
    await until('the alert rules are loaded and can be evaluated', READY_MILLIS, async () => {
      const { data } = await this.prometheus.json('/api/v1/rules?type=alert');
      const loaded = data.groups.flatMap((group) => group.rules);
      const bad = loaded.filter(({ health }) => health !== 'ok').map(({ name, health, lastError }) => `${name}: ${lastError ?? health}`);
      if (bad.length > 0) throw new Error(bad.join('; '));
      return loaded.length === named;
    });
    tell(`${named} alert rules are loaded and can be evaluated`);
  }

  /** By the health check of the image; nobody waits for it but those who watch. */
  async everyContainerIsHealthy() {
    await until('every health check says healthy', READY_MILLIS, async () => {
      const unwell = [];
      for (const service of PARLEY) {
        for (const { Name, State } of await this.compose.inspect(await this.compose.containers(service))) {
          if (State.Health?.Status !== 'healthy') unwell.push(`${Name} is ${State.Health?.Status}`);
        }
      }
      if (unwell.length > 0) throw new Error(unwell.join(', '));
      return true;
    });
    tell('every health check says healthy');
  }

  /** Differences from what docs/deploy.md says of the containers. */
  async containers() {
    const found = [];
    for (const { Name, Config, HostConfig } of await this.compose.inspect(await this.compose.containers())) {
      const service = Config.Labels['com.docker.compose.service'];
      for (const [inside, bindings] of Object.entries(HostConfig.PortBindings ?? {})) {
        for (const { HostIp } of bindings ?? []) if (HostIp !== '127.0.0.1') found.push(`${Name} publishes ${inside} on '${HostIp}'`);
      }
      if (PARLEY.includes(service)) {
        if (!HostConfig.ReadonlyRootfs) found.push(`${Name} can write to its root file system`);
        if (!/^[1-9]\d*/.test(Config.User)) found.push(`${Name} runs as '${Config.User}'`);
        if (HostConfig.CapDrop?.join() !== 'ALL') found.push(`${Name} has capabilities`);
      }
      for (const secret of secrets()) {
        if (JSON.stringify([Config, HostConfig]).includes(secret)) found.push(`${Name} shows a secret to whoever may inspect it`);
      }
    }
    return found;
  }

  /** From the start of each process to its word that it is up. */
  async tellStartTimes() {
    for (const service of PARLEY) {
      const times = [];
      for (const { Id, State } of await this.compose.inspect(await this.compose.containers(service))) {
        const line = (await this.compose.docker('logs', '--timestamps', Id)).split('\n').findLast((each) => each.endsWith(' is up'));
        if (line) times.push(`${Date.parse(line.split(' ')[0]) - Date.parse(State.StartedAt)} ms`);
      }
      tell(`${service} was up after ${times.join(', ')}`);
    }
  }

  async down() {
    tell('stopping it');
    await this.compose.keepLogs().catch((failure) => tell(`no logs are kept: ${failure.message}`));
    await this.compose.compose('down', '--volumes', '--remove-orphans', '--timeout', STOP_SECONDS);
    const left = await this.compose.containers(undefined, '--all');
    if (left.length > 0) throw new Error(`containers are left: ${left.join(' ')}`);
  }
}
