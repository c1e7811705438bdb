/* A made-up picture and a tone nobody hears, to measure the line with: the camera is not needed for that. */

const WIDTH = 640;
const HEIGHT = 360;
const FRAMES_PER_SECOND = 20;

export function lineSource() {
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const paint = canvas.getContext('2d');
  const noise = paint.createImageData(WIDTH, HEIGHT / 2);
  const draw = () => {
    // Noise cannot be compressed: the encoder sends as much as the line takes.
    const pixels = new Uint32Array(noise.data.buffer);
    for (let i = 0; i < pixels.length; i++) {
      pixels[i] = 0xff000000 | (Math.random() * 0xffffff);
    }
    paint.putImageData(noise, 0, (Math.random() * HEIGHT) / 2);
  };
  draw();
  const timer = setInterval(draw, 1000 / FRAMES_PER_SECOND);
  const context = new AudioContext();
  const tone = context.createOscillator();
  const sink = context.createMediaStreamDestination();
  tone.connect(sink);
  tone.start();
  const stream = canvas.captureStream(FRAMES_PER_SECOND);
  stream.addTrack(sink.stream.getAudioTracks()[0]);
  return {
    stream,
    stop() {
      clearInterval(timer);
      stream.getTracks().forEach((track) => track.stop());
      void context.close();
    },
  };
}
