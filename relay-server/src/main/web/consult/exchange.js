import { iceServersOf } from './ice-servers.js';
import { Refusal } from './refusal.js';
import { request } from './request.js';

const SDP = 'application/sdp';
const FRAGMENT = 'application/trickle-ice-sdpfrag';

/** One WHIP (RFC 9725) or WHEP (draft-ietf-wish-whep) session as HTTP sees it: opened by POST, restarted by PATCH, ended by DELETE. */
export class Exchange {
  #url;
  #token;

  constructor(url, token, answer, iceServers) {
    this.#url = url;
    this.#token = token;
    /** The relay's answer, SDP text. */
    this.answer = answer;
    /** ICE servers the relay offers, perhaps none. */
    this.iceServers = iceServers;
  }

  /** Sends the offer to a door. Throws a Refusal. */
  static async open(door, token, offer) {
    const response = await request(door, {
      token,
      method: 'POST',
      headers: { 'Content-Type': SDP, Accept: SDP },
      body: offer,
    });
    const location = response.headers.get('Location');
    if (response.status !== 201 || !location) {
      throw new Refusal('unexpected', { status: response.status });
    }
    // Relative to where the answer came from, as any Location is.
    const url = new URL(location, response.url).href;
    const iceServers = iceServersOf(response.headers.get('Link'));
    return new Exchange(url, token, await response.text(), iceServers);
  }

  /** Asks for an ICE restart with our new credentials; resolves with the relay's, both as SDP fragments. */
  async restart(fragment) {
    const response = await request(this.#url, {
      token: this.#token,
      method: 'PATCH',
      // A restart names no entity tag: it starts a new ICE session whatever the old one was.
      headers: { 'Content-Type': FRAGMENT, 'If-Match': '"*"' },
      body: fragment,
    });
    if (response.status !== 200) {
      throw new Refusal('unexpected', { status: response.status });
    }
    return response.text();
  }

  /** Ends the session. Never throws: a session that cannot be told ends by itself when consent expires. */
  async end({ keepalive = false } = {}) {
    try {
      await request(this.#url, { token: this.#token, method: 'DELETE', keepalive });
    } catch {
      // Gone already, or not reachable.
    }
  }
}
