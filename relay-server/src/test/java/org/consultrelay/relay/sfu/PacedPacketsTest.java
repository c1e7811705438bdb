package org.consultrelay.relay.sfu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.sfu.SfuFixture.AUDIO;
import static org.consultrelay.relay.sfu.SfuFixture.MILLI;
import static org.consultrelay.relay.sfu.SfuFixture.RTX;
import static org.consultrelay.relay.sfu.SfuFixture.VIDEO;
import static org.consultrelay.relay.sfu.SfuFixture.audio;
import static org.consultrelay.relay.sfu.SfuFixture.key;
import static org.consultrelay.relay.sfu.SfuFixture.packet;
import static org.consultrelay.relay.sfu.SfuFixture.send;

import java.util.Arrays;
import java.util.List;
import org.consultrelay.relay.rtp.Codec;
import org.junit.jupiter.api.Test;

/** A burst of video does not fall on a narrow line at once, and sound does not wait behind it. */
class PacedPacketsTest {
  private static final int PICTURE = 500;
  private static final int SOUND = 600;
  private static final int BURST = 30;
  private static final List<SimulcastStream> STREAMS =
      List.of(
          new SimulcastStream("q", 10, 11, 320, 180, 150_000),
          new SimulcastStream("f", 20, 21, 1_280, 720, 1_700_000));

  private final SfuFixture sfu = new SfuFixture();
  private final Publication picture =
      sfu.publisher.publish(
          new ReceiveParameters(
              "1", Codec.VP8, VIDEO, RTX, -1, 0, 0, true, true, STREAMS, List.of(), false));
  private final Publication sound = sfu.publisher.publish(audio(30, false));

  private void call(long bitsPerSecond) {
    sfu.subscriber.subscribe(picture, send(Codec.VP8, PICTURE, true)).onOutletOpen(sfu.now);
    sfu.subscriber.subscribe(sound, send(Codec.OPUS, SOUND, false));
    sfu.turn(key(1).of(VIDEO, 10), key(1).of(VIDEO, 20));
    sfu.rtcp(sfu.subscriber, writer -> writer.remb(1, bitsPerSecond, new int[] {PICTURE}, 1));
    sfu.subscriber.onDeadline(sfu.now);
    sfu.turn(key(2).of(VIDEO, 10));
    sfu.now += 50 * MILLI;
    sfu.down.rtp.clear();
  }

  private void burst(int ssrc) {
    for (int i = 0; i < BURST; i++) {
      SfuFixture.In in = packet(3 + i).of(VIDEO, ssrc);
      in.payload = new byte[1_000];
      Arrays.fill(in.payload, (byte) (3 + i));
      in.payload[0] = 0;
      sfu.receive(in);
    }
    sfu.receive(packet(1).of(AUDIO, 30));
    sfu.turn.end(sfu.now);
  }

  private long count(int ssrc) {
    return sfu.down.rtp.stream().filter(sent -> sent.ssrc() == ssrc).count();
  }

  @Test
  void aBurstIsSpreadOnANarrowLine() {
    call(400_000);
    burst(10);
    assertThat(count(PICTURE)).as("some at once").isBetween(1L, 4L);
    assertThat(count(SOUND)).as("sound does not wait").isEqualTo(1);
    long start = sfu.now;
    while (count(PICTURE) < BURST) {
      sfu.now += 5 * MILLI;
      long before = count(PICTURE);
      sfu.subscriber.onDeadline(sfu.now);
      assertThat(count(PICTURE) - before).as("no burst").isLessThanOrEqualTo(8);
      assertThat(sfu.now - start).as("all in time").isLessThan(400 * MILLI);
    }
    assertThat(sfu.now - start).as("spread").isGreaterThan(100 * MILLI);
    List<FakeOutlet.Sent> sent =
        sfu.down.rtp.stream().filter(each -> each.ssrc() == PICTURE).toList();
    for (int i = 0; i < BURST; i++) {
      assertThat(sent.get(i).index()).isEqualTo(sent.getFirst().index() + i);
      assertThat(sent.get(i).payload()[999]).isEqualTo((byte) (3 + i));
    }
    assertThat(sfu.subscriber.deadline()).isGreaterThan(sfu.now);
  }

  @Test
  void aBurstLeavesAtOnceWhereTheLineCarriesAll() {
    call(10_000_000);
    sfu.subscriber.onDeadline(sfu.now);
    sfu.turn(key(2).of(VIDEO, 20));
    sfu.down.rtp.clear();
    burst(20);
    assertThat(count(PICTURE)).isEqualTo(BURST);
  }

  @Test
  void whatWaitsIsNoHole() {
    call(400_000);
    burst(10);
    assertThat(count(PICTURE)).as("most wait").isLessThan(5);
    report(4);
    assertThat(sfu.subscriber.takeLinkReport(sfu.now).downlinkLost()).isEqualTo(4);
    while (count(PICTURE) < BURST) {
      sfu.now += 5 * MILLI;
      sfu.subscriber.onDeadline(sfu.now);
    }
    report(5);
    assertThat(sfu.subscriber.takeLinkReport(sfu.now).downlinkLost()).isEqualTo(1);
  }

  private void report(int cumulativeLost) {
    sfu.rtcp(
        sfu.subscriber,
        writer -> {
          writer.receiverReport(1);
          writer.reportBlock(PICTURE, 0, cumulativeLost, 0, 0, 0, 0);
        });
  }

  @Test
  void whatWaitsForOneWhoHasLeftIsNotSent() {
    call(400_000);
    burst(10);
    long sent = count(PICTURE);
    sfu.subscriber.close();
    sfu.now += 100 * MILLI;
    sfu.subscriber.onDeadline(sfu.now);
    assertThat(count(PICTURE)).isEqualTo(sent);
  }
}
