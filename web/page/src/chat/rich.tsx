import type { ComponentChildren } from 'preact';

/** A piece of a message's text. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'mention'; readonly text: string; readonly me: boolean };

const LINK = /https?:\/\/[^\s<>"'`]+[^\s<>"'`.,;:!?)\]}]/u;
const CODE = /`[^`\n]+`/u;

/** Splits a text into plain pieces, links, code and mentions of the given names; nothing is lost. */
export function pieces(text: string, names: readonly string[], myName: string): Piece[] {
  const known = [...new Set([...names, myName])].filter((name) => name !== '');
  const mention = known
    .sort((one, other) => other.length - one.length)
    .map((name) => `@${name.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&')}`)
    .join('|');
  const pattern = new RegExp([CODE.source, LINK.source, ...(mention ? [mention] : [])].join('|'), 'gu');
  const found: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > at) {
      found.push({ kind: 'text', text: text.slice(at, match.index) });
    }
    found.push(pieceOf(match[0], myName));
    at = match.index + match[0].length;
  }
  if (at < text.length) {
    found.push({ kind: 'text', text: text.slice(at) });
  }
  return found;
}

function pieceOf(text: string, myName: string): Piece {
  if (text.startsWith('`')) {
    return { kind: 'code', text: text.slice(1, -1) };
  }
  if (text.startsWith('@')) {
    return { kind: 'mention', text, me: text === `@${myName}` };
  }
  return { kind: 'link', text };
}

/** A message's text as elements; every piece goes through the DOM's own escaping. */
export function Rich(props: { text: string; names: readonly string[]; myName: string }) {
  return <>{pieces(props.text, props.names, props.myName).map((piece) => render(piece))}</>;
}

function render(piece: Piece): ComponentChildren {
  switch (piece.kind) {
    case 'text':
      return piece.text;
    case 'code':
      return <code>{piece.text}</code>;
    case 'mention':
      return <span class={piece.me ? 'mention me' : 'mention'}>{piece.text}</span>;
    case 'link':
      return (
        <a href={piece.text} target="_blank" rel="noopener noreferrer nofollow">
          {piece.text}
        </a>
      );
  }
}
