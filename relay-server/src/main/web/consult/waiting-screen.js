import { offText } from './device-controls.js';
import { inMinutes, t, timeOfDay } from './strings.js';
import { announce, byId, setText, showScreen, showTrack } from './view.js';
import { WakeLock } from './wake-lock.js';

const EVERY_MS = 10_000;

/** The waiting room: nobody sees or hears whoever is in it, and it says at each moment what is being waited for. */
export class WaitingScreen {
  #devices;
  #wakeLock = new WakeLock();
  #state = null;
  #timer = 0;

  constructor(devices, { onLeave, onCheck, onPhone }) {
    this.#devices = devices;
    byId('waiting-leave').addEventListener('click', onLeave);
    byId('waiting-check').addEventListener('click', onCheck);
    byId('waiting-phone').addEventListener('click', onPhone);
    devices.addEventListener('change', () => this.#paintSelf());
  }

  /** What the service says of the consultation and of us. */
  about({ name, role, consultation, others = [] }) {
    const who = others.filter(Boolean).join(', ');
    setText(byId('waiting-as'), name ? t(role === 'guest' ? 'waiting.guest' : 'waiting.as', { name }) : '');
    setText(byId('waiting-with'), who ? t('waiting.with', { name: who }) : '');
    const early = new Date(consultation.opensAt) > new Date();
    setText(byId('waiting-early'), early ? t('waiting.early', { time: timeOfDay(consultation.opensAt) }) : '');
  }

  /** Our place, whenever it changes: `{position, of, since, clinicianPresent, locked}`. */
  update(state) {
    this.#state = state;
    this.#paint();
  }

  /** Something the practice tells those who wait. */
  message(text, at) {
    const item = document.createElement('li');
    const when = document.createElement('strong');
    when.textContent = at ? timeOfDay(at) : '';
    const what = document.createElement('span');
    what.textContent = text;
    what.dir = 'auto';
    item.append(when, ' ', what);
    byId('waiting-log').append(item);
    byId('waiting-messages').hidden = false;
  }

  show() {
    if (!byId('waiting').hidden) {
      return;
    }
    showScreen('waiting');
    this.#wakeLock.hold();
    this.#paint();
    this.#paintSelf();
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#paint(), EVERY_MS);
  }

  hide() {
    clearInterval(this.#timer);
    this.#wakeLock.release();
    showTrack(byId('waiting-self'), null);
  }

  #paint() {
    if (!this.#state || byId('waiting').hidden) {
      return;
    }
    const { position, of, since, clinicianPresent, locked } = this.#state;
    const key = locked ? 'locked' : clinicianPresent ? 'present' : 'absent';
    // Said aloud by itself: the paragraph is a live region.
    setText(byId('waiting-status'), t(`waiting.${key}`));
    byId('waiting-status').dataset.state = key;
    const place = position === 1 ? t('waiting.next') : t('waiting.position', { position, of });
    if (setText(byId('waiting-position'), place)) {
      announce(place);
    }
    const waited = Date.now() - new Date(since).getTime();
    setText(byId('waiting-since'), t('waiting.since', { minutes: inMinutes(waited), time: timeOfDay(since) }));
  }

  #paintSelf() {
    if (byId('waiting').hidden) {
      return;
    }
    showTrack(byId('waiting-self'), this.#devices.track('video'));
    setText(byId('waiting-off'), offText(this.#devices));
  }
}
