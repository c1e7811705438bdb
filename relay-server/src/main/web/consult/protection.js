import { t } from './strings.js';
import { byId, setText } from './view.js';
import { wordsFor } from './words.js';

const SHORTEST = 8;

/**
 * End-to-end encryption as people meet it: a switch and a secret that all of them type, or that came with the invitation
 * in the part of the address that is never sent. The relay passes on what it cannot read.
 */
export class Protection {
  #invited;

  /** `secret`: from the invitation; '' when it brought none. */
  constructor(secret) {
    this.#invited = secret;
    byId('protect').hidden = false;
    byId('protect-on').checked = secret !== '';
    byId('protect-on').addEventListener('change', () => this.#paint());
    byId('protect-secret').addEventListener('input', () => setText(byId('protect-error'), ''));
    this.#paint();
  }

  /** The secret to join with: '' when switched off, null when it is wanted but not usable (which is then said). */
  take() {
    if (!byId('protect-on').checked) {
      return '';
    }
    const secret = this.#invited || byId('protect-secret').value.trim();
    if (secret.length < SHORTEST) {
      setText(byId('protect-error'), t('protect.short', { count: SHORTEST }));
      byId('protect-secret').setAttribute('aria-invalid', 'true');
      byId('protect-secret').focus();
      return null;
    }
    byId('protect-secret').setAttribute('aria-invalid', 'false');
    return secret;
  }

  /** Shows the words to compare during the call; none without a secret. */
  static async showWords(secret) {
    const words = secret ? await wordsFor(secret) : '';
    byId('call-words').hidden = !words;
    byId('call-words-text').textContent = words;
  }

  #paint() {
    const on = byId('protect-on').checked;
    byId('protect-field').hidden = !on || this.#invited !== '';
    byId('protect-invited').hidden = !on || this.#invited === '';
  }
}
