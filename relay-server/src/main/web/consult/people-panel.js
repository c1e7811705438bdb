import { askIn } from './ask-dialog.js';
import { InviteForm } from './invite-form.js';
import { Panel } from './panel.js';
import { PeopleList, presentText, waitedText } from './people-list.js';
import { knows, t } from './strings.js';
import { announce, byId, setText } from './view.js';

const EVERY_MS = 10_000;
/** Beside the picture there is room for the list from this width on. */
const WIDE = '(min-width: 60rem)';

/** The clinician's desk: who waits and for how long, who is in, and what can be done about it. */
export class PeoplePanel {
  #visit;
  #panel;
  #own = null;
  #known = null;
  #state = { waiting: [], present: [], links: [] };
  #locked = false;
  #timer = 0;
  #waiting;
  #present;
  #links;
  #invite;

  constructor(visit) {
    this.#visit = visit;
    this.#panel = new Panel('call-people', 'people');
    this.#invite = new InviteForm(visit);
    this.#waiting = new PeopleList('people-waiting', waitedText, {
      admit: ({ visit: id }) => this.#send({ type: 'admit', visit: id }),
      message: (person) => void this.#message(person),
      remove: (person) => void this.#remove(person),
    });
    this.#present = new PeopleList('people-present', presentText, { remove: (person) => void this.#remove(person) });
    this.#links = new PeopleList('people-links', ({ used }) => t(used ? 'people.used' : 'people.unused'), {
      revoke: ({ linkId }) => this.#send({ type: 'revoke', linkId }),
    });
    byId('people-lock').addEventListener('change', ({ target }) => this.#send({ type: 'lock', locked: target.checked }));
    byId('people-all').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#messageAll();
    });
    byId('people-end').addEventListener('click', () => void this.#end());
  }

  /** What the service says of us: only a clinician has a desk. */
  about({ role, visit, consultation }) {
    this.#own = role === 'clinician' ? visit : null;
    byId('call-people').hidden = this.#own === null;
    this.#locked = consultation.locked;
    byId('people-lock').checked = consultation.locked;
  }

  /** Who waits, who is in, which links there are, and whether a clinician has locked the room. */
  update({ waiting, present, links, locked }) {
    this.#announce(waiting);
    if (locked !== this.#locked) {
      this.#locked = locked;
      announce(t(locked ? 'people.locked' : 'people.unlocked'));
    }
    byId('people-lock').checked = locked;
    this.#state = { waiting, present, links };
    this.#paint();
  }

  invited(message) {
    this.#invite.show(message);
  }

  /** Something that we asked for did not work. */
  fail(code) {
    if (this.#own === null) {
      return;
    }
    const text = t(knows(`people.error.${code}`) ? `people.error.${code}` : 'people.error.other');
    setText(byId('people-error'), text);
    announce(text);
    byId('people-lock').checked = this.#locked;
  }

  /** With the call; open where there is room for it. */
  show() {
    if (this.#own === null) {
      return;
    }
    if (matchMedia(WIDE).matches) {
      this.#panel.reveal();
    }
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#paint(), EVERY_MS);
  }

  hide() {
    clearInterval(this.#timer);
    this.#panel.hide();
  }

  #paint() {
    const { waiting, present, links } = this.#state;
    this.#waiting.show(waiting, this.#locked ? ['admit'] : []);
    this.#present.show(present.filter(({ visit }) => visit !== this.#own));
    this.#links.show(links.filter(({ role }) => role === 'guest'));
    byId('people-links-box').hidden = !links.some(({ role }) => role === 'guest');
    byId('people-nobody').hidden = waiting.length > 0;
    byId('people-alone').hidden = present.some(({ visit }) => visit !== this.#own);
    byId('people-all').hidden = waiting.length === 0;
    setText(byId('call-people-count'), waiting.length === 0 ? '' : t('people.count', { count: waiting.length }));
  }

  #announce(waiting) {
    const before = this.#known ?? new Set();
    for (const { visit, name, role } of waiting) {
      if (!before.has(visit)) {
        announce(t('people.arrived', { name: name || t(`role.${role}`) }));
      }
    }
    this.#known = new Set(waiting.map(({ visit }) => visit));
  }

  #send(message) {
    const sent = this.#visit.send(message);
    setText(byId('people-error'), sent ? '' : t('people.error.line'));
    if (message.type === 'lock' && sent) {
      this.#locked = message.locked;
      announce(t(message.locked ? 'people.locked' : 'people.unlocked'));
      this.#paint();
    }
    return sent;
  }

  async #message({ visit, name, role }) {
    byId('say-title').textContent = t('say.title', { name: name || t(`role.${role}`) });
    const answer = await askIn('say');
    const text = byId('say-text').value.trim();
    if (answer === 'yes' && text && this.#send({ type: 'message', visit, text })) {
      announce(t('say.sent'));
    }
  }

  #messageAll() {
    const input = byId('people-all-text');
    const text = input.value.trim();
    if (text && this.#send({ type: 'message-all', text })) {
      input.value = '';
      announce(t('say.sent'));
    }
    input.focus();
  }

  async #remove({ visit, name, role }) {
    byId('remove-title').textContent = t('remove.title', { name: name || t(`role.${role}`) });
    if ((await askIn('remove')) === 'yes') {
      this.#send({ type: 'remove', visit, block: byId('remove-block').checked });
    }
  }

  async #end() {
    if ((await askIn('end-all')) === 'yes') {
      this.#send({ type: 'end' });
    }
  }
}
