// A microphone that hears somebody who does not stop: Chromium's own beeps once a second.
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (constraints) => {
  const stream = await open(constraints);
  if (constraints.audio) {
    const context = new AudioContext();
    await context.resume();
    const tone = context.createOscillator();
    const out = context.createMediaStreamDestination();
    tone.connect(out);
    tone.start();
    stream.getAudioTracks().forEach((track) => stream.removeTrack(track));
    stream.addTrack(out.stream.getAudioTracks()[0]);
  }
  return stream;
};
