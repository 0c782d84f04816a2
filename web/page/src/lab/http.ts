import type { Message } from 'parley-client';
import { bytesOf, LAB_ROOM, Lane, REQUEST_HEADERS_BYTES, RETRY_MS } from './lane';

const LONG_POLL_S = 25;
export const SHORT_POLL_MS = 2_000;
const RESPONSE_HEADERS_BYTES = 250;

interface Polled {
  readonly events: readonly Message[];
  readonly head: number;
}

/** A lane of plain HTTP requests: counts them, their bytes, and whether their connection was there already. */
abstract class HttpLane extends Lane {
  #run = 0;
  #abort: AbortController | undefined;

  connect(base: string): void {
    this.base = base;
    this.#abort?.abort();
    void this.#loop(++this.#run);
  }

  cut(): void {
    this.#abort?.abort();
  }

  close(): void {
    this.#run++;
    this.#abort?.abort();
    this.state.value = 'off';
  }

  async send(text: string, data: { lab: string }): Promise<void> {
    const body = JSON.stringify({ text, data, key: data.lab });
    const path = `/api/rooms/${LAB_ROOM}/messages`;
    const answer = await this.request(path, { method: 'POST', body });
    await this.json(answer, path);
    if (!answer.ok) {
      throw new Error(`${answer.status}`);
    }
  }

  /** One turn: a poll, or a stream to its end. */
  protected abstract turn(signal: AbortSignal): Promise<void>;

  async #loop(run: number): Promise<void> {
    while (run === this.#run) {
      this.#abort = new AbortController();
      try {
        await this.turn(this.#abort.signal);
      } catch {
        if (run === this.#run) {
          this.state.value = 'waiting';
          await new Promise((done) => setTimeout(done, RETRY_MS));
        }
      }
    }
  }

  protected async request(path: string, init: RequestInit = {}): Promise<Response> {
    const url = `${this.base}${path}`;
    const headers = new Headers(init.headers);
    headers.set('Authorization', `Bearer ${this.token() ?? ''}`);
    if (init.body) {
      headers.set('Content-Type', 'application/json');
    }
    const body = typeof init.body === 'string' ? bytesOf(init.body) : 0;
    this.spend({ requests: 1, bytesOut: REQUEST_HEADERS_BYTES + path.length + body });
    const answer = await fetch(url, { ...init, headers, cache: 'no-store' });
    this.node.value = answer.headers.get('Parley-Node') ?? this.node.value;
    return answer;
  }

  /** The answer's JSON; the browser's own measurement tells its size and its connection. */
  protected async json(answer: Response, path: string): Promise<unknown> {
    const text = await answer.text();
    // The measurement is there when the task that delivered the answer has ended.
    await new Promise((done) => setTimeout(done));
    const all = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
    const timing = all.filter((it) => it.name.endsWith(path)).at(-1);
    performance.clearResourceTimings();
    const known = timing !== undefined && timing.requestStart > 0;
    const reused = known && timing.connectStart === timing.connectEnd;
    this.spend({
      bytesIn: known ? timing.transferSize : bytesOf(text) + RESPONSE_HEADERS_BYTES,
      ...(known ? { connections: reused ? 0 : 1, reused: reused ? 1 : 0 } : {}),
    });
    return JSON.parse(text);
  }

  protected async poll(waitSeconds: number, signal: AbortSignal): Promise<Polled> {
    const first = this.after === undefined;
    const after = first ? '' : `after=${this.after}&`;
    // The lane's name keeps its measurements apart from its neighbours'.
    const path = `/api/rooms/${LAB_ROOM}/events?${after}wait=${waitSeconds}&lane=${this.text.kind}`;
    const answer = await this.request(path, { signal });
    if (!answer.ok) {
      throw new Error(`${answer.status}`);
    }
    this.state.value = 'open';
    const polled = (await this.json(answer, path)) as Polled;
    this.begin(polled.head);
    if (!first) {
      polled.events.forEach((event) => this.take(event));
    }
    return polled;
  }
}

export class ShortPollLane extends HttpLane {
  protected async turn(signal: AbortSignal): Promise<void> {
    await this.poll(0, signal);
    this.detail.value = `asks every ${SHORT_POLL_MS / 1000} s`;
    await new Promise((done, failed) => {
      const timer = setTimeout(done, SHORT_POLL_MS);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        failed(new Error('cut'));
      });
    });
  }
}

export class LongPollLane extends HttpLane {
  protected async turn(signal: AbortSignal): Promise<void> {
    this.detail.value = `one request always waits, ${LONG_POLL_S} s at most`;
    // The first question after a cut is answered at once, so that the lane knows that it is back.
    await this.poll(this.state.value === 'open' ? LONG_POLL_S : 0, signal);
  }
}

/** Server-sent events, read with fetch: an EventSource would not tell its bytes. */
export class SseLane extends HttpLane {
  #last: string | undefined;

  protected async turn(signal: AbortSignal): Promise<void> {
    this.state.value = 'connecting';
    const headers = this.#last === undefined ? {} : { 'Last-Event-ID': this.#last };
    const after = this.after === undefined ? '' : `&after=${this.after}`;
    const answer = await this.request(`/sse?room=${LAB_ROOM}${after}`, { signal, headers });
    if (!answer.ok || !answer.body) {
      throw new Error(`${answer.status}`);
    }
    this.state.value = 'open';
    this.detail.value = 'one response that does not end';
    this.spend({ connections: 1, bytesIn: RESPONSE_HEADERS_BYTES });
    const reader = answer.body.getReader();
    const decoder = new TextDecoder();
    let rest = '';
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      this.spend({ bytesIn: read.value.length });
      const frames = (rest + decoder.decode(read.value, { stream: true })).split('\n\n');
      rest = frames.pop() ?? '';
      frames.forEach((frame) => this.#frame(frame));
    }
    throw new Error('ended');
  }

  #frame(frame: string): void {
    const fields = new Map<string, string>();
    for (const line of frame.split('\n')) {
      const colon = line.indexOf(':');
      const name = line.slice(0, colon);
      const value = line.slice(colon + 1).replace(/^ /u, '');
      fields.set(name, fields.has(name) ? `${fields.get(name)}\n${value}` : value);
    }
    this.#last = fields.get('id') ?? this.#last;
    const data = fields.get('data');
    if (data === undefined) {
      return;
    }
    const body = JSON.parse(data) as Message & { head?: number };
    if (fields.get('event') === 'joined') {
      this.begin(body.head ?? 0);
    } else if (body.prev === undefined) {
      this.heard(fields.get('event') ?? '', body);
    } else {
      this.take(body);
    }
  }
}
