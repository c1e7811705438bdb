import { Backoff, Pause } from './backoff.js';
import { endOf, Refusal, refusalOf } from './refusal.js';
import { applyMode } from './call-mode.js';
import { describe, qualityOf } from './people.js';
import { Publishing } from './publishing.js';
import {
  AudioPresets,
  DefaultReconnectPolicy,
  ExternalE2EEKeyProvider,
  Room,
  RoomEvent,
  Track,
} from './vendor/livekit-client.js';

const CHAT = 'lk.chat';
const WORKER = '/consult/vendor/livekit-client.e2ee.worker.js';
const LONGEST_MESSAGE = 2_000;
/** The shared screen among the protocol's sources of tracks. */
const SCREEN = 3;

/**
 * One consultation from join to leave, over the stock client.
 *
 * `secret`: what the participants encrypt with end to end; '' for none.
 * `renew()`: resolves to a newer token when the relay did not take ours; null when there is none to be had now. Who gives it decides
 *   whether we may be here: with it nothing is final that the relay says of a token, and we knock again.
 * `onOwnState(state, refusal, retryMs)`:
 *   'connecting'    opening for the first time
 *   'connected'     media can flow
 *   'reconnecting'  it did flow; the client is working on it
 *   'waiting'       the relay said not now (`refusal`); we knock again in `retryMs`
 *   'refused'       the relay said never (`refusal`), and there is no `renew`; this object is done
 *   'ended'         the relay ended it (`refusal.kind` says why); this object is done
 * `onPeople(people)`: the others, each `{identity, name, publishing, state, tracks, picture, screen, screenPicture, speaking, muted, quality}`.
 * `onOwnQuality(quality)`: 'good', 'weak', 'lost' or ''.
 * `onChat({name, text, own})`: a message, ours among them.
 * `onSharing(on)`: whether our screen is shared.
 * `onRoom(room)`: the client's room, before it connects.
 */
export class Call {
  #token;
  #secret;
  #hear;
  #room = null;
  #screen = null;
  #publishing;
  #renew;
  #renewed = false;
  #mode = 'video';
  #modeChosen = false;
  #pause = new Pause();
  #backoff = new Backoff();
  #left = false;
  #wasConnected = false;

  constructor({ token, secret, devices, renew = null, ...listeners }) {
    this.#token = token;
    this.#secret = secret;
    this.#renew = renew;
    this.#hear = listeners;
    this.#publishing = new Publishing(devices, () => this.#applyMode());
  }

  /** Joins with this token from the next time on. */
  set token(token) {
    this.#token = token;
  }

  /** How much the line is to carry: one of `MODES`. */
  set mode(mode) {
    this.#mode = mode;
    this.#modeChosen ||= mode !== 'video';
    this.#applyMode();
  }

  start() {
    this.#publishing.start();
    window.addEventListener('online', this.#hurry);
    void this.#run();
  }

  /** Ends everything. */
  async leave() {
    this.#left = true;
    this.#publishing.stop();
    window.removeEventListener('online', this.#hurry);
    this.#pause.cut();
    await this.#room?.disconnect();
  }

  /** The client's room; null between two tries. For tests and support. */
  get room() {
    return this.#room;
  }

  /** Sends a message to everybody. Rejects when it cannot be sent now. */
  async say(text) {
    const message = text.trim().slice(0, LONGEST_MESSAGE);
    if (!message || !this.#room) {
      return;
    }
    await this.#room.localParticipant.sendText(message, { topic: CHAT });
    this.#hear.onChat({ name: this.#room.localParticipant.name, text: message, own: true });
  }

  /** Begins or ends showing our screen. Rejects when the user or the browser refuses. */
  async share(on) {
    const room = this.#room;
    const publication = await room?.localParticipant.setScreenShareEnabled(on, { audio: false });
    if (on && publication?.track) {
      this.#screen = publication.track.mediaStreamTrack;
    }
    if (!on || this.#room !== room) {
      this.#stopScreen();
    }
    this.#hear.onSharing(this.isSharing);
  }

  /** The client leaves tracks alone that it sends no more; nobody's screen is captured for nothing. */
  #stopScreen() {
    this.#screen?.stop();
    this.#screen = null;
  }

  /** The screen is not sent any more, and not just anew, as the client does when it reconnects. */
  #onScreenGone(room) {
    if (room.state === 'connected' && !room.localParticipant.getTrackPublication(Track.Source.ScreenShare)) {
      this.#stopScreen();
      this.#hear.onSharing(false);
    }
  }

  /** Whether the relay lets us show our screen; known once we are connected. */
  get mayShare() {
    const allowed = this.#room?.localParticipant.permissions;
    const sources = allowed?.canPublishSources ?? [];
    return Boolean(allowed?.canPublish) && (sources.length === 0 || sources.includes(SCREEN));
  }

  get isSharing() {
    return this.#room?.localParticipant.isScreenShareEnabled ?? false;
  }

  /** Lets sound play; call it from a click. */
  async playSound() {
    await this.#room?.startAudio();
  }

  async #run() {
    while (!this.#left) {
      this.#own(this.#wasConnected ? 'reconnecting' : 'connecting');
      const token = this.#token;
      let refusal;
      try {
        const reason = await this.#visit();
        const end = endOf(reason);
        if (end || this.#left) {
          this.#own('ended', new Refusal(end));
          return;
        }
        this.#backoff.reset();
        refusal = new Refusal('unreachable');
      } catch (error) {
        refusal = await refusalOf(error, token);
        if (refusal.isFinal && !this.#renew) {
          this.#own('refused', refusal);
          return;
        }
        if (refusal.isFinal) {
          if (await this.#takeNewToken(token)) {
            continue;
          }
          this.#renewed = false;
          refusal = new Refusal('busy');
        }
      }
      const wait = this.#backoff.next();
      this.#own('waiting', refusal, wait);
      await this.#pause.wait(wait);
    }
  }

  /** Whether there is another token than the one refused. Asked for once: one just made that is refused too is in no hurry. */
  async #takeNewToken(refused) {
    if (!this.#renewed) {
      this.#renewed = true;
      this.#token = (await this.#renew()) ?? this.#token;
    }
    return this.#token !== refused;
  }

  /** One stay in the room. Resolves with why it ended; rejects when it did not begin. */
  async #visit() {
    const room = new Room(this.#options());
    this.#room = room;
    this.#publishing.use(room);
    const ended = new Promise((resolve) => room.once(RoomEvent.Disconnected, resolve));
    this.#listen(room);
    this.#hear.onRoom?.(room);
    try {
      if (this.#secret) {
        await room.setE2EEEnabled(true);
      }
      await room.connect(location.origin.replace(/^http/, 'ws'), this.#token);
      this.#wasConnected = true;
      this.#renewed = false;
      this.#backoff.reset();
      this.#own('connected');
      this.#publishing.send();
      this.#applyMode();
      this.#show();
      return await ended;
    } finally {
      if (this.#room === room) {
        this.#room = null;
        this.#publishing.use(null);
      }
      this.#stopScreen();
      room.removeAllListeners();
      await room.disconnect();
      this.#hear.onSharing(false);
      this.#hear.onPeople([]);
    }
  }

  #options() {
    const options = {
      adaptiveStream: true,
      dynacast: true,
      stopLocalTrackOnUnpublish: false,
      reconnectPolicy: new DefaultReconnectPolicy(),
      publishDefaults: {
        simulcast: true,
        red: !this.#secret,
        videoCodec: 'vp8',
        // Speech; RED doubles it, and a narrow line must carry it beside a picture.
        audioPreset: AudioPresets.speech,
      },
    };
    if (this.#secret) {
      const keyProvider = new ExternalE2EEKeyProvider();
      void keyProvider.setKey(this.#secret);
      options.encryption = { keyProvider, worker: new Worker(WORKER) };
    }
    return options;
  }

  #listen(room) {
    const show = () => this.#show();
    for (const event of [
      RoomEvent.ParticipantConnected,
      RoomEvent.ParticipantDisconnected,
      RoomEvent.ParticipantNameChanged,
      RoomEvent.TrackPublished,
      RoomEvent.TrackUnpublished,
      RoomEvent.TrackSubscribed,
      RoomEvent.TrackUnsubscribed,
      RoomEvent.TrackMuted,
      RoomEvent.TrackUnmuted,
      RoomEvent.ActiveSpeakersChanged,
    ]) {
      room.on(event, show);
    }
    room.on(RoomEvent.ConnectionQualityChanged, (quality, participant) => {
      if (participant.isLocal) {
        this.#hear.onOwnQuality(qualityOf(quality));
      }
      this.#show();
    });
    room.on(RoomEvent.TrackPublished, () => this.#applyMode());
    room.on(RoomEvent.TrackSubscribed, () => this.#applyMode());
    room.on(RoomEvent.SignalReconnecting, show);
    room.on(RoomEvent.Reconnecting, () => this.#own('reconnecting'));
    room.on(RoomEvent.Reconnected, () => {
      this.#own('connected');
      this.#onScreenGone(room);
    });
    room.on(RoomEvent.AudioPlaybackStatusChanged, () => {
      if (!room.canPlaybackAudio) {
        this.#hear.onSilenced();
      }
    });
    room.on(RoomEvent.LocalTrackUnpublished, (publication) => {
      if (publication.source === Track.Source.ScreenShare) {
        this.#onScreenGone(room);
      }
    });
    room.registerTextStreamHandler(CHAT, (reader, from) => void this.#read(room, reader, from));
  }

  async #read(room, reader, from) {
    const text = (await reader.readAll()).slice(0, LONGEST_MESSAGE);
    const person = room.remoteParticipants.get(from.identity);
    this.#hear.onChat({ name: person?.name || from.identity, text, own: false });
  }

  #hurry = () => this.#pause.cut();

  #own(state, refusal = null, retryMs = 0) {
    if (!this.#left || state === 'ended') {
      this.#hear.onOwnState(state, refusal, retryMs);
    }
  }

  #applyMode() {
    if (this.#modeChosen && this.#room?.state === 'connected') {
      applyMode(this.#room, this.#mode);
    }
  }

  #show() {
    const room = this.#room;
    if (this.#left || !room) {
      return;
    }
    this.#hear.onPeople([...room.remoteParticipants.values()].map(describe));
  }
}
