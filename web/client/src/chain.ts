/** The links of an event: its number and that of the event before it in its room. */
export interface Link {
  readonly seq: number;
  readonly prev: number;
}

/**
 * Where a reader is in a room. Every event names its predecessor, so one comparison proves that
 * nothing was missed: `event.prev === last`.
 */
export class Chain {
  #last: number;

  constructor(last: number) {
    this.#last = last;
  }

  get last(): number {
    return this.#last;
  }

  /** Takes the event where it is the next one; "known" ones are repeats, "gap" ones are not taken. */
  offer(event: Link): 'next' | 'known' | 'gap' {
    if (event.seq <= this.#last) {
      return 'known';
    }
    if (event.prev !== this.#last) {
      return 'gap';
    }
    this.#last = event.seq;
    return 'next';
  }

  /** Goes on from a number although what lies between is not known. */
  skipTo(seq: number): void {
    this.#last = Math.max(this.#last, seq);
  }
}
