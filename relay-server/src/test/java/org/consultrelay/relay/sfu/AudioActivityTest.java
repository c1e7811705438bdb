package org.consultrelay.relay.sfu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Who speaks, by the levels of their packets. */
class AudioActivityTest {
  private static final long WINDOW = 400_000_000L;
  private static final int PACKETS = 20;

  private final AudioActivity activity = new AudioActivity();
  private int timestamp;

  /** A window of packets of 20 ms, the first so many of them as loud as that. */
  private float window(int loud, int level) {
    for (int i = 0; i < PACKETS; i++) {
      timestamp += 960;
      activity.observe(i < loud ? level : 127, timestamp);
    }
    return activity.take(WINDOW);
  }

  @Test
  void twoFifthsOfAWindowAreSpeech() {
    assertThat(window(7, 20)).isZero();
    assertThat(window(8, 20)).isPositive();
  }

  @Test
  void whatIsQuieterThanTheThresholdIsNone() {
    assertThat(window(20, 36)).isZero();
    assertThat(window(20, 35)).isPositive();
  }

  @Test
  void theLevelComesInEighthsAndRisesWithLoudness() {
    float before = 0;
    for (int level = 35; level >= 0; level -= 5) {
      AudioActivity fresh = new AudioActivity();
      for (int i = 0; i < PACKETS; i++) {
        fresh.observe(level, i * 960);
      }
      float now = fresh.take(WINDOW);
      assertThat(now * 8).isEqualTo((float) Math.ceil(now * 8));
      assertThat(now).isBetween(before, 1f);
      before = now;
    }
    assertThat(before).isEqualTo(1);
  }

  @Test
  void silenceEndsIt() {
    assertThat(window(20, 0)).isEqualTo(1);
    int windows = 0;
    while (window(0, 0) > 0) {
      assertThat(++windows).isLessThan(10);
    }
  }

  @Test
  void nothingAtAllIsSilenceToo() {
    window(20, 10);
    for (int i = 0; i < 10; i++) {
      activity.take(WINDOW);
    }
    assertThat(activity.take(WINDOW)).isZero();
  }

  @Test
  void doubledAndLatePacketsDoNotCountTwice() {
    for (int i = 0; i < 7; i++) {
      activity.observe(10, i * 960);
      activity.observe(10, i * 960);
      activity.observe(10, (i - 3) * 960);
    }
    assertThat(activity.take(WINDOW)).isZero();
  }

  @Test
  void aJumpOfTheClockIsOnePacket() {
    activity.observe(10, 0);
    activity.observe(10, 1_000_000);
    assertThat(activity.take(WINDOW)).isZero();
  }
}
