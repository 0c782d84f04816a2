import { describe, expect, it, vi } from 'vitest';
import { Outbox, WRITES_MAX } from '../src/index.ts';

describe('the outbox', () => {
  it('looks an old write up before it sends it again', async () => {
    const asked: string[] = [];
    const old = { key: 'k', room: 'r', body: { op: 'send', text: 'old' }, at: Date.now() - 3_600_000, tried: true };
    const kept = new Map([['parley.outbox', JSON.stringify([old])]]);
    const outbox: Outbox = new Outbox(
      {
        ready: () => true,
        ask: (event) => {
          asked.push(event);
          return Promise.resolve({ seq: 5 });
        },
        lookUp: () => {
          asked.push('history');
          outbox.settle({
            type: 'message', seq: 5, prev: 4, pos: 5, ts: 5, room: 'r', key: 'k', text: 'old',
            from: { id: 'a', name: 'A' },
          });
          return Promise.resolve();
        },
      },
      { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value) },
    );
    outbox.pumpAll();
    await vi.waitFor(() => expect(asked).toEqual(['history']));
    await vi.waitFor(() => expect(outbox.writes).toEqual([]));
    expect(asked).toEqual(['history']);
  });

  it('is bounded', () => {
    const outbox = new Outbox({
      ready: () => false,
      ask: () => Promise.reject(new Error('not connected')),
      lookUp: () => Promise.resolve(),
    });
    for (let i = 0; i < WRITES_MAX; i++) {
      outbox.put('r', { op: 'send', text: String(i) });
    }
    expect(() => outbox.put('r', { op: 'send', text: 'one more' })).toThrow(/waiting already/);
  });
});
