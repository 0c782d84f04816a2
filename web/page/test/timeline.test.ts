import type { Message } from 'parley-client';
import { describe, expect, it } from 'vitest';
import { KEPT_MAX, Timeline } from '../src/chat/timeline';

const message = (seq: number, more: Partial<Message> = {}): Message => ({
  type: 'message', seq, prev: seq - 1, pos: seq, ts: seq, room: 'r', from: { id: 'a', name: 'A' }, text: `${seq}`, ...more,
});
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => message(from + i));
const change = { prev: 0, pos: 0, ts: 99, room: 'r', from: { id: 'b', name: 'B' } };
const numbers = (timeline: Timeline) => timeline.messages.map((it) => it.seq);

describe('a timeline', () => {
  it('holds each message once, in order', () => {
    const timeline = new Timeline();
    timeline.reset(range(5, 8), true);
    timeline.live(message(9));
    timeline.live(message(9));
    timeline.prepend(range(2, 5));
    expect(numbers(timeline)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('applies edits, reactions and deletions', () => {
    const timeline = new Timeline();
    timeline.reset(range(1, 2), true);
    timeline.edited({ ...change, type: 'edited', seq: 3, target: 1, text: 'new' });
    timeline.reacted({ ...change, type: 'reaction', seq: 4, target: 1, emoji: '👍', on: true });
    timeline.reacted({ ...change, type: 'reaction', seq: 5, target: 1, emoji: '👍', on: true });
    expect(timeline.find(1)).toMatchObject({ text: 'new', edited: 99, reactions: [{ emoji: '👍', count: 1, users: ['b'] }] });
    timeline.reacted({ ...change, type: 'reaction', seq: 6, target: 1, emoji: '👍', on: false });
    expect(timeline.find(1)?.reactions).toEqual([]);
    timeline.deleted({ ...change, type: 'deleted', seq: 7, target: 1 });
    expect(timeline.find(1)?.text).toBeUndefined();
    timeline.edited({ ...change, type: 'edited', seq: 8, target: 1, text: 'back?' });
    expect(timeline.find(1)).toMatchObject({ deleted: true });
    expect(timeline.find(1)?.text).toBeUndefined();
  });

  it('does not put live messages behind a stretch of the past, and has them when it gets there', () => {
    const timeline = new Timeline();
    timeline.reset(range(1, 10), false);
    timeline.live(message(31));
    expect(numbers(timeline)).toEqual(range(1, 10).map((it) => it.seq));
    timeline.append(range(11, 30), true);
    expect(timeline.last?.seq).toBe(31);
    expect(numbers(timeline)).toHaveLength(31);
  });

  it('is bounded at both ends', () => {
    const timeline = new Timeline();
    timeline.reset(range(1_000, 1_000 + KEPT_MAX - 1), true);
    timeline.live(message(1_000 + KEPT_MAX));
    expect(timeline.messages).toHaveLength(KEPT_MAX);
    expect(timeline.first?.seq).toBe(1_001);
    timeline.prepend(range(900, 1_000));
    expect(timeline.messages).toHaveLength(KEPT_MAX);
    expect(timeline.first?.seq).toBe(900);
    expect(timeline.atHead).toBe(false);
  });
});
