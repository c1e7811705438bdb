const EVERY_MS = 100;
/** Root mean square above which somebody is surely speaking, and not the room humming. */
const HEARD = 0.02;

/** Measures how loud the microphone is. `onLevel(level, heard)`: 0..1 on an ear's scale, and whether that is a voice. */
export class Meter {
  #onLevel;
  #context = null;
  #source = null;
  #timer = 0;

  constructor(onLevel) {
    this.#onLevel = onLevel;
  }

  /** True while the browser holds audio back until the user has pressed something; then call `resume` from a click. */
  get isHeldBack() {
    return this.#context?.state === 'suspended';
  }

  /** Measures this track from now on; null measures nothing. */
  async measure(track) {
    this.#source?.disconnect();
    this.#source = null;
    clearInterval(this.#timer);
    this.#onLevel(0, false);
    if (!track) {
      return;
    }
    this.#context ??= new AudioContext();
    const analyser = this.#context.createAnalyser();
    analyser.fftSize = 2048;
    this.#source = this.#context.createMediaStreamSource(new MediaStream([track]));
    this.#source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.#timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      const decibels = 10 * Math.log10(power + 1e-10);
      this.#onLevel(Math.min(Math.max((decibels + 60) / 50, 0), 1), Math.sqrt(power) > HEARD);
    }, EVERY_MS);
  }

  async resume() {
    await this.#context?.resume();
  }

  close() {
    clearInterval(this.#timer);
    this.#source?.disconnect();
    this.#context?.close();
    this.#context = null;
  }
}
