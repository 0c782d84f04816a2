export const sleep = (millis) => new Promise((done) => { setTimeout(done, millis); });

const started = Date.now();
export const tell = (line) => console.log(`${((Date.now() - started) / 1_000).toFixed(1).padStart(6)} s  ${line}`);

/** Waits until `attempt` gives something true; what it said last is told when it never does. */
export async function until(what, millis, attempt) {
  const end = Date.now() + millis;
  let last;
  for (;;) {
    try {
      last = await attempt();
      if (last) return last;
    } catch (failure) {
      last = failure.message;
    }
    if (Date.now() > end) throw new Error(`${what}: not within ${millis / 1_000} s (${JSON.stringify(last)})`);
    await sleep(250);
  }
}
