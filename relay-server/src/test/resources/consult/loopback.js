/*
 * A relay within the page, for tests of the page alone: takes the place of `fetch` for WHIP and WHEP and answers with
 * RTCPeerConnections of its own. What the page publishes comes back as the participant "echo".
 */
(() => {
  const realFetch = window.fetch.bind(window);
  const sessions = new Map();
  const log = [];
  let echoPublishes = true;
  let published = [];

  const reply = (status, body = '', headers = {}) => new Response(body || null, { status, headers });
  /** Answers with every candidate in the description, as a relay does. */
  const answer = async (pc) => {
    const gathered = new Promise((resolve) => {
      pc.addEventListener('icecandidate', ({ candidate }) => candidate || resolve());
    });
    await pc.setLocalDescription();
    await gathered;
    return pc.localDescription.sdp;
  };

  async function open(path, sdp) {
    if (path.startsWith('/whep') && published.length === 0) {
      return reply(404, 'echo does not publish yet');
    }
    const pc = new RTCPeerConnection();
    const id = `${path}/sessions/${log.length}`;
    sessions.set(id, pc);
    await pc.setRemoteDescription({ type: 'offer', sdp });
    if (path.startsWith('/whip')) {
      published = pc.getReceivers().map((receiver) => receiver.track);
    } else {
      published.forEach((track) => pc.addTrack(track, new MediaStream(published)));
    }
    const headers = { 'Content-Type': 'application/sdp', Location: id, ETag: '"1"' };
    return reply(201, await answer(pc), headers);
  }

  const line = (sdp, name) => sdp.match(new RegExp(`^a=${name}:.*$`, 'm'))[0].trim();

  async function restart(pc, fragment) {
    const offer = pc.remoteDescription.sdp
      .replace(/^a=ice-ufrag:.*$/gm, line(fragment, 'ice-ufrag'))
      .replace(/^a=ice-pwd:.*$/gm, line(fragment, 'ice-pwd'));
    await pc.setRemoteDescription({ type: 'offer', sdp: offer });
    const sdp = await answer(pc);
    const candidates = sdp.match(/^a=candidate:.*$/gm).map((text) => text.trim());
    const lines = [line(sdp, 'ice-ufrag'), line(sdp, 'ice-pwd'), ...candidates, 'a=end-of-candidates'];
    window.loopback.lastUfrag = lines[0];
    const headers = { 'Content-Type': 'application/trickle-ice-sdpfrag', ETag: '"2"' };
    return reply(200, `${lines.join('\r\n')}\r\n`, headers);
  }

  window.fetch = async (url, options = {}) => {
    const { pathname } = new URL(url, location.href);
    const method = options.method ?? 'GET';
    if (!/^\/wh[ei]p\//.test(pathname)) {
      return realFetch(url, options);
    }
    log.push(`${method} ${pathname}`);
    if (method === 'GET' && window.loopback.rosterStatus !== 200) {
      log.push(`GET ${pathname} ${window.loopback.rosterStatus}`);
      return reply(window.loopback.rosterStatus);
    }
    if (method === 'GET') {
      const participants = [{ identity: 'echo', name: 'Echo', publishing: echoPublishes }];
      return Response.json({ participants });
    }
    if (method === 'POST') {
      const response = await open(pathname, options.body);
      Object.defineProperty(response, 'url', { value: new URL(url, location.href).href });
      return response;
    }
    const pc = sessions.get(pathname);
    if (!pc) {
      return reply(404, 'No such session');
    }
    if (method === 'PATCH') {
      return restart(pc, options.body);
    }
    pc.close();
    sessions.delete(pathname);
    return reply(200);
  };

  window.loopback = {
    /** "METHOD /path" of each request. */
    log,
    /** The status that who-is-here answers with. */
    rosterStatus: 200,
    /** Our user name fragment after the last ICE restart. */
    lastUfrag: '',
    /** Loses all sessions of a door, as a relay does that was started anew. */
    forget(door) {
      [...sessions.keys()].filter((id) => id.startsWith(door)).forEach((id) => sessions.delete(id));
    },
    echoLeaves() {
      echoPublishes = false;
    },
    /** What the relay does when its publisher is gone: closes the player's session. */
    closePlayers() {
      for (const [id, pc] of sessions) {
        if (id.startsWith('/whep')) {
          pc.close();
          sessions.delete(id);
        }
      }
    },
  };
})();
