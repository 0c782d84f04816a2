// deploy/smoke: see there.
import { parseArgs } from 'node:util';
import { Door } from './clients.mjs';
import { Cluster } from './cluster.mjs';
import { Conversation } from './conversation.mjs';
import { tell } from './until.mjs';

const GATEWAYS_LATER = 4;

async function smoke(cluster, build) {
  await cluster.start({ build });
  const found = await cluster.containers();
  await cluster.everyContainerIsHealthy();
  await cluster.tellStartTimes();
  const conversation = new Conversation(cluster.doors);
  await conversation.begin();
  await conversation.flows('at first');
  await cluster.killGateway(conversation);
  await conversation.flows('after the kill of a gateway');
  await cluster.scaleGateways(GATEWAYS_LATER);
  await conversation.flows(`on ${GATEWAYS_LATER} gateways`);
  await cluster.restart('redis');
  await conversation.flows('after a restart of Redis');
  await cluster.stop('postgres');
  await conversation.flows('without Postgres');
  await cluster.startAgain('postgres');
  await conversation.flows('with Postgres again');
  found.push(...await conversation.end());
  await cluster.everyTargetIsScraped(GATEWAYS_LATER);
  await cluster.alertRulesAreLoaded();
  return found;
}

/** At a system that runs already: nothing is broken there. */
async function chat(door) {
  const conversation = new Conversation([door]);
  await conversation.begin();
  await conversation.flows('once');
  await conversation.flows('and again');
  return conversation.end();
}

/** The differences, a failure among them. */
async function attempted(work) {
  try {
    return (await work()) ?? [];
  } catch (failure) {
    return [failure.message];
  }
}

// A request that waits, and the timer of its AbortSignal, do not keep Node running.
setInterval(() => {}, 1_000);

const { values } = parseArgs({ options: { at: { type: 'string' }, 'no-build': { type: 'boolean' }, secrets: { type: 'boolean' } } });
const found = [];
if (values.at) {
  found.push(...await attempted(() => chat(new Door(values.at.replace(/\/$/, '')))));
} else {
  const cluster = await Cluster.named(`parley-smoke-${process.pid}`);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => cluster.down().finally(() => process.exit(130)));
  found.push(...await attempted(() => smoke(cluster, !values['no-build'])));
  found.push(...await attempted(() => cluster.down()));
}
found.slice(0, 50).forEach((difference) => console.log(`DIFFERENCE: ${difference}`));
tell(found.length === 0 ? 'no difference' : `${found.length} differences`);
process.exit(found.length === 0 ? 0 : 1);
