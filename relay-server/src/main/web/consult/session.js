import { Backoff, Pause } from './backoff.js';
import { Refusal } from './refusal.js';
import { request } from './request.js';

const DOOR = '/whep/v1';
const EVERY_MS = 2_000;

/**
 * Who is in the room. The one place that knows how the page learns it: for now by asking every two seconds,
 * later by a signalling connection, behind the same three members.
 *
 * `onParticipants` gets a list of `{identity, name, publishing}`, ourselves included, after each change and at the start.
 * `onRefused` hears once, with a Refusal, when the token is not taken any more.
 */
export class Session {
  #token;
  #onParticipants;
  #onRefused;
  #pause = new Pause();
  #stopped = false;
  #last = '';

  constructor({ token, onParticipants, onRefused }) {
    this.#token = token;
    this.#onParticipants = onParticipants;
    this.#onRefused = onRefused;
  }

  /** Runs until stopped or refused. */
  async run() {
    const backoff = new Backoff();
    while (!this.#stopped) {
      let wait = EVERY_MS;
      try {
        const response = await request(DOOR, { token: this.#token });
        this.#take((await response.json()).participants);
        backoff.reset();
      } catch (error) {
        if (error instanceof Refusal && error.isFinal) {
          this.#refused(error);
          return;
        }
        wait = Math.max(backoff.next(error.retryAfterMs), EVERY_MS);
      }
      await this.#pause.wait(wait);
    }
  }

  /** Asks again now. */
  hurry() {
    this.#pause.cut();
  }

  stop() {
    this.#stopped = true;
    this.#pause.cut();
  }

  #refused(refusal) {
    if (!this.#stopped) {
      this.#stopped = true;
      this.#onRefused(refusal);
    }
  }

  #take(list) {
    if (this.#stopped || !Array.isArray(list)) {
      return;
    }
    const participants = list
      .filter((p) => typeof p?.identity === 'string')
      .map((p) => ({ identity: p.identity, name: p.name || p.identity, publishing: p.publishing === true }));
    const text = JSON.stringify(participants);
    if (text !== this.#last) {
      this.#last = text;
      this.#onParticipants(participants);
    }
  }
}
