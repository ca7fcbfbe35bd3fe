// One direction of a line: it loses, delays and narrows what passes, as `tc netem` does. In this program and not in the
// kernel, because not every kernel has that, because it needs no privileges, and because chance is the same in every run.

/** A lane that lets everything through at once, until it is shaped. */
export class Lane {
  #random;
  #limits = { loss: 0, delay: 0, jitter: 0, rate: Infinity, queue: 300 };
  /** When the narrow place is free again, and when the last datagram arrives: nothing overtakes. */
  #freeAt = 0;
  #arrivesAt = 0;
  #timers = new Set();

  constructor(seed = 1) {
    this.#random = chance(seed);
  }

  /**
   * `loss` is a share; `delay`, `jitter` and `queue` (how long something may wait for its turn) are milliseconds, `rate`
   * is bits per second.
   */
  shape(limits) {
    this.#limits = { loss: 0, delay: 0, jitter: 0, rate: Infinity, queue: 300, ...limits };
  }

  /** Sends a datagram along. */
  pass(octets, arrive) {
    const { loss, delay, jitter, rate, queue } = this.#limits;
    if (this.#random() < loss) return;
    const now = performance.now();
    const begin = Math.max(now, this.#freeAt);
    if (begin - now > queue) return;
    this.#freeAt = begin + (octets * 8000) / rate;
    const way = delay + jitter * (2 * this.#random() - 1);
    this.#arrivesAt = Math.max(this.#freeAt + way, this.#arrivesAt);
    if (this.#arrivesAt <= now) return arrive();
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      arrive();
    }, this.#arrivesAt - now);
    this.#timers.add(timer);
  }

  /** Nothing that is under way arrives any more. */
  clear() {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
