/** A refusal by the backend, or (`code` "timeout" or "offline") the lack of its answer. */
export class ParleyError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly retryAfterMs?: number,
    /** With `not_stored_yet`: the number under which the event was accepted. */
    readonly seq?: number,
  ) {
    super(message);
    this.name = 'ParleyError';
  }

  /** The error of an answer `{ok: false, error: {code, message, retryAfterMs?}}`. */
  static of(error: unknown): ParleyError {
    if (error instanceof ParleyError) {
      return error;
    }
    const it = (typeof error === 'object' && error ? error : {}) as Record<string, unknown>;
    return new ParleyError(
      typeof it['code'] === 'string' ? it['code'] : 'unknown',
      typeof it['message'] === 'string' ? it['message'] : 'The request failed',
      typeof it['retryAfterMs'] === 'number' ? it['retryAfterMs'] : undefined,
      typeof it['seq'] === 'number' ? it['seq'] : undefined,
    );
  }

  /** Whether the same request may do better a little later. */
  get temporary(): boolean {
    return TEMPORARY.has(this.code);
  }

  /** Whether another token is needed. */
  get authentication(): boolean {
    return AUTHENTICATION.has(this.code);
  }
}

const TEMPORARY = new Set([
  'timeout',
  'offline',
  'slow_mode',
  'rate_limited',
  'full',
  'overloaded',
  'unavailable',
  'not_stored_yet',
  'internal',
]);

const AUTHENTICATION = new Set([
  'unauthorized',
  'unauthenticated',
  'token_expired',
  'token_revoked',
]);
