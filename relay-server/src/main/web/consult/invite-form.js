import { t } from './strings.js';
import { announce, byId, setText } from './view.js';

/** Makes a link for a third person (an interpreter, a carer) and shows it for copying; nothing is sent from here. */
export class InviteForm {
  #link = '';

  constructor(visit) {
    byId('invite').addEventListener('submit', (event) => {
      event.preventDefault();
      visit.send({ type: 'invite', role: 'guest', name: byId('invite-name').value.trim() });
    });
    byId('invite-copy').addEventListener('click', () => void this.#copy(this.#link, 'invite-link'));
    byId('invite-copy-text').addEventListener('click', () => void this.#copy(byId('invite-text').value, 'invite-text'));
  }

  /** The service's answer: `{link, token, name}`. */
  show({ link, token }) {
    this.#link = absolute(link, token);
    byId('invite-link').value = this.#link;
    byId('invite-text').value = t('invite.text', { link: this.#link }).replace(/[\u2068\u2069]/g, '');
    byId('invite-made').hidden = false;
    byId('invite-name').value = '';
    setText(byId('invite-said'), t('invite.made'));
    announce(t('invite.made'));
    byId('invite-copy').focus();
  }

  async #copy(text, id) {
    try {
      await navigator.clipboard.writeText(text);
      setText(byId('invite-said'), t('invite.copied'));
      announce(t('invite.copied'));
    } catch {
      // The browser keeps the clipboard closed: the user copies what is selected.
      byId(id).select();
      setText(byId('invite-said'), t('invite.select'));
      announce(t('invite.select'));
    }
  }
}

/** The service may know its own host, or not. */
function absolute(link, token) {
  return link ? new URL(link, location.href).href : `${location.origin}/consult#j=${token}`;
}
