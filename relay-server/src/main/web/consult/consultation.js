import { Call } from './call.js';
import { CallScreen } from './call-screen.js';
import { Captions } from './captions.js';
import { Chat } from './chat.js';
import { LinePanel } from './line-panel.js';
import { Protection } from './protection.js';
import { smallWindow } from './small-window.js';
import { t } from './strings.js';
import { announce } from './view.js';
import { WakeLock } from './wake-lock.js';

/** The call of this page with all that belongs to it: screen, messages, captions, modes. There is one at a time. */
export class Consultation {
  #devices;
  #hear;
  #call = null;
  #wakeLock = new WakeLock();
  #chat = new Chat((text) => this.#call?.say(text));
  #captions = new Captions();
  #screen;
  #line;
  #cameraByMode = false;

  /**
   * `onLeave()`: the user pressed "Leave". `onEnd(kind)`: the relay ended it. `onRefused(refusal)`: it did not begin, without
   * `renew`. The call is closed by then. `onState(state)`: as Call says. `onMode(mode)`: the user chose one of `MODES`. `onPhone()`: see LinePanel.
   */
  constructor(devices, hear) {
    this.#devices = devices;
    this.#hear = hear;
    this.#screen = new CallScreen(devices, {
      onLeave: () => {
        void this.leave();
        hear.onLeave();
      },
      onShare: () => void this.#share(),
      onSound: () => void this.#call?.playSound(),
    });
    this.#line = new LinePanel({ onMode: (mode) => this.#chooseMode(mode), onPhone: () => hear.onPhone?.() });
    this.#line.phone = Boolean(hear.onPhone);
    smallWindow();
    // For tests and support: the client's room, nothing secret.
    window.consultRelay = { room: () => this.#call?.room ?? null };
  }

  get isRunning() {
    return this.#call !== null;
  }

  /** How much the line carries: one of `MODES`. */
  get mode() {
    return this.#line.mode;
  }

  set mode(mode) {
    this.#line.mode = mode;
    this.#applyMode(mode);
  }

  /** Joins; `renew` as Call wants it. */
  start({ token, secret = '', renew }) {
    // One that was left takes a moment to go, and another may have begun.
    const heard = (task) => (...given) => {
      if (this.#call === call) {
        task(...given);
      }
    };
    const call = new Call({
      token,
      secret,
      renew,
      devices: this.#devices,
      onOwnState: heard((state, refusal, retryMs) => this.#onOwnState(state, refusal, retryMs)),
      onPeople: heard((people) => this.#screen.people(people)),
      onOwnQuality: heard((quality) => {
        this.#screen.ownQuality(quality);
        this.#line.quality(quality);
      }),
      onSilenced: heard(() => this.#screen.silenced()),
      onSharing: heard((on) => this.#screen.sharing(on)),
      onChat: heard((message) => this.#chat.add(message)),
      onRoom: heard((room) => this.#captions.listen(room)),
    });
    this.#call = call;
    this.#call.mode = this.#line.mode;
    this.#screen.show();
    void Protection.showWords(secret);
    this.#wakeLock.hold();
    this.#call.start();
  }

  /** The next join is with this token. */
  renewToken(token) {
    if (this.#call) {
      this.#call.token = token;
    }
  }

  /** Ends the call here; the devices stay open. */
  async leave() {
    const leaving = this.#call;
    this.#call = null;
    this.#wakeLock.release();
    this.#line.hide();
    this.#screen.sharing(false);
    this.#screen.hide();
    this.#chat.clear();
    this.#captions.clear();
    await leaving?.leave();
  }

  #onOwnState(state, refusal, retryMs) {
    if (state === 'refused') {
      void this.leave();
      this.#hear.onRefused(refusal);
    } else if (state === 'ended') {
      void this.leave();
      this.#hear.onEnd(refusal.kind);
    } else {
      this.#screen.ownState(state, refusal, retryMs);
      if (state === 'connected') {
        this.#screen.mayShare(this.#call.mayShare);
      }
      this.#hear.onState?.(state);
    }
  }

  #chooseMode(mode) {
    this.#applyMode(mode);
    announce(t(`mode.${mode}.on`));
    this.#hear.onMode?.(mode);
  }

  /** Sound alone lets go of the camera; it comes back with the picture, unless its owner had switched it off. */
  #applyMode(mode) {
    if (this.#call) {
      this.#call.mode = mode;
    }
    if (mode === 'audio' && this.#devices.isOn('video')) {
      this.#cameraByMode = true;
      void this.#devices.switchTo('video', false);
    } else if (mode !== 'audio' && this.#cameraByMode) {
      this.#cameraByMode = false;
      void this.#devices.switchTo('video', true);
    }
  }

  async #share() {
    try {
      await this.#call?.share(!this.#call.isSharing);
    } catch (error) {
      // The user closed the browser's question, or the browser cannot.
      if (error.name !== 'NotAllowedError') {
        announce(t('call.shareFailed'));
      }
    }
  }
}
