package org.consultrelay.relay.sfu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.sfu.SfuFixture.AUDIO;
import static org.consultrelay.relay.sfu.SfuFixture.MILLI;
import static org.consultrelay.relay.sfu.SfuFixture.SECOND;
import static org.consultrelay.relay.sfu.SfuFixture.audio;
import static org.consultrelay.relay.sfu.SfuFixture.key;
import static org.consultrelay.relay.sfu.SfuFixture.packet;
import static org.consultrelay.relay.sfu.SfuFixture.video;

import java.util.Arrays;
import org.consultrelay.relay.rtp.NtpTime;
import org.consultrelay.relay.rtp.RtcpReader;
import org.consultrelay.relay.rtp.RtcpType;
import org.junit.jupiter.api.Test;

class LayerTest {
  private final SfuFixture sfu = new SfuFixture();
  private final Publication track = sfu.publisher.publish(video(10, 11));

  private void deadline(long now) {
    sfu.now = now;
    sfu.publisher.onDeadline(now);
  }

  private int[] nacked() {
    for (int i = sfu.up.rtcp.size() - 1; i >= 0; i--) {
      RtcpReader reader = FakeOutlet.reader(sfu.up.rtcp.get(i));
      while (reader.next()) {
        if (reader.type() == RtcpType.NACK) {
          int[] numbers = new int[100];
          return Arrays.copyOf(numbers, reader.nackSequences(numbers));
        }
      }
    }
    return new int[0];
  }

  @Test
  void asksForAKeyFrameAtMostEveryHalfSecond() {
    sfu.turn(packet(1));
    for (int i = 0; i < 10; i++) {
      track.requestKeyFrame(0, sfu.now + 40L * i * MILLI);
    }
    assertThat(sfu.up.count("PLI")).isEqualTo(1);
    long due = sfu.now + Layer.KEY_FRAME_INTERVAL_NANOS;
    assertThat(sfu.publisher.deadline()).isEqualTo(due);
    deadline(due - 1);
    assertThat(sfu.up.count("PLI")).isEqualTo(1);
    // What was asked for meanwhile is not forgotten.
    deadline(due);
    assertThat(sfu.up.count("PLI")).isEqualTo(2);
    sfu.turn(key(2));
    deadline(due + SECOND);
    assertThat(sfu.up.count("PLI")).as("it has come").isEqualTo(2);
    assertThat(sfu.publisher.deadline()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void asksForAKeyFrameOnceItCanWhenNothingCanBeSent() {
    sfu.turn(packet(1));
    sfu.up.open = false;
    track.requestKeyFrame(0, sfu.now);
    assertThat(sfu.publisher.deadline()).as("nothing can be done").isEqualTo(Long.MAX_VALUE);
    deadline(sfu.now + SECOND);
    assertThat(sfu.up.rtcp).isEmpty();
    sfu.up.open = true;
    assertThat(sfu.publisher.deadline()).isLessThanOrEqualTo(sfu.now);
    deadline(sfu.now + MILLI);
    assertThat(sfu.up.count("PLI")).isEqualTo(1);
  }

  @Test
  void asksForWhatIsMissingAfterAWait() {
    sfu.turn(key(1), packet(3), packet(5));
    assertThat(sfu.rescheduled).isEqualTo(sfu.now + 5 * MILLI);
    deadline(sfu.now + 4 * MILLI);
    assertThat(nacked()).isEmpty();
    sfu.turn(packet(2));
    deadline(sfu.now + 2 * MILLI);
    assertThat(nacked()).containsExactly(4);
    assertThat(sfu.counters.nackSent).isEqualTo(1);
    sfu.turn(packet(4));
    deadline(sfu.now + SECOND);
    assertThat(sfu.counters.nackSent).isEqualTo(1);
  }

  @Test
  void wantsAKeyFrameAtOnceAfterAGapTooLargeToAskFor() {
    sfu.turn(key(1), packet(1_000));
    deadline(sfu.publisher.deadline());
    assertThat(nacked()).isEmpty();
    assertThat(sfu.up.count("PLI")).isEqualTo(1);
  }

  @Test
  void wantsAKeyFrameWhenSomethingIsGivenUp() {
    sfu.turn(key(1), packet(3));
    for (int i = 0; i < 100; i++) {
      deadline(sfu.now + 20 * MILLI);
    }
    assertThat(sfu.counters.nackSent).isBetween(5L, 10L);
    // Once when it was given up, then every half second until one comes.
    assertThat(sfu.up.count("PLI")).isBetween(1L, 3L);
  }

  @Test
  void audioIsAskedForAgainToo() {
    sfu.publisher.publish(audio(20, true));
    sfu.turn(packet(1).of(AUDIO, 20), packet(3).of(AUDIO, 20));
    deadline(sfu.now + 5 * MILLI);
    assertThat(nacked()).containsExactly(2);
    for (int i = 0; i < 100; i++) {
      deadline(sfu.now + 20 * MILLI);
    }
    sfu.turn(packet(2_000).of(AUDIO, 20));
    deadline(sfu.now + SECOND);
    assertThat(sfu.up.count("PLI")).as("there are no key frames in audio").isZero();
  }

  @Test
  void takesEachPacketOnce() {
    sfu.turn(key(1), packet(2), packet(2), packet(1));
    assertThat(sfu.counters.received).isEqualTo(2);
    assertThat(sfu.counters.droppedDuplicate).isEqualTo(2);
    assertThat(sfu.slotsOut()).isEqualTo(2);
    sfu.publisher.close();
    assertThat(sfu.slotsOut()).isZero();
  }

  @Test
  void leavesAnEighthOfTheSlotsToReceiving() {
    int all = sfu.pool.slots();
    int taken = 0;
    while (sfu.pool.available() > all / 8 + 10) {
      sfu.pool.claim();
      taken++;
    }
    sfu.turn(key(1));
    for (int i = 2; i <= 40; i++) {
      sfu.turn(packet(i));
    }
    assertThat(all - taken - sfu.pool.available()).isBetween(5, 11);
    assertThat(sfu.counters.storeRefusals).isBetween(29L, 35L);
    assertThat(sfu.counters.received).isEqualTo(40);
  }

  @Test
  void knowsThePublishersClockBetweenItsReports() {
    sfu.turn(key(1));
    long ntp = NtpTime.ofEpochNanos(1_700_000_000_250_000_000L);
    sfu.rtcp(sfu.publisher, writer -> writer.senderReport(10, ntp, 900_000, 1, 1));
    Layer layer = sfu.publisher.layers().getFirst();
    long later = sfu.now + 1_900 * MILLI;
    assertThat(NtpTime.toEpochNanos(layer.ntpAt(later)))
        .isBetween(1_700_000_002_149_999_990L, 1_700_000_002_150_000_000L);
    assertThat(layer.timestampAt(later)).isEqualTo(900_000 + 171_000);
  }
}
