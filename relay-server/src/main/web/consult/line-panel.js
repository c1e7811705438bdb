import { MODES } from './call-mode.js';
import { Panel } from './panel.js';
import { t } from './strings.js';
import { byId, setText } from './view.js';

/** How the line is, what to do about it, and how much it is asked to carry. */
export class LinePanel {
  #panel;
  #onMode;

  /** `onMode(mode)`: the user chose one of `MODES`; `onPhone()`: they want to talk by telephone instead. */
  constructor({ onMode, onPhone }) {
    this.#onMode = onMode;
    this.#panel = new Panel('call-more', 'more');
    for (const mode of MODES) {
      byId(`mode-${mode}`).addEventListener('change', () => this.#choose(mode));
    }
    byId('more-phone').addEventListener('click', onPhone);
    byId('call-weak-mode').addEventListener('click', () => {
      byId('mode-bad-line').checked = true;
      this.#choose('bad-line');
      byId('call-more').focus();
    });
    this.quality('');
  }

  /** One of `MODES`, as chosen here or by the practice. */
  get mode() {
    return MODES.find((mode) => byId(`mode-${mode}`).checked);
  }

  set mode(mode) {
    byId(`mode-${mode}`).checked = true;
    this.#offer();
  }

  /** Whether the button for the telephone makes sense here. */
  set phone(on) {
    byId('more-phone').hidden = !on;
  }

  /** Our own line: 'good', 'weak', 'lost' or ''. */
  quality(quality) {
    const known = quality || 'unknown';
    byId('more-quality').dataset.quality = known;
    setText(byId('more-quality'), t(`quality.${known}`));
    setText(byId('more-advice'), known === 'weak' || known === 'lost' ? t(`quality.${known}.advice`) : '');
    this.#offer(quality === 'weak');
  }

  hide() {
    this.#panel.hide();
    this.#offer(false);
  }

  #choose(mode) {
    this.#offer();
    this.#onMode(mode);
  }

  #weak = false;

  #offer(weak = this.#weak) {
    this.#weak = weak;
    byId('call-weak-mode').hidden = !weak || this.mode !== 'video';
  }
}
