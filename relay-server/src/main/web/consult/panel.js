import { byId } from './view.js';

let openPanel = null;

/** A part beside the picture of a call, opened and closed by its button or Escape; one at a time, since there is little room. */
export class Panel {
  #button;
  #aside;
  #onOpen;

  /**
   * `button`, `aside`: ids; the aside has a close button `<aside>-close`. `onOpen(opened)` hears both ways and may return the
   * element that takes the focus when it opened.
   */
  constructor(button, aside, onOpen = () => null) {
    this.#button = byId(button);
    this.#aside = byId(aside);
    this.#onOpen = onOpen;
    this.#button.addEventListener('click', () => (this.isOpen ? this.close() : this.open()));
    byId(`${aside}-close`).addEventListener('click', () => this.close());
    this.#aside.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !event.defaultPrevented) {
        this.close();
      }
    });
  }

  get isOpen() {
    return !this.#aside.hidden;
  }

  /** Opens it and moves the focus into it. */
  open() {
    this.#show();
    (this.#onOpen(true) ?? this.#aside.querySelector('h2')).focus();
  }

  /** Opens it and leaves the focus where it is. */
  reveal() {
    this.#show();
    this.#onOpen(true);
  }

  /** Closes it; the focus goes back to its button. */
  close() {
    this.hide();
    this.#button.focus();
  }

  /** Closes it and leaves the focus where it is. */
  hide() {
    this.#aside.hidden = true;
    this.#button.setAttribute('aria-expanded', 'false');
    if (openPanel === this) {
      openPanel = null;
    }
    this.#onOpen(false);
  }

  #show() {
    if (openPanel !== this) {
      openPanel?.hide();
    }
    openPanel = this;
    this.#aside.hidden = false;
    this.#button.setAttribute('aria-expanded', 'true');
  }
}
