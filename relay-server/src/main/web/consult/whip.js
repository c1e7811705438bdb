import { Connection } from './connection.js';

const DOOR = '/whip/v1';

/** 720p30 looks good at this rate; more only fills a home's uplink. */
const VIDEO_BITS_PER_SECOND = 1_200_000;

/**
 * Publishes our camera and microphone into the token's room as the token's identity (RFC 9725).
 * Both media sections are always offered, with or without a track, so that a device that comes, goes or changes
 * later is a `replaceTrack` and never a new session.
 */
export class Publisher {
  #connection;
  #tracks = { audio: null, video: null };
  #senders = {};

  constructor({ token, onState }) {
    this.#connection = new Connection({
      door: DOOR,
      token,
      prepare: (pc) => this.#prepare(pc),
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

  /** Sends this track from now on, or nothing; `kind` is 'audio' or 'video'. */
  send(kind, track) {
    this.#tracks[kind] = track;
    this.#senders[kind]?.replaceTrack(track).catch(() => {
      // The connection closed meanwhile; the next one takes the track in prepare.
    });
  }

  #prepare(pc) {
    // One stream ties both together, so that players keep lips and voice in step.
    const streams = [new MediaStream()];
    const add = (kind, init) =>
      pc.addTransceiver(this.#tracks[kind] ?? kind, { direction: 'sendonly', streams, ...init }).sender;
    this.#senders = {
      audio: add('audio', {}),
      video: add('video', { sendEncodings: [{ maxBitrate: VIDEO_BITS_PER_SECOND }] }),
    };
  }
}
