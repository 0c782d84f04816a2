import { describe, expect, it } from 'vitest';
import { Scrollback, type HistoryPage, type HistoryQuery, type Message } from '../src/index.ts';

/** A past of `count` messages numbered from 1. */
function past(count: number) {
  const asked: HistoryQuery[] = [];
  const message = (seq: number): Message => ({
    type: 'message', seq, prev: seq - 1, pos: seq, ts: seq, room: 'r', from: { id: 'a', name: 'A' },
  });
  const page = (query: HistoryQuery): Promise<HistoryPage> => {
    asked.push(query);
    const limit = query.limit ?? 50;
    let from = count - limit + 1;
    if (query.before !== undefined) from = Number(query.before) - limit;
    if (query.after !== undefined) from = Number(query.after) + 1;
    if (query.around !== undefined) from = query.around - (limit >> 1);
    const to = Math.min(from + limit - 1, count);
    from = Math.max(from, 1);
    const messages = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => message(from + i));
    return Promise.resolve({
      messages,
      ...(from > 1 ? { before: from } : {}),
      ...(to < count ? { after: to } : {}),
    });
  };
  return { page, asked };
}

const numbers = (messages: readonly Message[]) => messages.map((it) => it.seq);

describe('scrollback', () => {
  it('walks from the newest to the first message without a gap or a repeat', async () => {
    const scrollback = new Scrollback(past(25).page, 10);
    let seen = numbers(await scrollback.latest());
    while (scrollback.hasOlder) {
      seen = [...numbers(await scrollback.older()), ...seen];
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
    expect(await scrollback.older()).toEqual([]);
  });

  it('goes on in both directions after a jump', async () => {
    const scrollback = new Scrollback(past(40).page, 10);
    let seen = numbers(await scrollback.around(20));
    expect(seen).toContain(20);
    expect(scrollback.hasNewer).toBe(true);
    seen = [...numbers(await scrollback.older()), ...seen];
    while (scrollback.hasNewer) {
      seen = [...seen, ...numbers(await scrollback.newer())];
    }
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, i) => (seen[0] ?? 0) + i));
    expect(seen.at(-1)).toBe(40);
  });

  it('fetches a page once however often it is asked for meanwhile', async () => {
    const { page, asked } = past(30);
    const scrollback = new Scrollback(page, 10);
    await scrollback.latest();
    await Promise.all([scrollback.older(), scrollback.older(), scrollback.older()]);
    expect(asked).toHaveLength(2);
  });

  it('has nothing older in a room that fits on one page', async () => {
    const scrollback = new Scrollback(past(3).page, 10);
    await scrollback.latest();
    expect(scrollback.hasOlder).toBe(false);
    expect(scrollback.hasNewer).toBe(false);
  });
});
