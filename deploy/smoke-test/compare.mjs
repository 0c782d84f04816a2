// What every client saw, held against what the room is afterwards. No difference: an empty list.

/**
 * @param sent      [{ key, text, seq }]  what was said, with the number that its answer gave
 * @param stored    [{ seq, key, text }]  the room's messages as scrollback tells them, in order
 * @param observers [{ name, head, heard: [{ seq, prev, type, key, text }], gaps: [] }]  head: where it began to listen
 */
export function differences({ sent, stored, observers }) {
  return [...ofSending(sent, stored), ...observers.flatMap((observer) => [...ofHearing(observer, stored)])];
}

function* ofSending(sent, stored) {
  const bySeq = new Map(stored.map((message) => [message.seq, message]));
  const timesOfKey = new Map();
  for (const { key } of stored) timesOfKey.set(key, (timesOfKey.get(key) ?? 0) + 1);
  if (bySeq.size !== stored.length) yield 'scrollback tells a number twice';
  for (let i = 1; i < stored.length; i += 1) {
    if (stored[i].seq <= stored[i - 1].seq) yield `scrollback is out of order at ${stored[i].seq}`;
  }
  for (const { key, text, seq } of sent) {
    const times = timesOfKey.get(key) ?? 0;
    if (seq === undefined) yield `${key} was never acked`;
    if (times !== 1) yield `${key} is stored ${times} times`;
    else if (seq !== undefined && bySeq.get(seq)?.key !== key) yield `${key} was acked as ${seq} and is stored as another`;
    else if (seq !== undefined && bySeq.get(seq)?.text !== text) yield `${key} is stored with another text`;
  }
  const keys = new Set(sent.map(({ key }) => key));
  for (const { seq, key } of stored) if (!keys.has(key)) yield `${seq} (${key}) is stored and was never sent`;
}

function* ofHearing({ name, head, heard, gaps }, stored) {
  for (const gap of gaps) yield `${name} was told a gap: ${JSON.stringify(gap)}`;
  let last = head;
  for (const { seq, prev } of heard) {
    if (seq <= last) yield `${name} heard ${seq} again or late, after ${last}`;
    else if (prev !== last) yield `${name} heard ${seq} behind ${prev} while it had ${last}`;
    last = Math.max(last, seq);
  }
  const messages = new Map(heard.filter(({ type }) => type === 'message').map((event) => [event.seq, event]));
  for (const { seq, key, text } of stored) {
    if (seq <= head) continue;
    const message = messages.get(seq);
    if (!message) yield `${name} missed ${seq} (${key})`;
    else if (message.text !== text || message.key !== key) yield `${name} heard another message as ${seq}`;
    messages.delete(seq);
  }
  for (const seq of messages.keys()) yield `${name} heard ${seq}, which is not stored`;
}
