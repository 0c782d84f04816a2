import type { Message } from 'parley-client';
import { io, type Socket } from 'socket.io-client';
import { bytesOf, frameBytes, LAB_ROOM, Lane, REQUEST_HEADERS_BYTES, RETRY_MS } from './lane';

const ANSWER_MS = 10_000;
const RESPONSE_HEADERS_BYTES = 250;

interface Frame {
  readonly id?: number;
  readonly event?: string;
  readonly data: Message & { ok?: boolean; head?: number; node?: string; events?: Message[]; error?: { message: string } };
}

/** A plain WebSocket: what Socket.IO does for one is done by hand here. */
export class WebSocketLane extends Lane {
  #socket: WebSocket | undefined;
  #wanted = false;
  #asked = 0;
  readonly #answers = new Map<number, (data: Frame['data']) => void>();

  connect(base: string): void {
    this.base = base;
    this.#wanted = true;
    this.#drop();
    this.#open();
  }

  cut(): void {
    this.#socket?.close();
  }

  close(): void {
    this.#wanted = false;
    this.#drop();
    this.state.value = 'off';
  }

  async send(text: string, data: { lab: string }): Promise<void> {
    await this.#ask('send', { room: LAB_ROOM, text, data, key: data.lab });
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }

  #open(): void {
    this.state.value = 'connecting';
    const url = new URL('/ws', this.base || location.origin);
    url.protocol = url.protocol.replace('http', 'ws');
    const socket = new WebSocket(url);
    this.#socket = socket;
    this.spend({ requests: 1, connections: 1, bytesOut: REQUEST_HEADERS_BYTES, bytesIn: RESPONSE_HEADERS_BYTES });
    socket.onopen = () => void this.#greet().catch(() => socket.close());
    socket.onmessage = (message: MessageEvent<string>) => this.#frame(message.data);
    socket.onclose = () => {
      if (this.#wanted && this.#socket === socket) {
        this.state.value = 'waiting';
        setTimeout(() => this.#wanted && this.#socket === socket && this.#open(), RETRY_MS);
      }
    };
  }

  async #greet(): Promise<void> {
    const { node } = await this.#ask('auth', { token: this.token() });
    this.node.value = node;
    const after = this.after;
    const joined = await this.#ask('join', { room: LAB_ROOM, ...(after === undefined ? {} : { after }) });
    this.begin(joined.head ?? 0);
    joined.events?.forEach((event) => this.take(event));
    this.state.value = 'open';
    this.detail.value = 'one connection, frames both ways';
  }

  #frame(text: string): void {
    this.spend({ bytesIn: frameBytes(bytesOf(text), false) });
    const frame = JSON.parse(text) as Frame;
    if (frame.id !== undefined) {
      this.#answers.get(frame.id)?.(frame.data);
      this.#answers.delete(frame.id);
    } else if (frame.data?.prev !== undefined) {
      this.take(frame.data);
    } else {
      this.heard(frame.event ?? '', frame.data);
    }
  }

  #ask(event: string, data: object): Promise<Frame['data']> {
    const id = ++this.#asked;
    const text = JSON.stringify({ id, event, data });
    this.#socket?.send(text);
    this.spend({ bytesOut: frameBytes(bytesOf(text), true) });
    return new Promise((done, failed) => {
      const timer = setTimeout(() => failed(new Error('No answer')), ANSWER_MS);
      this.#answers.set(id, (answer) => {
        clearTimeout(timer);
        if (answer.ok) {
          done(answer);
        } else {
          failed(new Error(answer.error?.message ?? 'Refused'));
        }
      });
    });
  }
}

type EnginePacket = { readonly type: string; readonly data?: string };

/** Socket.IO as it comes: begins with polling, goes over to a WebSocket, and recovers by itself. */
export class SocketIoLane extends Lane {
  #socket: Socket | undefined;

  connect(base: string): void {
    this.close();
    this.base = base;
    this.state.value = 'connecting';
    const settings = {
      auth: (tell: (auth: object) => void) => tell({ token: this.token() }),
      forceNew: true,
      reconnectionDelay: RETRY_MS,
    };
    const socket = base === '' ? io(settings) : io(base, { ...settings, transports: ['websocket'] });
    this.#socket = socket;
    socket.io.on('open', () => this.#watch(socket));
    socket.on('connect', () => void this.#join(socket));
    socket.on('disconnect', () => {
      this.state.value = 'waiting';
    });
    socket.on('connect_error', () => {
      this.state.value = 'waiting';
    });
    socket.onAny((name: string, body: Message) => {
      if (body?.prev === undefined) {
        this.heard(name, body);
      } else {
        this.take(body);
      }
    });
  }

  cut(): void {
    this.#socket?.io.engine.close();
  }

  close(): void {
    this.#socket?.disconnect();
    this.#socket = undefined;
    this.state.value = 'off';
  }

  async send(text: string, data: { lab: string }): Promise<void> {
    await this.#ask('send', { room: LAB_ROOM, text, data, key: data.lab });
  }

  async emitTo(to: object | string, text: string, self: boolean): Promise<void> {
    await this.#ask('emit', { to, event: 'lab-note', data: { text }, self });
  }

  async #join(socket: Socket): Promise<void> {
    try {
      if (!socket.recovered) {
        const after = this.after;
        const joined = await this.#ask('join', { room: LAB_ROOM, ...(after === undefined ? {} : { after }) });
        this.begin(joined.head ?? 0);
        joined.events?.forEach((event) => this.take(event));
      }
      this.state.value = 'open';
      this.note(socket.recovered ? '— recovered: the server replayed what was missed' : '— joined');
    } catch {
      this.state.value = 'waiting';
    }
  }

  async #ask(event: string, body: object): Promise<Frame['data']> {
    if (!this.#socket?.connected) {
      throw new Error('Not connected');
    }
    const answer = (await this.#socket.timeout(ANSWER_MS).emitWithAck(event, body)) as Frame['data'];
    if (!answer.ok) {
      throw new Error(answer.error?.message ?? 'Refused');
    }
    return answer;
  }

  /** Counts the packets of this connection's life. */
  #watch(socket: Socket): void {
    const { engine } = socket.io;
    const overHead = (packet: EnginePacket, out: boolean) => {
      const payload = 1 + bytesOf(packet.data ?? '');
      if (engine.transport.name === 'websocket') {
        return { [out ? 'bytesOut' : 'bytesIn']: frameBytes(payload, out) };
      }
      // Polled packets share requests; an open poll stands for each that came in.
      return out
        ? { requests: 1, bytesOut: payload + REQUEST_HEADERS_BYTES, bytesIn: RESPONSE_HEADERS_BYTES }
        : { requests: 1, bytesOut: REQUEST_HEADERS_BYTES, bytesIn: payload + RESPONSE_HEADERS_BYTES };
    };
    const name = () => {
      this.detail.value = `over ${engine.transport.name}`;
    };
    this.node.value = (engine as unknown as { id?: string }).id?.split('.')[0];
    this.spend({ connections: 1, requests: 1, bytesOut: REQUEST_HEADERS_BYTES, bytesIn: RESPONSE_HEADERS_BYTES });
    name();
    engine.on('upgrade', () => {
      this.spend({ requests: 1, connections: 1, bytesOut: REQUEST_HEADERS_BYTES, bytesIn: RESPONSE_HEADERS_BYTES });
      name();
    });
    engine.on('packet', (packet) => this.spend(overHead(packet as EnginePacket, false)));
    engine.on('packetCreate', (packet) => this.spend(overHead(packet as EnginePacket, true)));
  }
}
