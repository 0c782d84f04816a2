/** Hues that initials are drawn on; the classes are in avatar.css. */
const HUES = 10;

export function hueOf(id: string): string {
  let hash = 0;
  for (const letter of id) {
    hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  }
  return `hue-${hash % HUES}`;
}

export function initials(name: string): string {
  const words = name.trim().split(/\s+/u);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => [...(word ?? '')][0] ?? '').join('').toUpperCase() || '?';
}

export function Avatar({ id, name }: { id: string; name: string }) {
  return (
    <span class={`avatar ${hueOf(id)}`} aria-hidden="true">
      {initials(name)}
    </span>
  );
}
