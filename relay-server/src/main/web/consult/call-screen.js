import { callProblemText, offText } from './device-controls.js';
import { inSeconds, t } from './strings.js';
import { Tile } from './tile.js';
import { announce, byId, setText, showScreen, showTrack } from './view.js';

/** The call itself: the others large, ourselves small, what the connection does in plain words. */
export class CallScreen {
  #devices;
  #tiles = new Map();
  #names = new Map();
  #people = [];
  #state = 'connecting';

  constructor(devices, onLeave) {
    this.#devices = devices;
    byId('call-leave').addEventListener('click', onLeave);
    byId('call-sound').addEventListener('click', () => {
      byId('call-sound').hidden = true;
      this.#tiles.forEach((tile) => tile.playSound());
    });
    byId('call-again').addEventListener('click', () => devices.open());
    devices.addEventListener('change', () => this.#paintSelf());
  }

  show() {
    showScreen('call');
    this.ownState('connecting', null, 0);
    this.people([]);
    this.#paintSelf();
  }

  hide() {
    this.#names.clear();
    this.people([]);
    showTrack(byId('call-self'), null);
  }

  /** What our own connection does; see Connection for the states. */
  ownState(state, refusal, retryMs) {
    this.#state = state;
    const text =
      state === 'waiting'
        ? t(`retry.${refusal.kind}`, { seconds: inSeconds(retryMs) })
        : t(`call.${state}`);
    const status = byId('call-status');
    status.dataset.state = state;
    if (setText(status, text)) {
      announce(text);
    }
    this.#paintMessage();
  }

  /** Who else is here; see Call for the shape. */
  people(people) {
    this.#announceComings(people);
    const playing = people.filter((person) => person.publishing);
    for (const [identity, tile] of this.#tiles) {
      if (!playing.some((person) => person.identity === identity)) {
        tile.remove();
        this.#tiles.delete(identity);
      }
    }
    for (const person of playing) {
      this.#tileOf(person.identity).show(person);
    }
    byId('call-tiles').dataset.count = String(playing.length);
    this.#people = people;
    this.#paintMessage();
  }

  /** In the middle of an empty stage: what is being waited for. */
  #paintMessage() {
    const waitsForUs = ['waiting', 'reconnecting'].includes(this.#state);
    const arriving = this.#people.find((person) => !person.publishing);
    const others = arriving ? t('call.arriving', { name: arriving.name }) : t('call.waiting');
    setText(byId('call-message'), this.#tiles.size > 0 || waitsForUs ? '' : others);
  }

  #tileOf(identity) {
    let tile = this.#tiles.get(identity);
    if (!tile) {
      tile = new Tile({ onSilenced: () => (byId('call-sound').hidden = false) });
      this.#tiles.set(identity, tile);
      byId('call-tiles').append(tile.element);
    }
    return tile;
  }

  #announceComings(people) {
    const now = new Map(people.filter((p) => p.publishing).map((p) => [p.identity, p.name]));
    for (const [identity, name] of now) {
      if (!this.#names.has(identity)) {
        announce(t('call.joined', { name }));
      }
    }
    for (const [identity, name] of this.#names) {
      if (!now.has(identity)) {
        announce(t('call.left', { name }));
      }
    }
    this.#names = now;
  }

  #paintSelf() {
    if (byId('call').hidden) {
      return;
    }
    const devices = this.#devices;
    showTrack(byId('call-self'), devices.track('video'));
    setText(byId('call-off'), offText(devices));
    const problem = callProblemText(devices);
    if (setText(byId('call-problem'), problem) && problem) {
      announce(problem);
    }
    byId('call-again').hidden = problem === '';
  }
}
