import { t } from './strings.js';
import { byId, setText, showScreen } from './view.js';

/** Asks for a name when the link brings none, so that the practice knows who waits. */
export class NameScreen {
  constructor(onName) {
    byId('name-form').addEventListener('submit', (event) => {
      event.preventDefault();
      const input = byId('name-text');
      const name = input.value.trim();
      setText(byId('name-error'), name ? '' : t('name.missing'));
      input.setAttribute('aria-invalid', String(!name));
      if (name) {
        onName(name);
      } else {
        input.focus();
      }
    });
  }

  show() {
    if (byId('name').hidden) {
      showScreen('name');
    }
  }
}
