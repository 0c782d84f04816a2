import { ParleyError } from './errors.ts';
import type { Socket } from 'socket.io-client';

/** An ack's time to come; `ack: "stored"` may take the backend 10 s. */
const ACK_TIMEOUT_MS = 15_000;

/** Requests with an ack over a Socket.IO socket; never buffered while there is no connection. */
export class Wire {
  constructor(readonly socket: Socket) {}

  get up(): boolean {
    return this.socket.connected;
  }

  /** Waits for a connection if there is none, for as long as one waits for an answer. */
  whenUp(): Promise<void> {
    return new Promise((done, failed) => {
      if (this.up) {
        done();
        return;
      }
      const timer = setTimeout(() => {
        this.socket.off('connect', connected);
        failed(new ParleyError('offline', 'There is no connection'));
      }, ACK_TIMEOUT_MS);
      const connected = () => {
        clearTimeout(timer);
        done();
      };
      this.socket.once('connect', connected);
    });
  }

  /** The ack's object; a refusal, a missing ack and a missing connection are a ParleyError. */
  async ask<T>(event: string, body: object): Promise<T> {
    if (!this.up) {
      throw new ParleyError('offline', 'There is no connection');
    }
    let answer: unknown;
    try {
      answer = await this.socket.timeout(ACK_TIMEOUT_MS).emitWithAck(event, body);
    } catch {
      throw this.up
        ? new ParleyError('timeout', `No answer to ${event} came in time`)
        : new ParleyError('offline', 'The connection was lost');
    }
    const told = (answer ?? {}) as { ok?: boolean; error?: object; seq?: number };
    if (told.ok !== true) {
      throw ParleyError.of({ seq: told.seq, ...told.error });
    }
    return told as T;
  }

  /** For what may be lost, such as typing. */
  tell(event: string, body: object): void {
    if (this.up) {
      this.socket.volatile.emit(event, body);
    }
  }
}
