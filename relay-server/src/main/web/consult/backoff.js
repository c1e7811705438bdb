/** Gentle waiting between tries: 1 s, 2 s, … 5 s, and never sooner than the relay asked for. */
export class Backoff {
  #tries = 0;

  reset() {
    this.#tries = 0;
  }

  /** How long to wait before the next try, in milliseconds. */
  next(atLeastMs = 0) {
    this.#tries = Math.min(this.#tries + 1, 5);
    return Math.max(this.#tries * 1000, atLeastMs);
  }
}

/** A wait that can be cut short. */
export class Pause {
  #end = () => {};

  /** Resolves after `ms`, or at the next `cut()`. */
  wait(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  cut() {
    this.#end();
  }
}
