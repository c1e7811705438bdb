import { RoomEvent, Track } from './vendor/livekit-client.js';

const SOURCES = { audio: Track.Source.Microphone, video: Track.Source.Camera };
/** What fails because the line is shaken works a little later; what fails then as well waits for a change. */
const RETRY_MS = 3_000;

/** Sends camera and microphone into a room, and follows the devices as they come, go and change. */
export class Publishing {
  #devices;
  #room = null;
  #retry = 0;
  #queue = Promise.resolve();
  #onPublished;

  /** `onPublished()` hears when a track goes out that did not before. */
  constructor(devices, onPublished) {
    this.#devices = devices;
    this.#onPublished = onPublished;
  }

  /** Sends into this room from now on; null into none. */
  use(room) {
    clearTimeout(this.#retry);
    this.#room = room;
    room?.on(RoomEvent.Reconnected, this.send);
  }

  start() {
    this.#devices.addEventListener('change', this.send);
  }

  stop() {
    this.#devices.removeEventListener('change', this.send);
    clearTimeout(this.#retry);
  }

  /** One change after the other: publishing takes its time, and devices may change meanwhile. */
  send = () => this.#enqueue(() => this.#again());

  #again() {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#enqueue(() => {}), RETRY_MS);
  }

  #enqueue(onFailure) {
    this.#queue = this.#queue.then(() => this.#sendBoth(onFailure));
  }

  /** A camera that cannot be sent must not cost the microphone, nor the other way round. */
  async #sendBoth(onFailure) {
    const room = this.#room;
    for (const kind of ['audio', 'video']) {
      try {
        await this.#send(kind);
      } catch {
        if (room && room === this.#room) {
          onFailure();
        }
      }
    }
  }

  async #send(kind) {
    const local = this.#room?.state === 'connected' ? this.#room.localParticipant : null;
    if (!local) {
      return;
    }
    const track = this.#devices.track(kind);
    // Not kept: the client publishes anew when it reconnects.
    let publication = local.getTrackPublication(SOURCES[kind]);
    if (!track) {
      if (publication?.track) {
        await local.unpublishTrack(publication.track, false);
      }
      return;
    }
    if (!publication?.track) {
      publication = await local.publishTrack(track, { source: SOURCES[kind], stream: SOURCES[kind] });
      this.#onPublished();
    } else if (publication.track.mediaStreamTrack !== track) {
      await publication.track.replaceTrack(track, true);
    }
    if (publication.isMuted === this.#devices.isOn(kind)) {
      await (this.#devices.isOn(kind) ? publication.unmute() : publication.mute());
    }
  }
}
