// A participant on @livekit/rtc-node: node guest.mjs URL TOKEN. Publishes a moving picture and a tone, receives
// what there is, says on standard output what happens, one line each, and does what standard input says: `say WORDS`, `leave`.
import { createInterface } from 'node:readline';
import {
  AudioFrame,
  AudioSource,
  AudioStream,
  DataPacketKind,
  dispose,
  LocalAudioTrack,
  LocalVideoTrack,
  Room,
  RoomEvent,
  TrackKind,
  TrackPublishOptions,
  TrackSource,
  VideoBufferType,
  VideoFrame,
  VideoSource,
  VideoStream,
} from '@livekit/rtc-node';

const [url, token] = process.argv.slice(2);
const [width, height] = [320, 180];
const rate = 48_000;
const say = (...words) => process.stdout.write(words.join(' ') + '\n');

async function watch(track, from) {
  let frames = 0;
  for await (const { frame } of new VideoStream(track)) {
    if (++frames % 10 === 0) {
      say('seen', from, frames, `${frame.width}x${frame.height}`);
    }
  }
}

async function listen(track, from) {
  for await (const frame of new AudioStream(track, rate, 1)) {
    if (frame.data.some((sample) => Math.abs(sample) > 500)) {
      say('heard', from);
    }
  }
}

const room = new Room();
room.on(RoomEvent.TrackSubscribed, (track, publication, participant) =>
  (track.kind === TrackKind.KIND_VIDEO ? watch : listen)(track, participant.identity),
);
room.on(RoomEvent.TrackMuted, (publication, participant) => say('muted', participant.identity));
room.on(RoomEvent.DataReceived, (payload, participant, kind, topic) =>
  say('data', participant?.identity ?? 'server', kind === DataPacketKind.KIND_RELIABLE ? 'reliable' : 'lossy', topic, new TextDecoder().decode(payload)),
);
room.on(RoomEvent.TrackUnsubscribed, (track, publication, participant) =>
  say('unsubscribed', participant.identity, track.kind === TrackKind.KIND_VIDEO ? 'video' : 'audio'),
);
room.on(RoomEvent.TrackSubscribed, (track, publication, participant) =>
  say('subscribed', participant.identity, track.kind === TrackKind.KIND_VIDEO ? 'video' : 'audio'),
);
room.on(RoomEvent.RoomMetadataChanged, (metadata) => say('room', metadata));
room.on(RoomEvent.ParticipantMetadataChanged, (metadata, participant) => say('metadata', participant.identity, participant.metadata));
room.on(RoomEvent.ParticipantNameChanged, (name, participant) => say('name', participant.identity, participant.name));
room.on(RoomEvent.Disconnected, (reason) => say('disconnected', reason));
room.registerTextStreamHandler('lk.chat', async (reader, from) => say('text', from.identity, await reader.readAll()));
await room.connect(url, token, { autoSubscribe: true, dynacast: false });
room.localParticipant.registerRpcMethod('triage', async (call) => `${call.payload} is urgent`);
say('connected', room.localParticipant.identity);

const publish = (track, source) => room.localParticipant.publishTrack(track, new TrackPublishOptions({ source }));
const picture = new VideoSource(width, height);
const sound = new AudioSource(rate, 1);
await publish(LocalVideoTrack.createVideoTrack('picture', picture), TrackSource.SOURCE_CAMERA);
await publish(LocalAudioTrack.createAudioTrack('sound', sound), TrackSource.SOURCE_MICROPHONE);
say('published');

let shade = 0;
const filming = setInterval(() => {
  shade = (shade + 5) % 256;
  picture.captureFrame(new VideoFrame(new Uint8Array(width * height * 4).fill(shade), width, height, VideoBufferType.RGBA));
}, 66);
let at = 0;
let left = false;
const sounding = (async () => {
  while (!left) {
    const frame = AudioFrame.create(rate, 1, rate / 100);
    frame.data.forEach((_, i) => (frame.data[i] = 8_000 * Math.sin((2 * Math.PI * 440 * at++) / rate)));
    await sound.captureFrame(frame);
  }
})();

for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'leave') {
    break;
  }
  const words = line.slice('say '.length);
  const bytes = new TextEncoder().encode(words);
  await room.localParticipant.sendText(words, { topic: 'lk.chat' });
  for (const reliable of [true, false]) {
    await room.localParticipant.publishData(bytes, { reliable, topic: 'vitals' });
  }
}
left = true;
clearInterval(filming);
await sounding;
await room.disconnect();
await dispose();
say('left');
process.exit(0);
