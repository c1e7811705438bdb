import { Backoff, Pause } from './backoff.js';
import { endOf, Refusal, refusalOf } from './refusal.js';
import {
  AudioPresets,
  ConnectionQuality,
  DefaultReconnectPolicy,
  ExternalE2EEKeyProvider,
  Room,
  RoomEvent,
  Track,
} from './vendor/livekit-client.js';

const CHAT = 'lk.chat';
const WORKER = '/consult/vendor/livekit-client.e2ee.worker.js';
const SOURCES = { audio: Track.Source.Microphone, video: Track.Source.Camera };
const LONGEST_MESSAGE = 2_000;

/**
 * One consultation from join to leave, over the stock client.
 *
 * `secret`: what the participants encrypt with end to end; '' for none.
 * `onOwnState(state, refusal, retryMs)`:
 *   'connecting'    opening for the first time
 *   'connected'     media can flow
 *   'reconnecting'  it did flow; the client is working on it
 *   'waiting'       the relay said not now (`refusal`); we knock again in `retryMs`
 *   'refused'       the relay said never (`refusal`); this object is done
 *   'ended'         the relay ended it (`refusal.kind` says why); this object is done
 * `onPeople(people)`: the others, each `{identity, name, publishing, state, tracks, picture, screen, screenPicture, speaking, muted, quality}`.
 * `onOwnQuality(quality)`: 'good', 'weak', 'lost' or ''.
 * `onChat({name, text, own})`: a message, ours among them.
 * `onSharing(on)`: whether our screen is shared.
 */
export class Call {
  #token;
  #secret;
  #devices;
  #hear;
  #room = null;
  #published = { audio: null, video: null };
  #publishing = Promise.resolve();
  #pause = new Pause();
  #backoff = new Backoff();
  #left = false;
  #wasConnected = false;

  constructor({ token, secret, devices, ...listeners }) {
    this.#token = token;
    this.#secret = secret;
    this.#devices = devices;
    this.#hear = listeners;
  }

  start() {
    this.#devices.addEventListener('change', this.#sendTracks);
    window.addEventListener('online', this.#hurry);
    void this.#run();
  }

  /** Ends everything. */
  async leave() {
    this.#left = true;
    this.#devices.removeEventListener('change', this.#sendTracks);
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
    await this.#room?.localParticipant.setScreenShareEnabled(on, { audio: false });
    this.#hear.onSharing(this.isSharing);
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
        refusal = await refusalOf(error, this.#token);
        if (refusal.isFinal) {
          this.#own('refused', refusal);
          return;
        }
      }
      const wait = this.#backoff.next();
      this.#own('waiting', refusal, wait);
      await this.#pause.wait(wait);
    }
  }

  /** One stay in the room. Resolves with why it ended; rejects when it did not begin. */
  async #visit() {
    const room = new Room(this.#options());
    this.#room = room;
    this.#published = { audio: null, video: null };
    const ended = new Promise((resolve) => room.once(RoomEvent.Disconnected, resolve));
    this.#listen(room);
    try {
      if (this.#secret) {
        await room.setE2EEEnabled(true);
      }
      await room.connect(location.origin.replace(/^http/, 'ws'), this.#token);
      this.#wasConnected = true;
      this.#backoff.reset();
      this.#own('connected');
      this.#sendTracks();
      this.#show();
      return await ended;
    } finally {
      if (this.#room === room) {
        this.#room = null;
      }
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
    room.on(RoomEvent.SignalReconnecting, show);
    room.on(RoomEvent.Reconnecting, () => this.#own('reconnecting'));
    room.on(RoomEvent.Reconnected, () => this.#own('connected'));
    room.on(RoomEvent.AudioPlaybackStatusChanged, () => {
      if (!room.canPlaybackAudio) {
        this.#hear.onSilenced();
      }
    });
    room.on(RoomEvent.LocalTrackUnpublished, (publication) => {
      if (publication.source === Track.Source.ScreenShare) {
        this.#hear.onSharing(false);
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

  /** One change after the other: publishing takes its time, and devices may change meanwhile. */
  #sendTracks = () => {
    this.#publishing = this.#publishing.then(() => this.#sendBoth()).catch(() => {});
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
    } else if (publication.track.mediaStreamTrack !== track) {
      await publication.track.replaceTrack(track, true);
    }
    if (publication.isMuted === this.#devices.isOn(kind)) {
      await (this.#devices.isOn(kind) ? publication.unmute() : publication.mute());
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

/** A participant as the screen wants them. */
function describe(participant) {
  const camera = participant.getTrackPublication(Track.Source.Camera);
  const microphone = participant.getTrackPublication(Track.Source.Microphone);
  const screen = participant.getTrackPublication(Track.Source.ScreenShare);
  const tracks = [camera, microphone].filter((each) => each?.track).map((each) => each.track.mediaStreamTrack);
  return {
    identity: participant.identity,
    name: participant.name || participant.identity,
    publishing: participant.trackPublications.size > 0,
    state: tracks.length > 0 ? 'connected' : 'connecting',
    tracks,
    picture: camera?.track ?? null,
    screen: screen?.track?.mediaStreamTrack ?? null,
    screenPicture: screen?.track ?? null,
    speaking: participant.isSpeaking,
    muted: microphone ? microphone.isMuted : true,
    cameraOff: camera ? camera.isMuted : true,
    quality: qualityOf(participant.connectionQuality),
  };
}

function qualityOf(quality) {
  switch (quality) {
    case ConnectionQuality.Excellent:
    case ConnectionQuality.Good:
      return 'good';
    case ConnectionQuality.Poor:
      return 'weak';
    case ConnectionQuality.Lost:
      return 'lost';
    default:
      return '';
  }
}
