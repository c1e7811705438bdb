import { t } from './strings.js';
import { announce, byId } from './view.js';

/** A call that does not come about within this time needs another way. */
const PATIENCE_MS = 20_000;

/** The telephone, for when video fails: asks the practice's number and shows it on every screen. */
export class Phone {
  #visit;
  #timer = 0;
  #said = '';

  constructor(visit) {
    this.#visit = visit;
    byId('phone-close').addEventListener('click', () => {
      this.hide();
      document.querySelector('.screen:not([hidden]) h1')?.focus();
    });
  }

  /** The user gives video up, or it does not come about. */
  ask() {
    if (!this.#visit.send({ type: 'video-failed' })) {
      this.show(this.#said);
    }
  }

  /** What became of the call: one of Call's states. */
  callIs(state) {
    if (state === 'connected') {
      clearTimeout(this.#timer);
      this.#timer = 0;
    } else if (this.#timer === 0) {
      this.#timer = setTimeout(() => this.ask(), PATIENCE_MS);
    }
  }

  /** Shows a number; '' when the practice gave none. */
  show(number) {
    this.#said = number;
    const link = byId('phone-number');
    link.hidden = number === '';
    link.textContent = number;
    link.href = `tel:${number.replace(/[^+\d]/g, '')}`;
    byId('phone-text').textContent = t(number ? 'phone.call' : 'phone.none');
    byId('phone').hidden = false;
    announce(`${byId('phone-text').textContent} ${number}`);
  }

  /** There is no call to come about. */
  rest() {
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  hide() {
    this.rest();
    byId('phone').hidden = true;
  }
}
