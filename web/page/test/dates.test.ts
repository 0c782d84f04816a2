import { describe, expect, it } from 'vitest';
import { dayOf, sameDay, shortTimeOf, timeOf } from '../src/chat/dates';

const at = (day: number, hour: number, minute = 0) => new Date(2026, 1, day, hour, minute).getTime();

describe('days', () => {
  it('are the same from midnight to midnight', () => {
    expect(sameDay(at(3, 0), at(3, 23, 59))).toBe(true);
    expect(sameDay(at(3, 23, 59), at(4, 0))).toBe(false);
    expect(sameDay(at(3, 12), at(4, 12))).toBe(false);
    expect(sameDay(new Date(2026, 1, 3).getTime(), new Date(2026, 2, 3).getTime())).toBe(false);
  });

  it('are named as one speaks of them', () => {
    expect(dayOf(at(3, 1), at(3, 23))).toBe('Today');
    expect(dayOf(at(2, 23, 59), at(3, 0))).toBe('Yesterday');
    expect(dayOf(at(1, 12), at(3, 12))).toMatch(/Sunday|February|1/u);
  });
});

describe('the short time', () => {
  it('is the time without the half of the day', () => {
    expect(timeOf(at(3, 15, 4)).startsWith(shortTimeOf(at(3, 15, 4)))).toBe(true);
    expect(shortTimeOf(at(3, 15, 4))).toMatch(/^\d+\D\d\d$/u);
  });
});
