import { signal } from '@preact/signals';

/** What the page shows, kept in the address' fragment so that it survives a reload and can be linked to. */
export type Route = { readonly view: 'chat'; readonly room?: string } | { readonly view: 'lab' };

export const route = signal<Route>(parse());

addEventListener('hashchange', () => {
  route.value = parse();
});

export const hrefOfRoom = (room: string) => `#/r/${encodeURIComponent(room)}`;
export const hrefOfLab = '#/lab';

export function goToRoom(room: string): void {
  location.hash = hrefOfRoom(room);
}

function parse(): Route {
  const [, view, room] = location.hash.split('/');
  if (view === 'lab') {
    return { view: 'lab' };
  }
  try {
    return { view: 'chat', ...(view === 'r' && room ? { room: decodeURIComponent(room) } : {}) };
  } catch {
    return { view: 'chat' };
  }
}
