import { Panel } from './panel.js';
import { t } from './strings.js';
import { announce, byId, setText } from './view.js';

/** Written messages beside the call: they arrive while it is closed, and say so. Nothing of them is kept anywhere. */
export class Chat {
  #unread = 0;
  #say;
  #panel;

  /** `say(text)` sends; it rejects when that cannot be done now. */
  constructor(say) {
    this.#say = say;
    this.#panel = new Panel('call-chat', 'chat', () => {
      this.#count(0);
      return byId('chat-text');
    });
    byId('chat-form').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#send();
    });
    this.clear();
  }

  /** Forgets all messages. */
  clear() {
    byId('chat-log').replaceChildren();
    this.#panel.hide();
    this.#count(0);
    setText(byId('chat-error'), '');
  }

  /** Shows a message as `Call` hears it. */
  add({ name, text, own }) {
    const item = document.createElement('li');
    item.className = own ? 'own' : '';
    const who = document.createElement('strong');
    who.textContent = own ? t('call.you') : name;
    const what = document.createElement('span');
    what.textContent = text;
    item.append(who, what);
    byId('chat-log').append(item);
    item.scrollIntoView({ block: 'nearest' });
    if (!own && !this.#panel.isOpen) {
      this.#count(this.#unread + 1);
      announce(t('chat.from', { name, text }));
    }
  }

  #count(unread) {
    this.#unread = unread;
    setText(byId('call-chat-unread'), unread === 0 ? '' : t('chat.unread', { count: unread }));
  }

  async #send() {
    const input = byId('chat-text');
    try {
      await this.#say(input.value);
      input.value = '';
      setText(byId('chat-error'), '');
    } catch {
      setText(byId('chat-error'), t('chat.failed'));
      announce(t('chat.failed'));
    }
    input.focus();
  }
}
