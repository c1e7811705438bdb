import { RoomEvent, Track } from './vendor/livekit-client.js';

/** The shared screen among the protocol's sources of tracks. */
const SCREEN = 3;

/** Our screen, shown to the others: it is captured for as long as it is sent, and no longer. The client leaves that to us. */
export class ScreenShare {
  #room = null;
  #track = null;
  #onSharing;

  /** `onSharing(on)`: whether our screen is shared. */
  constructor(onSharing) {
    this.#onSharing = onSharing;
  }

  /** Shares into this room from now on. */
  use(room) {
    this.#room = room;
    room.on(RoomEvent.LocalTrackUnpublished, ({ source }) => {
      if (source === Track.Source.ScreenShare) {
        this.#onGone(room);
      }
    });
    room.on(RoomEvent.Reconnected, () => this.#onGone(room));
  }

  /** There is no room to share into. */
  end() {
    this.#room = null;
    this.#stop();
  }

  /** Begins or ends. Rejects when the user or the browser refuses. */
  async share(on) {
    const room = this.#room;
    const publication = await room?.localParticipant.setScreenShareEnabled(on, { audio: false });
    if (on && publication?.track) {
      this.#track = publication.track.mediaStreamTrack;
    }
    if (!on || this.#room !== room) {
      this.#stop();
    } else {
      this.#onSharing(this.isOn);
    }
  }

  get isOn() {
    return this.#room?.localParticipant.isScreenShareEnabled ?? false;
  }

  /** Whether the relay lets us; known once we are connected. */
  get isAllowed() {
    const allowed = this.#room?.localParticipant.permissions;
    const sources = allowed?.canPublishSources ?? [];
    return Boolean(allowed?.canPublish) && (sources.length === 0 || sources.includes(SCREEN));
  }

  /** It is not sent any more, and not just anew, as the client does when it reconnects. */
  #onGone(room) {
    if (room.state === 'connected' && !room.localParticipant.getTrackPublication(Track.Source.ScreenShare)) {
      this.#stop();
    }
  }

  #stop() {
    this.#track?.stop();
    this.#track = null;
    this.#onSharing(false);
  }
}
