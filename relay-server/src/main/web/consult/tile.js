import { t } from './strings.js';

const EVERY_MS = 1_000;
/** Looks without a new frame until we say that there is no picture. */
const PATIENCE = 3;

/** One of the others on the screen: picture, sound, name, and a plain word when there is no picture. */
export class Tile {
  #video = document.createElement('video');
  #audio = document.createElement('audio');
  #name = document.createElement('span');
  #marks = document.createElement('span');
  #note = document.createElement('p');
  #person = null;
  #shown = [];
  #picture = null;
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
    this.#marks.className = 'tile-marks';
    // Sound has its own element: a video element without frames would hold the sound back.
    Object.assign(this.#video, { autoplay: true, playsInline: true, muted: true });
    this.#audio.autoplay = true;
    const caption = document.createElement('figcaption');
    caption.append(this.#name, this.#marks);
    this.element.append(this.#video, this.#note, this.#audio, caption);
    this.#timer = setInterval(() => this.#look(), EVERY_MS);
  }

  /** Shows a person as `Call` describes them; somebody's screen as `{...person, tracks: [screen], isScreen: true}`. */
  show(person) {
    this.#person = person;
    this.element.classList.toggle('is-screen', Boolean(person.isScreen));
    this.element.classList.toggle('speaking', Boolean(person.speaking));
    const key = person.isScreen ? 'call.screenOf' : 'call.video';
    this.#name.textContent = person.isScreen ? t('call.screenOf', { name: person.name }) : person.name;
    this.#video.setAttribute('aria-label', t(key, { name: person.name }));
    const picture = person.picture ?? null;
    if (!sameTracks(person.tracks, this.#shown) || picture !== this.#picture) {
      this.#shown = person.tracks;
      this.#attach(picture);
    }
    this.#paint();
  }

  /** Starts the sound; call it from a click after `onSilenced`. */
  playSound() {
    if (!this.#audio.srcObject) {
      return;
    }
    this.#audio.play().catch((error) => {
      if (error.name === 'NotAllowedError') {
        this.#onSilenced();
      }
    });
  }

  remove() {
    clearInterval(this.#timer);
    this.#picture?.detach(this.#video);
    this.#picture = null;
    this.#video.srcObject = null;
    this.#audio.srcObject = null;
    this.element.remove();
  }

  /** `picture`: the client's own object for the video, which sees how large it is shown; or null. */
  #attach(picture) {
    const video = this.#shown.filter((track) => track.kind === 'video');
    const audio = this.#shown.filter((track) => track.kind === 'audio');
    if (picture !== this.#picture) {
      this.#picture?.detach(this.#video);
      this.#picture = picture;
      picture?.attach(this.#video);
      this.#frames = 0;
      this.#stale = PATIENCE;
    } else if (!picture && !sameTracks(video, this.#video.srcObject?.getTracks() ?? [])) {
      this.#video.srcObject = video.length > 0 ? new MediaStream(video) : null;
      this.#frames = 0;
      this.#stale = PATIENCE;
    }
    if (!sameTracks(audio, this.#audio.srcObject?.getTracks() ?? [])) {
      this.#audio.srcObject = audio.length > 0 ? new MediaStream(audio) : null;
      this.playSound();
    }
  }

  #look() {
    const frames = this.#video.getVideoPlaybackQuality?.().totalVideoFrames ?? 0;
    this.#stale = frames > this.#frames ? 0 : Math.min(this.#stale + 1, PATIENCE);
    this.#frames = frames;
    this.#paint();
  }

  #paint() {
    const person = this.#person;
    if (!person) {
      return;
    }
    const moving = this.#stale < PATIENCE && this.#frames > 0;
    this.element.classList.toggle('has-picture', moving);
    this.#note.textContent = moving ? '' : t(`tile.${noteKey(person)}`);
    const marks = [];
    if (!person.isScreen && person.muted) {
      marks.push(t('tile.muted'));
    }
    if (!person.isScreen && (person.quality === 'weak' || person.quality === 'lost')) {
      marks.push(t(`tile.${person.quality}`));
    }
    this.#marks.textContent = marks.join(' · ');
  }
}

function noteKey(person) {
  if (person.state !== 'connected' && !person.isScreen) {
    return 'connecting';
  }
  return person.cameraOff && !person.isScreen ? 'cameraOff' : 'noPicture';
}

function sameTracks(some, others) {
  return some.length === others.length && some.every((track) => others.includes(track));
}
