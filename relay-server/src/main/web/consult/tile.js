import { t } from './strings.js';

const EVERY_MS = 1_000;
/** Looks without a new frame until we say that there is no picture. */
const PATIENCE = 3;

/** One of the others on the screen: picture, sound, name, and a plain word when there is no picture. */
export class Tile {
  #video = document.createElement('video');
  #audio = document.createElement('audio');
  #name = document.createElement('span');
  #note = document.createElement('p');
  #state = null;
  #frames = 0;
  #stale = PATIENCE;
  #timer;
  #onSilenced;

  /** `onSilenced` hears when the browser will not play sound before the user presses something. */
  constructor({ onSilenced }) {
    this.#onSilenced = onSilenced;
    this.element = document.createElement('figure');
    this.element.className = 'tile';
    this.#note.className = 'tile-note';
    // Sound has its own element: a video element without frames would hold the sound back.
    Object.assign(this.#video, { autoplay: true, playsInline: true, muted: true });
    this.#audio.autoplay = true;
    const caption = document.createElement('figcaption');
    caption.append(this.#name);
    this.element.append(this.#video, this.#note, this.#audio, caption);
    this.#timer = setInterval(() => this.#look(), EVERY_MS);
  }

  /** Shows a person as `Call` describes it. */
  show({ name, stream, state }) {
    this.#name.textContent = name;
    this.#video.setAttribute('aria-label', t('call.video', { name }));
    this.#state = state;
    if (stream !== this.#video.srcObject) {
      this.#video.srcObject = stream;
      this.#audio.srcObject = stream && new MediaStream(stream.getAudioTracks());
      this.#frames = 0;
      this.#stale = PATIENCE;
      if (stream) {
        this.playSound();
      }
    }
    this.#paint();
  }

  /** Starts the sound; call it from a click after `onSilenced`. */
  playSound() {
    this.#audio.play().catch((error) => {
      if (error.name === 'NotAllowedError') {
        this.#onSilenced();
      }
    });
  }

  remove() {
    clearInterval(this.#timer);
    this.#video.srcObject = null;
    this.#audio.srcObject = null;
    this.element.remove();
  }

  #look() {
    const frames = this.#video.getVideoPlaybackQuality?.().totalVideoFrames ?? 0;
    this.#stale = frames > this.#frames ? 0 : Math.min(this.#stale + 1, PATIENCE);
    this.#frames = frames;
    this.#paint();
  }

  #paint() {
    const moving = this.#stale < PATIENCE && this.#frames > 0;
    this.element.classList.toggle('has-picture', moving);
    this.#note.textContent = moving && this.#state === 'connected' ? '' : t(`tile.${this.#noteKey()}`);
  }

  #noteKey() {
    switch (this.#state) {
      case 'connected':
        return 'noPicture';
      case 'reconnecting':
      case 'refused':
        return this.#state;
      default:
        return 'connecting';
    }
  }
}
