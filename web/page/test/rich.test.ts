import { describe, expect, it } from 'vitest';
import { initials } from '../src/chat/avatar';
import { pieces } from '../src/chat/rich';

const plain = (text: string) => pieces(text, ['Ada', 'Ada Lovelace', 'a+(b'], 'Bo');
const whole = (text: string) =>
  plain(text)
    .map((piece) => (piece.kind === 'code' ? `\`${piece.text}\`` : piece.text))
    .join('');

describe('a text', () => {
  it('is split into links, code and mentions', () => {
    expect(plain('see https://example.org/a?b=c. `x < y` @Ada Lovelace @Bo')).toEqual([
      { kind: 'text', text: 'see ' },
      { kind: 'link', text: 'https://example.org/a?b=c' },
      { kind: 'text', text: '. ' },
      { kind: 'code', text: 'x < y' },
      { kind: 'text', text: ' ' },
      { kind: 'mention', text: '@Ada Lovelace', me: false },
      { kind: 'text', text: ' ' },
      { kind: 'mention', text: '@Bo', me: true },
    ]);
  });

  it('makes links of http and https only', () => {
    for (const text of ['javascript:alert(1)', 'data:text/html,x', 'vbscript:x', 'file:///etc/passwd', 'http:alert']) {
      expect(plain(text)).toEqual([{ kind: 'text', text }]);
    }
  });

  it('ends a link before what could leave its attribute', () => {
    expect(plain('https://example.org/"onmouseover="x')[0]).toEqual({ kind: 'link', text: 'https://example.org/' });
    expect(plain("https://example.org/'><script>")[0]).toEqual({ kind: 'link', text: 'https://example.org/' });
  });

  it('takes names for what they are, not for patterns', () => {
    expect(plain('@a+(b')).toEqual([{ kind: 'mention', text: '@a+(b', me: false }]);
  });

  it('is never changed, whatever it holds', () => {
    const hostile = [
      '<img src=x onerror=alert(1)>',
      '`'.repeat(50),
      '@'.repeat(50),
      '\u202Egnp.exe \u0000 \uD800',
      'https://'.repeat(30),
      '👩‍👩‍👧‍👦'.repeat(20),
    ];
    for (const text of hostile) {
      expect(whole(text)).toBe(text);
    }
  });

  it('is split in time that grows with its length', () => {
    const begun = performance.now();
    plain(`${'`'.repeat(4_000)}${'https://a'.repeat(400)}${'@Ada '.repeat(400)}`);
    expect(performance.now() - begun).toBeLessThan(500);
  });
});

describe('initials', () => {
  it('are of the first and the last word, whatever they are written in', () => {
    expect(initials('Ada King Lovelace')).toBe('AL');
    expect(initials('ß')).toBe('SS');
    expect(initials('  ')).toBe('?');
    expect(initials('😀 x')).toBe('😀X');
  });
});
