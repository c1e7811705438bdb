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
  #quality = '';

  /** `onLeave`, `onShare` and `onSound` are called from clicks. */
  constructor(devices, { onLeave, onShare, onSound }) {
    this.#devices = devices;
    byId('call-leave').addEventListener('click', onLeave);
    byId('call-share').addEventListener('click', onShare);
    byId('call-share').hidden = !navigator.mediaDevices?.getDisplayMedia;
    byId('call-sound').addEventListener('click', () => {
      byId('call-sound').hidden = true;
      onSound();
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

  /** What our own connection does; see Call for the states. */
  ownState(state, refusal, retryMs) {
    this.#state = state;
    this.#refusal = refusal;
    this.#retryMs = retryMs;
    this.#paintStatus(true);
    this.#paintMessage();
  }

  #refusal = null;
  #retryMs = 0;

  /** How our line is: 'good', 'weak', 'lost' or ''. */
  ownQuality(quality) {
    this.#quality = quality;
    this.#paintStatus(quality === 'weak');
  }

  /** Whether our screen may be shared: patients' may not, and small devices cannot. */
  mayShare(allowed) {
    byId('call-share').hidden = !allowed || !navigator.mediaDevices?.getDisplayMedia;
  }

  /** Whether our screen is shared. */
  sharing(on) {
    byId('call-share').setAttribute('aria-pressed', String(on));
  }

  /** The browser holds sound back until something is pressed. */
  silenced() {
    byId('call-sound').hidden = false;
  }

  /** Who else is here; see Call for the shape. */
  people(people) {
    this.#announceComings(people);
    const shown = people.filter((person) => person.publishing).flatMap(tilesOf);
    for (const [id, tile] of this.#tiles) {
      if (!shown.some((each) => each.id === id)) {
        tile.remove();
        this.#tiles.delete(id);
      }
    }
    for (const each of shown) {
      this.#tileOf(each.id).show(each);
    }
    byId('call-tiles').dataset.count = String(shown.length);
    byId('call-tiles').classList.toggle('has-screen', shown.some((each) => each.isScreen));
    this.#people = people;
    this.#paintMessage();
  }

  #paintStatus(aloud) {
    const status = byId('call-status');
    let text;
    if (this.#state === 'waiting') {
      text = t(`retry.${this.#refusal.kind}`, { seconds: inSeconds(this.#retryMs) });
    } else if (this.#state === 'connected' && this.#quality === 'weak') {
      text = t('call.weak');
    } else {
      text = t(`call.${this.#state}`);
    }
    status.dataset.state = this.#state === 'connected' && this.#quality === 'weak' ? 'weak' : this.#state;
    if (setText(status, text) && aloud) {
      announce(text);
    }
  }

  /** In the middle of an empty stage: what is being waited for. */
  #paintMessage() {
    const waitsForUs = ['waiting', 'reconnecting'].includes(this.#state);
    const arriving = this.#people.find((person) => !person.publishing);
    const others = arriving ? t('call.arriving', { name: arriving.name }) : t('call.waiting');
    setText(byId('call-message'), this.#tiles.size > 0 || waitsForUs ? '' : others);
  }

  #tileOf(id) {
    let tile = this.#tiles.get(id);
    if (!tile) {
      tile = new Tile({ onSilenced: () => this.silenced() });
      this.#tiles.set(id, tile);
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

/** A person has a tile, and their screen another one. */
function tilesOf(person) {
  const own = { ...person, id: person.identity };
  return person.screen
    ? [{ ...person, id: `${person.identity} screen`, isScreen: true, tracks: [person.screen], picture: person.screenPicture, speaking: false }, own]
    : [own];
}
