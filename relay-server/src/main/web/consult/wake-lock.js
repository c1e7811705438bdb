/** Keeps the screen of a phone on during a call; does nothing where the browser cannot. */
export class WakeLock {
  #lock = null;
  #wanted = false;

  constructor() {
    // The browser takes the lock away when the page is hidden.
    document.addEventListener('visibilitychange', () => this.#take());
  }

  hold() {
    this.#wanted = true;
    void this.#take();
  }

  release() {
    this.#wanted = false;
    this.#lock?.release();
    this.#lock = null;
  }

  async #take() {
    if (this.#wanted && document.visibilityState === 'visible') {
      try {
        this.#lock = (await navigator.wakeLock?.request('screen')) ?? null;
      } catch {
        // Low battery, or not supported.
      }
    }
  }
}
