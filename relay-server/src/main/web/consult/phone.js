import { t } from './strings.js';
import { announce, byId } from './view.js';

/** A call that does not come about within this time needs another way. */
const PATIENCE_MS = 20_000;

/**
 * The telephone, for when video fails: shows the practice's number on every screen. The number is learnt when there is a line, since
 * there may be none when it is needed.
 */
export class Phone {
  #visit;
  #timer = 0;
  /** '' when the practice gave none; null while we do not know. */
  #number = null;

  constructor(visit) {
    this.#visit = visit;
    byId('phone-close').addEventListener('click', () => {
      this.hide();
      document.querySelector('.screen:not([hidden]) h1')?.focus();
    });
  }

  /** What the service says of the number before anybody asks; undefined when it says nothing. */
  learn(number) {
    this.#number = number ?? this.#number;
  }

  /** The user gives video up, or it does not come about. */
  ask() {
    const sent = this.#visit.send({ type: 'video-failed' });
    if (this.#number !== null || !sent) {
      this.#show();
    }
  }

  /** The service's answer. */
  answer(number) {
    if (number !== this.#number) {
      this.#number = number;
      this.#show();
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

  #show() {
    const number = this.#number ?? '';
    const link = byId('phone-number');
    link.hidden = number === '';
    link.textContent = number;
    link.href = `tel:${number.replace(/[^+\d]/g, '')}`;
    byId('phone-text').textContent = t(number ? 'phone.call' : this.#number === null ? 'phone.unknown' : 'phone.none');
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
