import { inMinutes, t } from './strings.js';
import { byId, setText } from './view.js';

/**
 * A list of persons with buttons, kept up to date without taking the focus away: a row stays the same element as long as its person
 * is there.
 */
export class PeopleList {
  #list;
  #rows = new Map();
  #actions;
  #describe;

  /** `actions`: `{key: onPress(person)}`, a button each, named `people.<key>`. `describe(person)`: what stands beside the name. */
  constructor(id, describe, actions) {
    this.#list = byId(id);
    this.#describe = describe;
    this.#actions = actions;
  }

  /** Shows these persons, in this order; each has a `visit` (or a `linkId`), `name`, `role`. `off`: keys of actions not possible now. */
  show(people, off = []) {
    const ids = people.map(idOf);
    for (const [id, row] of this.#rows) {
      if (!ids.includes(id)) {
        this.#moveFocusFrom(row);
        row.remove();
        this.#rows.delete(id);
      }
    }
    people.forEach((person, index) => {
      const row = this.#rows.get(idOf(person)) ?? this.#row(idOf(person));
      row.person = person;
      if (this.#list.children[index] !== row) {
        this.#list.insertBefore(row, this.#list.children[index] ?? null);
      }
      row.querySelector('.people-name').textContent = person.name || t(`role.${person.role}`);
      setText(row.querySelector('.people-role'), person.name ? t(`role.${person.role}`) : '');
      setText(row.querySelector('.nhsuk-hint'), this.#describe(person));
      for (const button of row.querySelectorAll('button')) {
        button.setAttribute('aria-label', `${button.textContent}: ${person.name || t(`role.${person.role}`)}`);
        button.disabled = off.includes(button.dataset.action);
      }
    });
    this.#list.hidden = people.length === 0;
  }

  #row(id) {
    const row = document.createElement('li');
    const name = document.createElement('strong');
    name.className = 'people-name';
    name.dir = 'auto';
    const role = document.createElement('span');
    role.className = 'people-role nhsuk-tag nhsuk-tag--grey';
    const note = document.createElement('p');
    note.className = 'nhsuk-hint';
    const buttons = document.createElement('div');
    buttons.className = 'buttons';
    for (const [key, onPress] of Object.entries(this.#actions)) {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = `nhsuk-button nhsuk-button--small${key === 'admit' ? '' : ' nhsuk-button--secondary'}`;
      button.dataset.action = key;
      button.textContent = t(`people.${key}`);
      button.addEventListener('click', () => onPress(row.person));
      buttons.append(button);
    }
    const who = document.createElement('p');
    who.append(name, ' ', role);
    row.append(who, note, buttons);
    this.#rows.set(id, row);
    return row;
  }

  /** Whoever admits the first of a queue by keyboard stands on the next one's button, or on the heading. */
  #moveFocusFrom(row) {
    const { activeElement } = document;
    if (!row.contains(activeElement)) {
      return;
    }
    const other = row.nextElementSibling ?? row.previousElementSibling;
    const button = other?.querySelector(`[data-action="${activeElement.dataset.action}"]`);
    (button ?? byId('people-title')).focus();
  }
}

/** "Waiting for 3 minutes", and whether the line is down. */
export function waitedText({ since, connected }) {
  const waited = t('people.waited', { minutes: inMinutes(Date.now() - new Date(since).getTime()) });
  return connected === false ? `${waited} · ${t('people.offline')}` : waited;
}

/** How somebody takes part, when it is not the usual way. */
export function presentText({ mode, connected }) {
  return [mode && mode !== 'video' ? t(`mode.${mode}`) : '', connected === false ? t('people.offline') : ''].filter(Boolean).join(' · ');
}

function idOf({ visit, linkId }) {
  return visit ?? linkId;
}
