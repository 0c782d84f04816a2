import type { Cursor, HistoryPage, HistoryQuery, Message } from './events.ts';

export const PAGE_MESSAGES = 50;

/** Walks through a room's past, page by page, in both directions from where it began. */
export class Scrollback {
  #before: Cursor | undefined;
  #after: Cursor | undefined;
  #begun = false;
  #older: Promise<readonly Message[]> | undefined;
  #newer: Promise<readonly Message[]> | undefined;

  constructor(
    private readonly page: (query: HistoryQuery) => Promise<HistoryPage>,
    private readonly limit = PAGE_MESSAGES,
  ) {}

  /** There may be messages before those seen. */
  get hasOlder(): boolean {
    return this.#begun && this.#before !== undefined;
  }

  /** There may be messages after those seen, which happens after a jump into the past. */
  get hasNewer(): boolean {
    return this.#begun && this.#after !== undefined;
  }

  /** The newest messages. */
  async latest(): Promise<readonly Message[]> {
    const page = await this.page({ limit: this.limit });
    this.#begun = true;
    this.#before = page.before;
    this.#after = undefined;
    return page.messages;
  }

  /** The messages around one of them. */
  async around(seq: number): Promise<readonly Message[]> {
    const page = await this.page({ around: seq, limit: this.limit });
    this.#begun = true;
    this.#before = page.before;
    this.#after = page.after;
    return page.messages;
  }

  /** The page before; asked at the same time twice it is fetched once. */
  older(): Promise<readonly Message[]> {
    const before = this.#before;
    if (before === undefined) {
      return Promise.resolve([]);
    }
    this.#older ??= this.page({ before, limit: this.limit })
      .then((page) => {
        this.#before = page.before;
        return page.messages;
      })
      .finally(() => {
        this.#older = undefined;
      });
    return this.#older;
  }

  /** Messages before `seq` were let go: the next older page ends there. */
  forgetOlderThan(seq: number): void {
    this.#before = seq;
  }

  /** Messages after `seq` were let go: the next newer page begins there. */
  forgetNewerThan(seq: number): void {
    this.#after = seq;
  }

  newer(): Promise<readonly Message[]> {
    const after = this.#after;
    if (after === undefined) {
      return Promise.resolve([]);
    }
    this.#newer ??= this.page({ after, limit: this.limit })
      .then((page) => {
        this.#after = page.after;
        return page.messages;
      })
      .finally(() => {
        this.#newer = undefined;
      });
    return this.#newer;
  }
}
