import { Track } from './vendor/livekit-client.js';

const SOURCES = { audio: Track.Source.Microphone, video: Track.Source.Camera };

/** Sends camera and microphone into a room, and follows the devices as they come, go and change. */
export class Publishing {
  #devices;
  #room = null;
  #published = { audio: null, video: null };
  #queue = Promise.resolve();
  #onPublished;

  /** `onPublished()` hears when a track goes out that did not before. */
  constructor(devices, onPublished) {
    this.#devices = devices;
    this.#onPublished = onPublished;
  }

  /** Sends into this room from now on; null into none. */
  use(room) {
    this.#room = room;
    this.#published = { audio: null, video: null };
  }

  start() {
    this.#devices.addEventListener('change', this.send);
  }

  stop() {
    this.#devices.removeEventListener('change', this.send);
  }

  /** One change after the other: publishing takes its time, and devices may change meanwhile. */
  send = () => {
    this.#queue = this.#queue.then(() => this.#sendBoth()).catch(() => {});
  };

  async #sendBoth() {
    for (const kind of ['audio', 'video']) {
      await this.#send(kind);
    }
  }

  async #send(kind) {
    const local = this.#room?.state === 'connected' ? this.#room.localParticipant : null;
    if (!local) {
      return;
    }
    const track = this.#devices.track(kind);
    let publication = this.#published[kind];
    if (!track) {
      this.#published[kind] = null;
      if (publication?.track) {
        await local.unpublishTrack(publication.track, false);
      }
      return;
    }
    if (!publication) {
      publication = await local.publishTrack(track, { source: SOURCES[kind], stream: SOURCES[kind] });
      this.#published[kind] = publication;
      this.#onPublished();
    } else if (publication.track.mediaStreamTrack !== track) {
      await publication.track.replaceTrack(track, true);
    }
    if (publication.isMuted === this.#devices.isOn(kind)) {
      await (this.#devices.isOn(kind) ? publication.unmute() : publication.mute());
    }
  }
}
