import { Player } from './whep.js';
import { Publisher } from './whip.js';
import { Session } from './session.js';

/**
 * One consultation from join to leave: our publisher, a player for each of the others, and who is here.
 *
 * `onOwnState(state, refusal, retryMs)`: see Connection.
 * `onPeople(people)`: the others, each `{identity, name, publishing, state, stream}`; `stream` and `state` are null while not played.
 */
export class Call {
  #token;
  #identity;
  #devices;
  #onOwnState;
  #onPeople;
  #publisher;
  #session;
  #people = new Map();
  #state = 'connecting';
  #left = false;

  constructor({ token, identity, devices, onOwnState, onPeople }) {
    this.#token = token;
    this.#identity = identity;
    this.#devices = devices;
    this.#onOwnState = onOwnState;
    this.#onPeople = onPeople;
    this.#publisher = new Publisher({ token, onState: (...state) => this.#own(...state) });
    this.#session = new Session({
      token,
      onParticipants: (list) => this.#take(list),
      onRefused: (refusal) => this.#sessionRefused(refusal),
    });
  }

  start() {
    this.#sendTracks();
    this.#devices.addEventListener('change', this.#sendTracks);
    window.addEventListener('online', this.#hurry);
    navigator.connection?.addEventListener?.('change', this.#hurry);
    void this.#publisher.run();
    void this.#session.run();
  }

  /** Ends everything. With `keepalive` the goodbyes outlive the page. */
  async leave(options) {
    this.#left = true;
    this.#devices.removeEventListener('change', this.#sendTracks);
    window.removeEventListener('online', this.#hurry);
    navigator.connection?.removeEventListener?.('change', this.#hurry);
    this.#session.stop();
    const players = [...this.#people.values()].map((person) => person.player?.stop(options));
    await Promise.all([this.#publisher.stop(options), ...players]);
  }

  /** The RTCPeerConnection that publishes; null between two tries. */
  get publisherConnection() {
    return this.#publisher.pc;
  }

  /** The RTCPeerConnections that play, by identity. */
  get playerConnections() {
    const playing = [...this.#people].filter(([, person]) => person.player?.pc);
    return new Map(playing.map(([identity, person]) => [identity, person.player.pc]));
  }

  #sendTracks = () => {
    for (const kind of ['audio', 'video']) {
      this.#publisher.send(kind, this.#devices.track(kind));
    }
  };

  #hurry = () => {
    this.#publisher.hurry();
    this.#session.hurry();
    this.#people.forEach((person) => person.player?.hurry());
  };

  #own(state, refusal, retryMs) {
    this.#state = state;
    this.#onOwnState(state, refusal, retryMs);
  }

  #sessionRefused(refusal) {
    // A token that expires during the call must not end the call: media goes on, we only hear of no newcomer.
    if (this.#state !== 'connected') {
      this.#own('refused', refusal, 0);
    }
  }

  #take(list) {
    if (this.#left) {
      return;
    }
    const others = list.filter((participant) => participant.identity !== this.#identity);
    const present = new Set(others.map((participant) => participant.identity));
    for (const [identity, person] of this.#people) {
      if (!present.has(identity)) {
        void person.player?.stop();
        this.#people.delete(identity);
      }
    }
    for (const { identity, name, publishing } of others) {
      const person = this.#people.get(identity) ?? { identity, player: null, stream: null, state: null };
      Object.assign(person, { name, publishing });
      this.#people.set(identity, person);
      if (publishing && !person.player) {
        this.#play(person);
      } else if (!publishing && person.player) {
        void person.player.stop();
        Object.assign(person, { player: null, stream: null, state: null });
      }
    }
    this.#show();
  }

  #play(person) {
    const player = new Player({
      token: this.#token,
      identity: person.identity,
      onStream: (stream) => {
        person.stream = stream;
        this.#show();
      },
      onState: (state) => {
        if (person.player === player) {
          person.state = state;
          this.#show();
        }
      },
    });
    person.player = player;
    void player.run();
  }

  #show() {
    if (!this.#left) {
      this.#onPeople([...this.#people.values()].map(({ player, ...shown }) => shown));
    }
  }
}
