import { Backoff, Pause } from './backoff.js';

const PATH = '/consult/v1/visit';
const PING_MS = 20_000;
/** The service answers pings at once; after this much silence the line is dead, whatever the browser thinks of it. */
const SILENCE_MS = 35_000;
/** Codes after which knocking again with the same link may help. */
const PASSING = ['too_many', 'unavailable'];
const PASSING_MS = 5_000;
/** However long the service says: clocks differ, and a slot may be moved. */
const LONGEST_MS = 60_000;

/**
 * Our place at the consult service: one WebSocket, opened anew with the same link as often as it breaks. The link goes in the first
 * message and never in an address. The call itself is another connection and does not hang on this one.
 *
 * `on`: functions by the `type` of the service's messages (`welcome`, `waiting`, `admitted`, `people` …), and besides
 *  `line(state, retryMs, opensAt)`  'open', or 'lost' with the time until the next try; `opensAt` when we are too early
 *  `refused(code)`         there is no way in with this link; this object is done
 * After `ended` this object is done, unless the service only restarts.
 */
export class Visit {
  #hello;
  #on;
  #socket = null;
  #backoff = new Backoff();
  #pause = new Pause();
  #over = false;
  #welcome = false;
  #opensAt = '';

  /** `hello`: `{token, lang}`. */
  constructor(hello, on) {
    this.#hello = hello;
    this.#on = on;
  }

  start() {
    window.addEventListener('online', this.#hurry);
    void this.#run();
  }

  /** Our name, when the link brings none; told again whenever the line comes back. */
  set name(name) {
    this.#hello = { ...this.#hello, name };
    this.send({ type: 'name', name });
  }

  /** Sends a message; false when the line is down. */
  send(message) {
    if (this.#socket?.readyState !== WebSocket.OPEN) {
      return false;
    }
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** Gives the place up. */
  close() {
    this.send({ type: 'leave' });
    this.#finish();
  }

  async #run() {
    while (!this.#over) {
      const atLeast = await this.#stay();
      if (this.#over) {
        return;
      }
      const wait = this.#backoff.next(atLeast);
      this.#on.line?.('lost', wait, this.#opensAt);
      await this.#pause.wait(wait);
    }
  }

  /** One connection, until it ends. Resolves to how long to wait at least before the next. */
  #stay() {
    return new Promise((resolve) => {
      const socket = new WebSocket(location.origin.replace(/^http/, 'ws') + PATH);
      this.#socket = socket;
      this.#welcome = false;
      let heard = performance.now();
      let atLeast = 0;
      const timer = setInterval(() => {
        if (performance.now() - heard > SILENCE_MS) {
          leave();
        } else {
          this.send({ type: 'ping' });
        }
      }, PING_MS);
      const leave = () => {
        clearInterval(timer);
        socket.onclose = null;
        socket.onmessage = null;
        socket.close();
        resolve(atLeast);
      };
      this.#leave = leave;
      socket.onopen = () => this.send({ type: 'hello', ...this.#hello });
      socket.onmessage = ({ data }) => {
        heard = performance.now();
        atLeast = this.#take(data) ?? atLeast;
      };
      socket.onclose = leave;
    });
  }

  #leave = () => {};

  /** One message of the service. Returns how long to wait before the next try, when it says that there must be one. */
  #take(data) {
    const message = parsed(data);
    if (message.type === 'welcome') {
      this.#welcome = true;
      this.#opensAt = '';
      this.#backoff.reset();
      this.#on.line?.('open', 0);
    }
    if (message.type === 'error' && !this.#welcome) {
      if (PASSING.includes(message.code)) {
        this.#opensAt = message.opensAt ?? '';
        return Math.min((message.retryAfter ?? 0) * 1000 || PASSING_MS, LONGEST_MS);
      }
      this.#finish();
      this.#on.refused?.(message.code);
      return undefined;
    }
    if (message.type === 'ended' && message.reason !== 'shutdown') {
      this.#finish();
    }
    this.#on[message.type]?.(message);
    return undefined;
  }

  #finish() {
    this.#over = true;
    window.removeEventListener('online', this.#hurry);
    this.#pause.cut();
    this.#leave();
  }

  #hurry = () => this.#pause.cut();
}

function parsed(data) {
  try {
    return JSON.parse(data) ?? {};
  } catch {
    return {};
  }
}
