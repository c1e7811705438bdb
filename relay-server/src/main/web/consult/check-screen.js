import { fillChoices, offText, problemTexts } from './device-controls.js';
import { Meter } from './meter.js';
import { t } from './strings.js';
import { announce, byId, setText, showScreen, showTrack } from './view.js';

const SELECTS = { video: 'check-camera', audio: 'check-microphone' };

/** Camera, microphone and choice of devices before the call; calls `onJoin` from the click. */
export class CheckScreen {
  #devices;
  #meter = new Meter((level, heard) => this.#onLevel(level, heard));
  #measured = null;
  #goal = 'call';

  constructor(devices, onJoin) {
    this.#devices = devices;
    for (const [kind, id] of Object.entries(SELECTS)) {
      byId(id).addEventListener('change', (event) => devices.choose(kind, event.target.value));
    }
    byId('check-again').addEventListener('click', () => devices.open());
    byId('check-test').addEventListener('click', async () => {
      await this.#meter.resume();
      this.#paint();
    });
    byId('check-join').addEventListener('click', onJoin);
    devices.addEventListener('change', () => this.#paint());
  }

  /** Where the button leads: 'call' or 'wait'; `called`: somebody is expecting us already. */
  aim(goal, called) {
    this.#goal = goal;
    byId('check-called').hidden = !called;
    this.#paint();
  }

  async show(name) {
    setText(byId('check-as'), t('check.as', { name }));
    showScreen('check');
    this.#paint();
    await this.#devices.open();
  }

  hide() {
    this.#meter.close();
    this.#measured = null;
  }

  #paint() {
    if (byId('check').hidden) {
      return;
    }
    const devices = this.#devices;
    const video = devices.track('video');
    const audio = devices.track('audio');
    showTrack(byId('check-preview'), video);
    for (const [kind, id] of Object.entries(SELECTS)) {
      fillChoices(byId(id), devices, kind);
    }
    const problems = problemTexts(devices);
    if (setText(byId('check-problem'), problems.join(' ')) && problems.length > 0) {
      announce(problems.join(' '));
    }
    byId('check-again').hidden = problems.length === 0;
    byId('check-ask').hidden = problems.length > 0 || Boolean(video || audio) || !(devices.isOn('video') || devices.isOn('audio'));
    setText(byId('check-off'), offText(devices));
    byId('check-join').textContent = t(this.#goal === 'wait' ? 'check.wait' : joinKey(devices));
    this.#measure(devices.isOn('audio') ? audio : null);
  }

  #measure(track) {
    if (track !== this.#measured) {
      this.#measured = track;
      setText(byId('check-heard'), t('check.speak'));
      void this.#meter.measure(track);
    }
    byId('check-level-box').hidden = !track;
    byId('check-test').hidden = !this.#meter.isHeldBack;
    byId('check-level').hidden = this.#meter.isHeldBack;
  }

  #onLevel(level, heard) {
    byId('check-level').value = level;
    // The browser may have let the sound through since: any press on the page is enough for it.
    if (level > 0 && byId('check-level').hidden) {
      this.#paint();
    }
    if (heard && setText(byId('check-heard'), t('check.heard'))) {
      announce(t('check.heard'));
    }
  }
}

function joinKey(devices) {
  const camera = devices.problem('video') === null;
  const microphone = devices.problem('audio') === null;
  if (camera && microphone) {
    return 'check.join';
  }
  if (microphone) {
    return 'check.join.noCamera';
  }
  return camera ? 'check.join.noMicrophone' : 'check.join.neither';
}
