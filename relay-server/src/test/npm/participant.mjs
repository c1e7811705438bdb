// A participant that is no browser: publishes sound and pictures, waits for another's, talks with it over data, leaves.
// usage: node participant.mjs URL TOKEN NAME; prints one line of JSON with what it saw.
import {
  AudioFrame,
  AudioSource,
  AudioStream,
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

const ENOUGH_PICTURES = 20;
const ENOUGH_SOUNDS = 50;
const [WIDTH, HEIGHT, RATE] = [320, 240, 48000];
const [url, token, name] = process.argv.slice(2);
const seen = { pictures: 0, sounds: 0, loudest: 0, said: null, from: null };

const room = new Room();
room.on(RoomEvent.TrackSubscribed, (track, _publication, participant) => {
  seen.from = participant.identity;
  void (track.kind === TrackKind.KIND_VIDEO ? look(track) : listen(track));
});
room.on(RoomEvent.DataReceived, (payload, _participant, _kind, topic) => {
  if (topic === 'greeting') {
    seen.said = new TextDecoder().decode(payload);
  }
});

async function look(track) {
  for await (const { frame } of new VideoStream(track)) {
    if (frame.width > 0) {
      seen.pictures++;
    }
  }
}

async function listen(track) {
  for await (const frame of new AudioStream(track)) {
    seen.sounds++;
    seen.loudest = frame.data.reduce((most, sample) => Math.max(most, Math.abs(sample)), seen.loudest);
  }
}

await room.connect(url, token, { autoSubscribe: true, dynacast: false });

const camera = new VideoSource(WIDTH, HEIGHT);
const microphone = new AudioSource(RATE, 1);
await room.localParticipant.publishTrack(
  LocalVideoTrack.createVideoTrack('camera', camera),
  new TrackPublishOptions({ source: TrackSource.SOURCE_CAMERA }),
);
await room.localParticipant.publishTrack(
  LocalAudioTrack.createAudioTrack('microphone', microphone),
  new TrackPublishOptions({ source: TrackSource.SOURCE_MICROPHONE }),
);

let going = true;
async function show() {
  const pixels = new Uint8Array((WIDTH * HEIGHT * 3) / 2).fill(128);
  for (let n = 0; going; n++) {
    pixels.fill(n % 256, 0, WIDTH * HEIGHT);
    camera.captureFrame(new VideoFrame(pixels, WIDTH, HEIGHT, VideoBufferType.I420));
    await new Promise((done) => setTimeout(done, 66));
  }
}
async function hum() {
  const samples = new Int16Array(RATE / 100);
  for (let n = 0; going; ) {
    for (let i = 0; i < samples.length; i++, n++) {
      samples[i] = 8000 * Math.sin((2 * Math.PI * 440 * n) / RATE);
    }
    await microphone.captureFrame(new AudioFrame(samples, RATE, 1, samples.length));
  }
}
void show();
void hum();

// The other may still be on the way: said again until an answer is here. The parent ends us if none ever is.
const greeting = new TextEncoder().encode(`hello from ${name}`);
const complete = () => seen.pictures >= ENOUGH_PICTURES && seen.sounds >= ENOUGH_SOUNDS && seen.said !== null;
for (let after = 0; after < 10; after += complete() ? 1 : 0) {
  await room.localParticipant.publishData(greeting, { reliable: true, topic: 'greeting' });
  await new Promise((done) => setTimeout(done, 100));
}
going = false;
await room.disconnect();
console.log(JSON.stringify(seen));
await dispose();
process.exit(0);
