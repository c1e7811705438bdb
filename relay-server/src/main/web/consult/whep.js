import { Connection } from './connection.js';

const DOOR = '/whep/v1/';

/** Plays one participant of the room (draft-ietf-wish-whep). `onStream` gets a MediaStream each time a session opens. */
export class Player {
  #connection;

  constructor({ token, identity, onStream, onState }) {
    this.identity = identity;
    this.#connection = new Connection({
      door: DOOR + encodeURIComponent(identity),
      token,
      prepare: (pc) => {
        const stream = new MediaStream();
        for (const kind of ['audio', 'video']) {
          stream.addTrack(pc.addTransceiver(kind, { direction: 'recvonly' }).receiver.track);
        }
        onStream(stream);
      },
      onState,
    });
  }

  get pc() {
    return this.#connection.pc;
  }

  run() {
    return this.#connection.run();
  }

  hurry() {
    this.#connection.hurry();
  }

  stop(options) {
    return this.#connection.stop(options);
  }
}
