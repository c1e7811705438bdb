import { t } from './strings.js';
import { byId, showScreen } from './view.js';

/** Says what the browser is about to ask and why, before it asks: a question that comes out of the blue is refused. */
export class AskScreen {
  #devices;
  #onDone;
  #done = false;
  #audioOnly = false;

  constructor(devices, onDone) {
    this.#devices = devices;
    this.#onDone = onDone;
    byId('ask-go').addEventListener('click', () => this.#finish());
    byId('ask-without').addEventListener('click', () => void this.#without());
  }

  /** Whether there is nothing more to say. */
  get isDone() {
    return this.#done;
  }

  /** Shows it, unless the browser has the permission already. */
  async show({ consultation }) {
    this.#audioOnly = consultation.audioOnly;
    if (await this.#isGranted()) {
      this.#finish();
    } else if (byId('ask').hidden) {
      byId('ask-what').textContent = t(this.#audioOnly ? 'ask.microphone' : 'ask.both');
      showScreen('ask');
    }
  }

  async #isGranted() {
    const names = this.#audioOnly ? ['microphone'] : ['microphone', 'camera'];
    try {
      const states = await Promise.all(names.map((name) => navigator.permissions.query({ name })));
      return states.every(({ state }) => state === 'granted');
    } catch {
      // This browser does not say.
      return false;
    }
  }

  async #without() {
    await this.#devices.switchTo('video', false);
    await this.#devices.switchTo('audio', false);
    this.#finish();
  }

  #finish() {
    if (!this.#done) {
      this.#done = true;
      this.#onDone();
    }
  }
}
