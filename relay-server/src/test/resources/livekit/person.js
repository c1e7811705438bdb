// One participant in a page of its own: livekit-client as it comes from npm, a diary of its events, and questions that
// tests ask. Everything hangs on `window` so that a test can name it.
window.lk = await import('/consult/vendor/livekit-client.js');

/** What the room said, in order: {event, what}, where `what` has participants as identities and tracks as sources. */
window.diary = [];
/** Texts that came as streams: {from, text}. */
window.texts = [];
/** Data packets: {from, text, kind, topic}. */
window.packets = [];

function brief(argument) {
  if (argument instanceof lk.Participant) {
    return argument.identity;
  }
  return argument?.source ?? (typeof argument === 'object' ? null : argument);
}

window.enter = async (url, token, options) => {
  window.room = new lk.Room({
    videoCaptureDefaults: { resolution: { width: 640, height: 360, frameRate: 15 } },
    ...options,
  });
  for (const event of Object.values(lk.RoomEvent)) {
    room.on(event, (...all) => diary.push({ event, what: all.map(brief) }));
  }
  // Chromium decodes and plays only what is attached to something.
  room.on(lk.RoomEvent.TrackSubscribed, (track) => document.body.append(track.attach()));
  room.on(lk.RoomEvent.TrackUnsubscribed, (track) => track.detach().forEach((element) => element.remove()));
  room.on(lk.RoomEvent.DataReceived, (payload, from, kind, topic) =>
    packets.push({ from: from?.identity, text: new TextDecoder().decode(payload), kind, topic }),
  );
  room.registerTextStreamHandler('lk.chat', async (reader, from) =>
    texts.push({ from: from.identity, text: await reader.readAll() }),
  );
  await room.connect(url, token);
};

/** End-to-end encryption's options: join with them, then switch it on. */
window.encryptedWith = async (secret) => {
  const keyProvider = new lk.ExternalE2EEKeyProvider();
  await keyProvider.setKey(secret);
  return { encryption: { keyProvider, worker: new Worker('/consult/vendor/livekit-client.e2ee.worker.js') } };
};

/** Whether the room said so, of anybody or of this one. */
window.said = (event, about) => diary.some((line) => line.event === event && (!about || line.what.includes(about)));

window.other = (identity) => room.remoteParticipants.get(identity);
window.track = (identity, source) => other(identity)?.getTrackPublication(source);

/** A member of the inbound-rtp statistics of a track that is received; undefined when it is not. */
window.inbound = async (identity, source, member) => {
  const stats = await track(identity, source)?.track?.receiver?.getStats();
  return [...(stats?.values() ?? [])].find((each) => each.type === 'inbound-rtp')?.[member];
};

/** The type of what a track that is received is coded in. */
window.codecOf = async (identity, source) => {
  const stats = await track(identity, source)?.track?.receiver?.getStats();
  return stats?.get([...stats.values()].find((each) => each.type === 'inbound-rtp')?.codecId)?.mimeType;
};

/** A moving picture for the browser's own screen picker, which headless browsers do not have. */
navigator.mediaDevices.getDisplayMedia = async () => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 });
  const pen = canvas.getContext('2d');
  let frame = 0;
  setInterval(() => {
    pen.fillStyle = frame++ % 2 ? 'white' : 'black';
    pen.fillRect(frame % 600, 0, 40, 360);
  }, 50);
  return canvas.captureStream(15);
};

/** A microphone that hears a tone without end. */
window.tone = async () => {
  const context = new AudioContext();
  await context.resume();
  const oscillator = context.createOscillator();
  const out = context.createMediaStreamDestination();
  oscillator.connect(out);
  oscillator.start();
  return out.stream.getAudioTracks()[0];
};
window.ready = true;
