import { ParleyError } from './errors.ts';
import type { HistoryPage, HistoryQuery, Node, RoomSummary, Session } from './events.ts';

/** The requests that need no connection. */
export class ParleyRest {
  constructor(
    private readonly token: () => string | undefined,
    private readonly url = '',
  ) {}

  /** A guest of that name; sets the session cookie as well. */
  guest(name: string): Promise<Session> {
    return this.#ask('POST', '/api/guests', { name });
  }

  /** The session of the cookie, if there is one. */
  async session(): Promise<Session | undefined> {
    try {
      return await this.#ask<Session>('GET', '/api/session');
    } catch (thrown) {
      if (thrown instanceof ParleyError && thrown.authentication) {
        return undefined;
      }
      throw thrown;
    }
  }

  async signOut(): Promise<void> {
    await this.#ask('DELETE', '/api/session');
  }

  async rooms(): Promise<readonly RoomSummary[]> {
    return (await this.#ask<{ rooms: readonly RoomSummary[] }>('GET', '/api/rooms')).rooms;
  }

  createRoom(room: { id: string; name?: string; kind?: string }): Promise<RoomSummary> {
    return this.#ask('POST', '/api/rooms', room);
  }

  async nodes(): Promise<readonly Node[]> {
    return (await this.#ask<{ nodes: readonly Node[] }>('GET', '/api/nodes')).nodes;
  }

  messages(room: string, query: HistoryQuery = {}): Promise<HistoryPage> {
    const words = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      words.set(name, String(value));
    }
    return this.#ask('GET', `/api/rooms/${encodeURIComponent(room)}/messages?${words.toString()}`);
  }

  async #ask<T>(method: string, path: string, body?: object): Promise<T> {
    const token = this.token();
    const answer = await fetch(this.url + path, {
      method,
      credentials: 'include',
      headers: {
        ...(body ? { 'Content-Type': 'application/json' } : {}),
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    }).catch(() => {
      throw new ParleyError('offline', 'The backend cannot be reached');
    });
    const text = await answer.text();
    const said = text === '' ? {} : (parsed(text) as Record<string, unknown> | undefined);
    if (!answer.ok || said === undefined) {
      const error = (said?.['error'] ?? {}) as Record<string, unknown>;
      const code = answer.status === 401 ? 'unauthorized' : `http_${answer.status}`;
      throw ParleyError.of({ code, message: `${method} ${path}: ${answer.status}`, ...error });
    }
    return said as T;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
