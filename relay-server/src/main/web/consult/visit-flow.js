import { askNoMore } from './ask-dialog.js';
import { AskScreen } from './ask-screen.js';
import { MODES } from './call-mode.js';
import { CheckScreen } from './check-screen.js';
import { Consultation } from './consultation.js';
import { Devices } from './devices.js';
import { wireSwitches } from './device-controls.js';
import { endScreen, refusedScreen } from './end-screens.js';
import { NameScreen } from './name-screen.js';
import { PeoplePanel } from './people-panel.js';
import { Phone } from './phone.js';
import { inSeconds, languageCode, t, timeOfDay } from './strings.js';
import { announce, byId, setText, showScreen } from './view.js';
import { Visit } from './visit.js';
import { WaitingScreen } from './waiting-screen.js';

/** A newer token comes within this time, or there is none. */
const RENEW_MS = 10_000;
/** The service says why somebody is put out of the room, by its own connection and so perhaps a little later. */
const REASON_MS = 3_000;

/** The way of a link of the consult service: name, device check, waiting room, call, end. */
export function visitFlow(token) {
  new VisitFlow(token).start();
}

class VisitFlow {
  #devices = new Devices();
  #welcome = null;
  #admitted = null;
  #named = false;
  #ready = false;
  #left = false;
  #onRenewed = () => {};
  /** The call has ended, and the service may still say why. */
  #ending = 0;
  #modeTaken = false;

  constructor(token) {
    const on = {
      welcome: (message) => this.#onWelcome(message),
      waiting: (message) => this.#onWaiting(message),
      message: (message) => this.#onMessage(message),
      admitted: (message) => this.#onAdmitted(message),
      people: (message) => this.#people.update(message),
      invited: (message) => this.#people.invited(message),
      phone: ({ number }) => this.#phone.answer(number),
      mode: ({ name, mode }) => announce(t(`mode.${mode}.other`, { name })),
      ended: ({ reason }) => this.#onEnded(reason),
      error: (message) => this.#onError(message),
      line: (state, retryMs, opensAt) => this.#onLine(state, retryMs, opensAt),
      refused: (code) => this.#end(() => refusedScreen({ kind: code === 'gone' ? 'gone' : 'link', reason: '' })),
    };
    this.#visit = new Visit({ token, lang: languageCode() }, on);
    this.#phone = new Phone(this.#visit);
    this.#consultation = new Consultation(this.#devices, {
      onLeave: () => this.#leave(),
      onEnd: (kind) => this.#onCallEnded(kind),
      onState: (state) => this.#phone.callIs(state),
      onMode: (mode) => this.#visit.send({ type: 'mode', mode }),
      onPhone: () => this.#phone.ask(),
    });
    this.#name = new NameScreen((name) => {
      this.#named = true;
      this.#visit.name = name;
      if (this.#admitted) {
        // The token that we have says nothing of it.
        this.#visit.send({ type: 'refresh' });
      }
      this.#go();
    });
    this.#ask = new AskScreen(this.#devices, () => this.#go());
    this.#check = new CheckScreen(this.#devices, () => {
      this.#ready = true;
      this.#go();
    });
    this.#waiting = new WaitingScreen(this.#devices, {
      onLeave: () => this.#leave(),
      onCheck: () => {
        this.#ready = false;
        this.#go();
      },
      onPhone: () => this.#phone.ask(),
    });
    this.#people = new PeoplePanel(this.#visit);
  }

  #visit;
  #phone;
  #consultation;
  #name;
  #ask;
  #check;
  #waiting;
  #people;

  start() {
    window.addEventListener('pagehide', () => {
      void this.#consultation.leave();
      this.#devices.close();
    });
    wireSwitches(this.#devices);
    showScreen('opening');
    this.#visit.start();
  }

  #onWelcome(message) {
    this.#welcome = message;
    this.#named ||= message.name !== '';
    this.#waiting.about(message);
    this.#people.about(message);
    this.#phone.learn(message.phone);
    if (!this.#modeTaken) {
      this.#modeTaken = true;
      if (message.consultation.audioOnly) {
        document.body.dataset.soundOnly = '';
        this.#consultation.mode = 'audio';
      }
    }
    this.#go();
  }

  #onAdmitted(message) {
    const first = this.#admitted === null;
    this.#admitted = message;
    if (first && MODES.includes(message.mode) && !this.#welcome?.consultation.audioOnly) {
      // As before a reload, or as the practice wants it.
      this.#consultation.mode = message.mode;
    }
    this.#onRenewed(message.token);
    this.#consultation.renewToken(message.token);
    if (first && !this.#ready && this.#welcome?.role !== 'clinician') {
      announce(t('check.admitted'));
    }
    this.#go();
  }

  /** Only those who wait are told so: whoever was in a call and was away for too long waits again. */
  #onWaiting(message) {
    this.#waiting.update(message);
    if (this.#admitted) {
      this.#admitted = null;
      clearTimeout(this.#ending);
      this.#ending = 0;
      this.#onRenewed(null);
      this.#phone.rest();
      this.#people.hide();
      void this.#consultation.leave();
      this.#go();
    }
  }

  #onMessage({ text, at }) {
    this.#waiting.message(text, at);
    if (byId('waiting').hidden) {
      announce(t('waiting.message', { text }));
    }
  }

  #onEnded(reason) {
    if (reason !== 'shutdown') {
      this.#end(() => endScreen(ENDS[reason] ?? '', ['elsewhere', 'left'].includes(reason)));
    }
  }

  #onError({ code, retryAfter }) {
    if (code === 'unavailable' && !byId('waiting').hidden) {
      setText(byId('waiting-line'), t('retry.busy', { seconds: inSeconds((retryAfter ?? 5) * 1000) }));
    }
    this.#people.fail(code);
  }

  #onCallEnded(kind) {
    if (this.#admitted) {
      this.#ending = setTimeout(() => this.#end(() => endScreen(kind)), REASON_MS);
    }
  }

  /** The line to the service, not that of the call: said where somebody waits; in a call it matters to the clinician only. */
  #onLine(state, retryMs, opensAt) {
    const lost = opensAt ? t('waiting.early', { time: timeOfDay(opensAt) }) : t('visit.lost', { seconds: inSeconds(retryMs) });
    const text = state === 'lost' ? lost : '';
    for (const id of ['opening-line', 'waiting-line', 'people-line']) {
      setText(byId(id), text);
    }
    if (state === 'lost' && !byId('waiting').hidden) {
      announce(text);
    }
  }

  /** Goes to the screen that is due now; nothing happens when it is there already. */
  #go() {
    if (!this.#welcome || this.#left || this.#ending) {
      return;
    }
    if (!this.#named) {
      this.#name.show();
    } else if (!this.#ready && !this.#ask.isDone) {
      void this.#ask.show(this.#welcome);
    } else if (!this.#ready) {
      this.#showCheck();
    } else if (!this.#admitted) {
      this.#leaveCheck();
      this.#waiting.show();
    } else if (!this.#consultation.isRunning) {
      this.#leaveCheck();
      this.#waiting.hide();
      this.#consultation.start({ token: this.#admitted.token, renew: () => this.#renew() });
      this.#people.show();
    }
  }

  #showCheck() {
    const goal = this.#admitted ? 'call' : 'wait';
    this.#waiting.hide();
    this.#check.aim(goal, this.#admitted !== null && this.#welcome.role !== 'clinician');
    if (byId('check').hidden) {
      void this.#check.show(this.#welcome.name || byId('name-text').value);
    }
  }

  #leaveCheck() {
    if (!byId('check').hidden) {
      this.#check.hide();
    }
  }

  /** Our token was refused: asks for another. */
  #renew() {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(null), RENEW_MS);
      this.#onRenewed = (token) => {
        clearTimeout(timer);
        resolve(token);
      };
      if (!this.#visit.send({ type: 'refresh' })) {
        // The line to the service is down as well; it brings a token when it comes back.
        setTimeout(() => resolve(null), RENEW_MS / 2);
      }
    });
  }

  #leave() {
    this.#end(() => endScreen(''));
  }

  #end(screen) {
    if (this.#left) {
      return;
    }
    this.#left = true;
    this.#visit.close();
    askNoMore();
    this.#people.hide();
    this.#waiting.hide();
    this.#check.hide();
    this.#phone.hide();
    void this.#consultation.leave();
    this.#devices.close();
    screen();
  }
}

/** The service's reasons as our texts have them. */
const ENDS = {
  ended: 'closed',
  removed: 'removed',
  revoked: 'removed',
  expired: 'expired',
  elsewhere: 'elsewhere',
  left: '',
};
