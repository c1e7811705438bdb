package org.consultrelay.relay.signal.whip;

import dev.onvoid.webrtc.media.audio.CustomAudioSource;
import dev.onvoid.webrtc.media.video.CustomVideoSource;
import dev.onvoid.webrtc.media.video.NativeI420Buffer;
import dev.onvoid.webrtc.media.video.VideoFrame;
import java.nio.ByteBuffer;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A moving picture of 320 by 240 at 30 frames a second, and a tone of 440 Hz. */
final class TestSignal implements AutoCloseable {
  private static final int WIDTH = 320;
  private static final int HEIGHT = 240;
  private static final int SAMPLE_RATE = 48_000;
  private static final int SAMPLES = SAMPLE_RATE / 100;

  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final CustomVideoSource camera;
  private final CustomAudioSource microphone;
  private final byte[] tone = new byte[SAMPLES * 2];
  private final ScheduledFuture<?> showing;
  private final ScheduledFuture<?> sounding;
  private int picture;
  private long sample;

  /** Begins at once. */
  TestSignal(CustomVideoSource camera, CustomAudioSource microphone) {
    this.camera = camera;
    this.microphone = microphone;
    this.showing = clock.scheduleAtFixedRate(this::show, 0, 33, TimeUnit.MILLISECONDS);
    this.sounding = clock.scheduleAtFixedRate(this::sound, 0, 10, TimeUnit.MILLISECONDS);
  }

  private void show() {
    NativeI420Buffer buffer = NativeI420Buffer.allocate(WIDTH, HEIGHT);
    ByteBuffer luma = buffer.getDataY();
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        luma.put(y * buffer.getStrideY() + x, (byte) (x + y + 3 * picture));
      }
    }
    fill(buffer.getDataU(), HEIGHT / 2 * buffer.getStrideU());
    fill(buffer.getDataV(), HEIGHT / 2 * buffer.getStrideV());
    picture++;
    VideoFrame frame = new VideoFrame(buffer, System.nanoTime());
    camera.pushFrame(frame);
    frame.release();
  }

  private static void fill(ByteBuffer plane, int bytes) {
    for (int i = 0; i < bytes; i++) {
      plane.put(i, (byte) 128);
    }
  }

  private void sound() {
    for (int i = 0; i < SAMPLES; i++) {
      short value = (short) (10_000 * Math.sin(2 * Math.PI * 440 * sample++ / SAMPLE_RATE));
      tone[2 * i] = (byte) value;
      tone[2 * i + 1] = (byte) (value >> 8);
    }
    microphone.pushAudio(tone, 16, SAMPLE_RATE, 1, SAMPLES);
  }

  @Override
  public void close() {
    showing.cancel(false);
    sounding.cancel(false);
    clock.close();
  }
}
