import { describe, expect, it } from 'vitest';
import { Chain } from '../src/index.ts';

describe('a chain', () => {
  it('takes the event that names the last one as its predecessor', () => {
    const chain = new Chain(7);
    expect(chain.offer({ seq: 8, prev: 7 })).toBe('next');
    expect(chain.last).toBe(8);
  });

  it('takes a number far ahead when its predecessor is the last one', () => {
    const chain = new Chain(7);
    expect(chain.offer({ seq: 2 ** 32 + 1, prev: 7 })).toBe('next');
  });

  it('knows a repeat', () => {
    const chain = new Chain(7);
    expect(chain.offer({ seq: 7, prev: 6 })).toBe('known');
    expect(chain.offer({ seq: 3, prev: 2 })).toBe('known');
  });

  it('tells a gap and stays where it is', () => {
    const chain = new Chain(7);
    expect(chain.offer({ seq: 9, prev: 8 })).toBe('gap');
    expect(chain.last).toBe(7);
  });

  it('never goes back', () => {
    const chain = new Chain(7);
    chain.skipTo(5);
    expect(chain.last).toBe(7);
    chain.skipTo(12);
    expect(chain.offer({ seq: 13, prev: 12 })).toBe('next');
  });
});
