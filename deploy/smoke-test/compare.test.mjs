// The comparison finds what is wrong in histories that are wrong by hand: node --test deploy/smoke-test
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differences } from './compare.mjs';

const stored = () => [1, 2, 3].map((seq) => ({ seq, key: `k${seq}`, text: `t${seq}` }));
const sent = () => stored().map(({ seq, key, text }) => ({ seq, key, text }));
const heard = () => stored().map((message) => ({ ...message, prev: message.seq - 1, type: 'message' }));
const observer = (change = {}) => ({ name: 'ann', head: 0, heard: heard(), gaps: [], ...change });
const found = (change) => differences({ sent: sent(), stored: stored(), observers: [observer()], ...change });
const without = (list, index) => list.filter((_, at) => at !== index);

test('a history in which everyone saw everything has no difference', () => {
  assert.deepEqual(found({}), []);
});

test('a client that came later is not asked for what was before it', () => {
  assert.deepEqual(found({ observers: [observer({ head: 2, heard: heard().slice(2) })] }), []);
});

for (const [what, change, expected] of [
  ['a message that a client missed', { observers: [observer({ heard: without(heard(), 1) })] }, /ann missed 2 \(k2\)/],
  ['a chain that is broken', { observers: [observer({ heard: without(heard(), 1) })] }, /ann heard 3 behind 2 while it had 1/],
  ['a last message that a client missed', { observers: [observer({ heard: heard().slice(0, 2) })] }, /ann missed 3/],
  ['a message heard twice', { observers: [observer({ heard: [...heard(), heard()[2]] })] }, /ann heard 3 again or late/],
  ['messages out of order', { observers: [observer({ heard: heard().reverse() })] }, /ann heard 2 again or late, after 3/],
  ['another text', { observers: [observer({ heard: heard().map((one) => ({ ...one, text: 'x' })) })] }, /ann heard another message as 1/],
  ['a gap that was told', { observers: [observer({ gaps: [{ after: 1 }] })] }, /ann was told a gap/],
  ['a message that nobody stored', { stored: stored().slice(0, 2) }, /ann heard 3, which is not stored/],
  ['an acked message that is not stored', { stored: stored().slice(0, 2) }, /k3 is stored 0 times/],
  ['a message stored twice', { stored: [...stored(), { seq: 4, key: 'k3', text: 't3' }] }, /k3 is stored 2 times/],
  ['a message without an answer', { sent: [...sent().slice(0, 2), { key: 'k3', text: 't3' }] }, /k3 was never acked/],
  ['an answer with the wrong number', { sent: sent().map((one) => ({ ...one, seq: 4 - one.seq })) }, /k1 was acked as 3 and is stored as another/],
  ['a message from nowhere', { sent: sent().slice(0, 2) }, /3 \(k3\) is stored and was never sent/],
  ['scrollback out of order', { stored: stored().reverse() }, /scrollback is out of order/],
]) {
  test(`${what} is a difference`, () => assert.match(found(change).join('\n'), expected));
}
