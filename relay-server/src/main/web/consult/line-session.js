/*
 * One short connection to the relay for the line check, by WHIP (sends a made-up picture and tone, never the camera) or by WHEP
 * (receives them back). `only` leaves one kind of the relay's candidates: 'udp' or 'tcp'.
 */

const CONNECT_MS = 8000;
/** For the way that is measured: one by TCP through a relay may begin only after others have been waited for. */
export const PATIENT_MS = 15_000;

export class LineSession {
  #token;
  #iceServers;
  #resource = null;
  peer;

  constructor(token, iceServers = [], policy = 'all') {
    this.#token = token;
    this.#iceServers = iceServers;
    this.peer = new RTCPeerConnection({ iceServers, iceTransportPolicy: policy });
  }

  /** Sends this stream. Resolves to the ICE servers that the relay names. */
  async publish(stream) {
    for (const track of stream.getTracks()) {
      const encodings = track.kind === 'video' ? [{ maxBitrate: 2_500_000 }] : undefined;
      this.peer.addTransceiver(track, { direction: 'sendonly', streams: [stream], sendEncodings: encodings });
    }
    return this.#connect('/whip/v1', null);
  }

  /** Receives what this identity sends. */
  async play(identity, only = null) {
    for (const kind of ['audio', 'video']) {
      this.peer.addTransceiver(kind, { direction: 'recvonly' });
    }
    return this.#connect(`/whep/v1/${encodeURIComponent(identity)}`, only);
  }

  async #connect(path, only) {
    await this.peer.setLocalDescription();
    if (this.#iceServers.length > 0) {
      await gathered(this.peer);
    }
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/sdp', Authorization: `Bearer ${this.#token}` },
      body: this.peer.localDescription.sdp,
    });
    if (response.status !== 201) {
      throw new Error(`${response.status}`);
    }
    this.#resource = response.headers.get('Location');
    await this.peer.setRemoteDescription({ type: 'answer', sdp: filtered(await response.text(), only) });
    return iceServersIn(response.headers.get('Link'));
  }

  /** Whether media can flow within a few seconds. */
  connected(millis = CONNECT_MS) {
    return new Promise((resolve) => {
      const look = () => {
        if (this.peer.connectionState === 'connected') {
          done(true);
        } else if (this.peer.connectionState === 'failed' || this.peer.connectionState === 'closed') {
          done(false);
        }
      };
      const done = (yes) => {
        clearTimeout(timer);
        this.peer.removeEventListener('connectionstatechange', look);
        resolve(yes);
      };
      const timer = setTimeout(() => done(false), millis);
      this.peer.addEventListener('connectionstatechange', look);
      look();
    });
  }

  close() {
    this.peer.close();
    if (this.#resource) {
      const resource = this.#resource;
      this.#resource = null;
      void fetch(resource, { method: 'DELETE', headers: { Authorization: `Bearer ${this.#token}` } }).catch(() => {});
    }
  }
}

/** Whether a TURN server gives us a relayed address by this one URL. */
export async function turnAnswers(server, url, millis = CONNECT_MS) {
  const peer = new RTCPeerConnection({ iceServers: [{ ...server, urls: [url] }], iceTransportPolicy: 'relay' });
  try {
    peer.createDataChannel('check');
    const found = new Promise((resolve) => {
      peer.addEventListener('icecandidate', ({ candidate }) => {
        if (candidate?.type === 'relay') {
          resolve(true);
        }
      });
      setTimeout(() => resolve(false), millis);
    });
    await peer.setLocalDescription();
    return await found;
  } catch {
    return false;
  } finally {
    peer.close();
  }
}

function gathered(peer) {
  return new Promise((resolve) => {
    const look = () => peer.iceGatheringState === 'complete' && resolve();
    peer.addEventListener('icegatheringstatechange', look);
    setTimeout(resolve, 3000);
    look();
  });
}

function filtered(sdp, only) {
  return only === null
    ? sdp
    : sdp
        .split('\r\n')
        .filter((line) => !line.startsWith('a=candidate:') || line.split(' ')[2].toLowerCase() === only)
        .join('\r\n');
}

/** The ICE servers of a Link header (RFC 9725 §4.6), all with the same credential. */
export function iceServersIn(header) {
  const servers = [];
  for (const link of (header ?? '').split(/,\s*(?=<)/)) {
    const url = /^<([^>]+)>/.exec(link)?.[1];
    if (url && /rel="?ice-server"?/.test(link)) {
      servers.push({
        urls: [url],
        username: /username="([^"]*)"/.exec(link)?.[1] ?? '',
        credential: /credential="([^"]*)"/.exec(link)?.[1] ?? '',
      });
    }
  }
  return servers;
}
