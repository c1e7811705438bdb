import { Backoff, Pause } from './backoff.js';
import { Exchange } from './exchange.js';
import { Refusal } from './refusal.js';
import { fragmentOf, withFragment } from './sdpfrag.js';

/** Until the first connection: ICE and DTLS take well under a second on a good network. */
const CONNECT_MS = 15_000;
/** A short gap often heals by itself; only then is the relay bothered. */
const PATIENCE_MS = 1_500;
const RESTART_MS = 8_000;

/**
 * Keeps one media session with the relay alive, whatever the network does: opens it through a WHIP or WHEP
 * door, restarts ICE when the path breaks, opens it anew when that does not help, until `stop()`.
 *
 * `prepare(pc)` adds the transceivers to each new RTCPeerConnection. `onState(state, refusal, retryMs)` hears
 *  'connecting'    opening for the first time
 *  'connected'     media can flow
 *  'reconnecting'  it did flow; we are working on it
 *  'waiting'       the door said not now (`refusal`); we knock again in `retryMs`
 *  'refused'       the door said never (`refusal`); this object is done
 */
export class Connection {
  #door;
  #token;
  #prepare;
  #onState;
  #backoff = new Backoff();
  #pause = new Pause();
  #exchange = null;
  #pc = null;
  #stopped = false;
  #wasConnected = false;
  #giveUp = () => {};

  constructor({ door, token, prepare, onState }) {
    this.#door = door;
    this.#token = token;
    this.#prepare = prepare;
    this.#onState = onState;
  }

  /** The RTCPeerConnection of the moment; null between two tries. */
  get pc() {
    return this.#pc;
  }

  /** Runs until stopped or refused. */
  async run() {
    while (!this.#stopped) {
      this.#tell(this.#wasConnected ? 'reconnecting' : 'connecting');
      let refusal = null;
      try {
        await this.#open();
        await this.#lifetime();
      } catch (error) {
        refusal = error instanceof Refusal ? error : new Refusal('unexpected', { reason: String(error) });
      }
      await this.#drop();
      if (this.#stopped) {
        return;
      }
      if (refusal?.isFinal) {
        this.#stopped = true;
        this.#onState('refused', refusal, 0);
        return;
      }
      const retryMs = this.#backoff.next(refusal?.retryAfterMs);
      this.#tell(refusal ? 'waiting' : 'reconnecting', refusal, retryMs);
      await this.#pause.wait(retryMs);
    }
  }

  /** The network came back: do not sit out a pause. */
  hurry() {
    this.#pause.cut();
  }

  /** Ends the session here and at the relay. With `keepalive` the goodbye outlives the page. */
  stop({ keepalive = false } = {}) {
    this.#stopped = true;
    const exchange = this.#exchange;
    this.#exchange = null;
    this.#closePc();
    this.#giveUp();
    this.#pause.cut();
    return exchange?.end({ keepalive }) ?? Promise.resolve();
  }

  #tell(state, refusal = null, retryMs = 0) {
    if (!this.#stopped) {
      this.#onState(state, refusal, retryMs);
    }
  }

  async #open() {
    const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
    this.#pc = pc;
    this.#prepare(pc);
    // Applied only once the answer is here: gathering then begins with the ICE servers the relay named.
    // The relay is ICE-lite and learns our candidates from our checks, so the offer needs none.
    const offer = await pc.createOffer();
    const exchange = await Exchange.open(this.#door, this.#token, offer.sdp);
    if (this.#stopped) {
      await exchange.end();
      return;
    }
    this.#exchange = exchange;
    if (exchange.iceServers.length > 0) {
      pc.setConfiguration({ ...pc.getConfiguration(), iceServers: exchange.iceServers });
    }
    await pc.setLocalDescription(offer);
    await pc.setRemoteDescription({ type: 'answer', sdp: exchange.answer });
  }

  /** Resolves when this session cannot be saved any more. */
  async #lifetime() {
    const pc = this.#pc;
    if (this.#stopped || !pc) {
      return;
    }
    let over = false;
    const ended = new Promise((resolve) => {
      this.#giveUp = () => {
        over = true;
        resolve();
      };
    });
    // The relay says goodbye in DTLS (close_notify) when a publisher leaves; the connection itself stays "connected".
    for (const transport of new Set(pc.getTransceivers().map((t) => t.receiver.transport ?? t.sender.transport))) {
      transport?.addEventListener('statechange', () => {
        if (transport.state === 'closed' || transport.state === 'failed') {
          this.#giveUp();
        }
      });
    }
    let deadline = setTimeout(this.#giveUp, CONNECT_MS);
    let recovering = false;
    const onChange = async () => {
      if (over) {
        return;
      }
      if (pc.connectionState === 'connected') {
        clearTimeout(deadline);
        this.#backoff.reset();
        this.#wasConnected = true;
        this.#tell('connected');
      } else if (['disconnected', 'failed'].includes(pc.connectionState) && this.#wasConnected && !recovering) {
        recovering = true;
        clearTimeout(deadline);
        this.#tell('reconnecting');
        const saved = await this.#recover(pc, () => over);
        recovering = false;
        if (!saved) {
          this.#giveUp();
        }
      } else if (pc.connectionState === 'failed' && !recovering) {
        this.#giveUp();
      }
    };
    pc.addEventListener('connectionstatechange', onChange);
    void onChange();
    await ended;
    clearTimeout(deadline);
    pc.removeEventListener('connectionstatechange', onChange);
    this.#giveUp = () => {};
  }

  /** True when the same session carries media again. */
  async #recover(pc, over) {
    if (pc.connectionState !== 'failed' && (await becomesConnected(pc, PATIENCE_MS))) {
      return true;
    }
    while (!over() && pc.connectionState !== 'closed') {
      try {
        await this.#restartIce(pc);
        return await becomesConnected(pc, RESTART_MS);
      } catch (error) {
        // Without any network the session may still be there when it comes back; any other answer means it is gone.
        if (!(error instanceof Refusal) || error.kind !== 'unreachable') {
          return false;
        }
        await this.#pause.wait(this.#backoff.next());
      }
    }
    return false;
  }

  async #restartIce(pc) {
    const before = pc.remoteDescription.sdp;
    const offer = await pc.createOffer({ iceRestart: true });
    await pc.setLocalDescription(offer);
    const fragment = await this.#exchange.restart(fragmentOf(offer.sdp));
    await pc.setRemoteDescription({ type: 'answer', sdp: withFragment(before, fragment) });
  }

  async #drop() {
    const exchange = this.#exchange;
    this.#exchange = null;
    this.#closePc();
    await exchange?.end();
  }

  #closePc() {
    this.#pc?.close();
    this.#pc = null;
  }
}

function becomesConnected(pc, withinMs) {
  return new Promise((resolve) => {
    const finish = (answer) => {
      clearTimeout(timer);
      pc.removeEventListener('connectionstatechange', look);
      resolve(answer);
    };
    const look = () => {
      if (pc.connectionState === 'connected') {
        finish(true);
      } else if (pc.connectionState === 'closed') {
        finish(false);
      }
    };
    const timer = setTimeout(() => finish(pc.connectionState === 'connected'), withinMs);
    pc.addEventListener('connectionstatechange', look);
    look();
  });
}
