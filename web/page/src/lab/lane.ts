import { signal } from '@preact/signals';
import { Chain, type Message } from 'parley-client';

export const LAB_ROOM = 'transport-lab';
/** Samples kept per lane for the plot. */
const SAMPLES_MAX = 240;
const LINES_MAX = 30;
/** Browsers do not tell what their request headers weigh; this is a usual size. */
export const REQUEST_HEADERS_BYTES = 480;
export const RETRY_MS = 1_000;

export type LaneState = 'off' | 'connecting' | 'open' | 'waiting';

/** What the lane cost so far. */
export interface Cost {
  readonly requests: number;
  readonly connections: number;
  readonly reused: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly events: number;
  readonly missing: number;
  readonly repeated: number;
}

export interface Sample {
  /** By performance.now(). */
  readonly at: number;
  readonly ms: number;
}

export interface LaneText {
  readonly kind: string;
  readonly name: string;
  readonly says: string;
}

const NO_COST: Cost = {
  requests: 0,
  connections: 0,
  reused: 0,
  bytesIn: 0,
  bytesOut: 0,
  events: 0,
  missing: 0,
  repeated: 0,
};

/** When each message of this page was sent; all lanes measure against it. */
export const sentAt = new Map<string, number>();

/** One transport that carries the lab's room, and what can be seen of it. */
export abstract class Lane {
  readonly state = signal<LaneState>('off');
  readonly node = signal<string | undefined>(undefined);
  readonly cost = signal<Cost>(NO_COST);
  readonly samples = signal<readonly Sample[]>([]);
  readonly lines = signal<readonly string[]>([]);
  readonly detail = signal('');
  protected base = '';
  #chain: Chain | undefined;

  constructor(
    readonly text: LaneText,
    protected readonly token: () => string | undefined,
  ) {}

  abstract connect(base: string): void;

  /** Cuts the connection as a network failure would; the lane comes back by itself. */
  abstract cut(): void;

  abstract close(): void;

  abstract send(text: string, data: { lab: string }): Promise<void>;

  /** The number of the last message seen, to go on from. */
  protected get after(): number | undefined {
    return this.#chain?.last;
  }

  protected begin(head: number): void {
    this.#chain ??= new Chain(head);
  }

  protected spend(more: Partial<Cost>): void {
    const sum = { ...this.cost.value };
    for (const [name, value] of Object.entries(more) as [keyof Cost, number][]) {
      sum[name] += value;
    }
    this.cost.value = sum;
  }

  protected note(line: string): void {
    this.lines.value = [...this.lines.value, line].slice(-LINES_MAX);
  }

  /** A durable event as it came in: checked against the chain, and timed if this page sent it. */
  protected take(event: Message): void {
    this.begin(event.prev);
    const place = this.#chain?.offer(event);
    if (place === 'known') {
      this.spend({ repeated: 1 });
      return;
    }
    if (place === 'gap') {
      this.spend({ missing: 1 });
      this.#chain?.skipTo(event.seq);
    }
    this.spend({ events: 1 });
    const id = (event.data as { lab?: string } | undefined)?.lab;
    const sent = id === undefined ? undefined : sentAt.get(id);
    if (sent !== undefined) {
      const at = performance.now();
      this.samples.value = [...this.samples.value, { at, ms: at - sent }].slice(-SAMPLES_MAX);
    }
    if (event.type === 'message') {
      this.note(`${event.from.name}: ${event.text ?? ''}`);
    }
  }

  /** An event that is not stored: who is served by this lane sees it, or does not. */
  protected heard(name: string, body: unknown): void {
    if (name === 'lab-note') {
      const said = body as { from?: { name: string }; data?: { text?: string } };
      this.note(`→ ${said.from?.name ?? '?'}: ${said.data?.text ?? ''}`);
    }
  }
}

export function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** What a WebSocket adds to a payload of that size. */
export function frameBytes(payload: number, masked: boolean): number {
  const length = payload < 126 ? 2 : payload < 65_536 ? 4 : 10;
  return payload + length + (masked ? 4 : 0);
}
