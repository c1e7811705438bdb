package org.consultrelay.relay.sfu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.consultrelay.relay.sfu.SfuFixture.MILLI;
import static org.consultrelay.relay.sfu.SfuFixture.RTX;
import static org.consultrelay.relay.sfu.SfuFixture.SECOND;
import static org.consultrelay.relay.sfu.SfuFixture.VIDEO;
import static org.consultrelay.relay.sfu.SfuFixture.key;
import static org.consultrelay.relay.sfu.SfuFixture.packet;
import static org.consultrelay.relay.sfu.SfuFixture.send;
import static org.consultrelay.relay.sfu.SfuFixture.video;

import java.util.List;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.rtp.RtpPacket;
import org.consultrelay.relay.rtp.RtxPayload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubscriptionTest {
  private static final int OUT = 500;

  private final SfuFixture sfu = new SfuFixture();
  private final Publication track = sfu.publisher.publish(video(10, 11));

  private Subscription subscribe(boolean rtx) {
    return sfu.subscriber.subscribe(track, send(Codec.VP8, OUT, rtx));
  }

  private int[] outNumbers() {
    return sfu.down.rtp.stream().mapToInt(sent -> sent.rtp().sequenceNumber()).toArray();
  }

  private List<Integer> lastBytes() {
    return sfu.down.rtp.stream().map(sent -> sent.bytes()[sent.bytes().length - 1] & 0xFF).toList();
  }

  @Test
  void startsAtAKeyFrameAndAsksForOne() {
    subscribe(true);
    sfu.turn(packet(1), packet(2));
    assertThat(sfu.down.rtp).isEmpty();
    assertThat(sfu.up.count("PLI")).isEqualTo(1);
    sfu.turn(key(3), packet(4));
    assertThat(lastBytes()).containsExactly(3, 4);
    int[] numbers = outNumbers();
    assertThat(numbers[1]).isEqualTo(numbers[0] + 1);
    assertThat(sfu.down.last().rtp().payloadType()).isEqualTo(102);
    assertThat(sfu.down.last().rtp().ssrc()).isEqualTo(OUT);
  }

  @Test
  void aPausedOneGoesOnAtAKeyFrameWithoutAGap() {
    Subscription subscription = subscribe(true);
    sfu.turn(key(1), packet(2));
    subscription.setPaused(true, sfu.now);
    sfu.turn(packet(3), packet(4));
    assertThat(lastBytes()).containsExactly(1, 2);
    sfu.now += SECOND;
    long asked = sfu.up.count("PLI");
    subscription.setPaused(false, sfu.now);
    assertThat(sfu.up.count("PLI")).isEqualTo(asked + 1);
    sfu.turn(packet(5));
    assertThat(lastBytes()).as("nothing to decode it with").containsExactly(1, 2);
    sfu.turn(key(6), packet(7));
    assertThat(lastBytes()).containsExactly(1, 2, 6, 7);
    int first = outNumbers()[0];
    assertThat(outNumbers()).containsExactly(first, first + 1, first + 2, first + 3);
    // The same source: its timestamps say how much time has passed.
    int passed = sfu.down.rtp.get(2).rtp().timestamp() - sfu.down.rtp.get(1).rtp().timestamp();
    assertThat(passed).isEqualTo(400);
  }

  @Test
  void whatIsHeldBackReachesNobodyAndGoesOnAtAKeyFrameWithoutAGap() {
    Subscription subscription = subscribe(true);
    sfu.turn(key(1), packet(2));
    track.hold(true, sfu.now);
    sfu.turn(packet(3), key(4), packet(5));
    assertThat(lastBytes()).containsExactly(1, 2);
    // Whatever the subscriber does about it.
    subscription.setPaused(true, sfu.now);
    subscription.setPaused(false, sfu.now);
    sfu.subscriber.subscribe(track, send(Codec.VP8, OUT + 10, true));
    sfu.turn(key(6), packet(7));
    assertThat(lastBytes()).containsExactly(1, 2);
    sfu.now += SECOND;
    long asked = sfu.up.count("PLI");
    track.hold(false, sfu.now);
    assertThat(sfu.up.count("PLI")).isEqualTo(asked + 1);
    sfu.turn(packet(8));
    assertThat(lastBytes()).as("nothing to decode it with").containsExactly(1, 2);
    sfu.down.rtp.clear();
    sfu.turn(key(9), packet(10));
    assertThat(sfu.down.rtp.stream().filter(sent -> sent.rtp().ssrc() == OUT)).hasSize(2);
    assertThat(sfu.down.rtp.stream().filter(sent -> sent.rtp().ssrc() == OUT + 10)).hasSize(2);
  }

  @Test
  void numbersGoOnAfterWhatWasHeldBack() {
    subscribe(true);
    sfu.turn(key(1), packet(2));
    track.hold(true, sfu.now);
    sfu.turn(packet(3), packet(4));
    track.hold(false, sfu.now);
    sfu.turn(key(6), packet(7));
    assertThat(lastBytes()).containsExactly(1, 2, 6, 7);
    int first = outNumbers()[0];
    assertThat(outNumbers()).containsExactly(first, first + 1, first + 2, first + 3);
    assertThat(sfu.pool.available() + 4).as("what is kept").isEqualTo(sfu.pool.slots());
  }

  @Test
  void aKeyFrameWhoseBeginComesLateBringsTheRestOfItAlong() {
    subscribe(true);
    sfu.turn(packet(2), packet(3));
    sfu.turn(packet(5), key(1), packet(4));
    assertThat(lastBytes()).containsExactly(1, 2, 3, 5, 4);
    int first = outNumbers()[0];
    assertThat(outNumbers()).containsExactly(first, first + 1, first + 2, first + 4, first + 3);
  }

  @Test
  void answersANackWithRtx() {
    subscribe(true);
    sfu.turn(key(7), packet(8), packet(9));
    FakeOutlet.Sent original = sfu.down.rtp.get(1);
    int[] numbers = outNumbers();
    sfu.nack(OUT, numbers[1]);
    FakeOutlet.Sent again = sfu.down.last();
    RtpPacket rtp = again.rtp();
    assertThat(rtp.ssrc()).isEqualTo(OUT + 1);
    assertThat(rtp.payloadType()).isEqualTo(103);
    assertThat(rtp.timestamp()).isEqualTo(original.rtp().timestamp());
    assertThat(RtxPayload.originalSequenceNumber(rtp)).isEqualTo(numbers[1]);
    assertThat(again.payload()).endsWith(original.payload()).hasSize(original.payload().length + 2);
    assertThat(sfu.counters.retransmitted).isEqualTo(1);
    // Another one goes under the next number of its own.
    sfu.nack(OUT, numbers[2]);
    assertThat(sfu.down.last().index()).isEqualTo(again.index() + 1);
  }

  @Test
  void withoutRtxTheVerySameBytesGoAgain() {
    Subscription subscription = subscribe(false);
    SfuFixture.In in = packet(8);
    in.level = 3;
    in.transportNumber = 4;
    in.marker = true;
    sfu.turn(key(7), in);
    FakeOutlet.Sent original = sfu.down.last();
    sfu.now += SECOND / 2;
    sfu.nack(OUT, outNumbers()[1]);
    FakeOutlet.Sent again = sfu.down.last();
    assertThat(sfu.down.rtp).hasSize(3);
    assertThat(again.bytes()).isEqualTo(original.bytes());
    assertThat(again.index()).isEqualTo(original.index());
    assertThat(subscription.sender().packets()).as("retransmissions not among them").isEqualTo(2);
  }

  @Test
  void doesNotSendAgainWhatIsStillOnItsWay() {
    subscribe(true);
    sfu.turn(key(7), packet(8));
    int number = outNumbers()[1];
    sfu.nack(OUT, number);
    sfu.now += 19 * MILLI;
    sfu.nack(OUT, number);
    assertThat(sfu.counters.retransmitted).isEqualTo(1);
    sfu.now += 2 * MILLI;
    sfu.nack(OUT, number);
    assertThat(sfu.counters.retransmitted).isEqualTo(2);
  }

  @Test
  void missesWhatWasNeverSentOrIsTooOld() {
    subscribe(true);
    sfu.turn(key(7), packet(8));
    int number = outNumbers()[0];
    sfu.nack(OUT, number - 1, number + 2);
    assertThat(sfu.counters.retransmissionMisses).isEqualTo(2);
    sfu.now += 2 * SECOND;
    sfu.turn(packet(9));
    sfu.nack(OUT, number);
    assertThat(sfu.counters.retransmissionMisses).isEqualTo(3);
    assertThat(sfu.counters.retransmitted).isZero();
  }

  @Test
  void whoAsksForEverythingAgainAndAgainGetsItOnce() {
    subscribe(true);
    sfu.turn(key(1));
    for (int i = 2; i <= 300; i++) {
      sfu.turn(packet(i));
    }
    int first = outNumbers()[0];
    for (int round = 0; round < 10; round++) {
      sfu.now += 25 * MILLI;
      for (int i = 0; i < 300; i++) {
        sfu.nack(OUT, first + i & 0xFFFF);
      }
    }
    assertThat(sfu.counters.retransmitted).isBetween(300L, 364L);
    assertThat(sfu.counters.retransmissionsRefused).isPositive();
  }

  @Test
  void leavesPaddingOutAndClosesTheGap() {
    subscribe(true);
    sfu.turn(key(1), packet(2).paddingOnly(), packet(3).paddingOnly(), packet(4));
    int first = outNumbers()[0];
    assertThat(outNumbers()).containsExactly(first, first + 1);
    assertThat(sfu.counters.droppedPaddingOnly).isEqualTo(2);
  }

  @Test
  void latePaddingFillsTheNumberThatWasKeptForIt() {
    subscribe(true);
    sfu.turn(key(1), packet(3));
    sfu.turn(packet(2).paddingOnly());
    int first = outNumbers()[0];
    assertThat(outNumbers()).containsExactly(first, first + 2, first + 1);
    assertThat(sfu.down.last().rtp().payloadLength()).isZero();
    assertThat(sfu.down.last().rtp().paddingLength()).isZero();
    // And can be sent again as any other.
    sfu.now += 30 * MILLI;
    sfu.nack(OUT, first + 1 & 0xFFFF);
    assertThat(sfu.counters.retransmitted).isEqualTo(1);
    assertThat(sfu.down.last().payload()).hasSize(2);
  }

  @Test
  void numbersAndTimeGoOnWhenThePublisherChangesItsSsrc() {
    Publication any =
        sfu.publisher.publish(new ReceiveParameters("7", Codec.VP8, VIDEO, RTX, 0, 0, true, true));
    sfu.subscriber.subscribe(any, send(Codec.VP8, 900, true));
    SfuFixture.In one = key(40_000).of(VIDEO, 70).mid("7");
    one.timestamp = 123_456;
    sfu.turn(one);
    sfu.now += 40 * MILLI;
    SfuFixture.In two = packet(3).of(VIDEO, 71).mid("7");
    sfu.turn(two);
    assertThat(sfu.down.rtp).as("waits for a key frame of the new stream").hasSize(1);
    sfu.now += 60 * MILLI;
    SfuFixture.In three = key(4).of(VIDEO, 71).mid("7");
    three.timestamp = -5_000;
    SfuFixture.In four = packet(5).of(VIDEO, 71);
    four.timestamp = -5_000 + 3_600;
    sfu.turn(three, four);
    List<FakeOutlet.Sent> sent = sfu.down.rtp;
    assertThat(sent.get(1).index()).isEqualTo(sent.get(0).index() + 1);
    assertThat(sent.get(2).index()).isEqualTo(sent.get(0).index() + 2);
    assertThat(sent.get(1).rtp().timestamp()).isEqualTo(123_456 + 9_000);
    assertThat(sent.get(2).rtp().timestamp()).isEqualTo(123_456 + 12_600);
    // What is sent again has the same time.
    sfu.nack(900, sent.get(2).rtp().sequenceNumber());
    assertThat(sfu.down.last().rtp().timestamp()).isEqualTo(123_456 + 12_600);
    // What the old stream sent can no longer be asked for: its numbers are another stream's.
    sfu.nack(900, sent.get(0).rtp().sequenceNumber());
    assertThat(sfu.counters.retransmitted).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void countsRollOversOfItsNumbers(boolean rtx) {
    subscribe(rtx);
    sfu.turn(key(1));
    long first = sfu.down.last().index();
    int source = 1;
    // Jumps of the source are kept: three of them go round.
    for (int i = 0; i < 5; i++) {
      source += 30_000;
      sfu.turn(packet(source & 0xFFFF));
      assertThat(sfu.down.last().index()).isEqualTo(first + source - 1);
    }
    sfu.now += 30 * MILLI;
    sfu.nack(OUT, (int) sfu.down.last().index() & 0xFFFF);
    assertThat(sfu.counters.retransmitted).isEqualTo(1);
    if (!rtx) {
      assertThat(sfu.down.last().index()).isEqualTo(first + source - 1);
    }
  }

  @Test
  void sendsNothingWhileClosedOrOver() {
    Subscription subscription = subscribe(true);
    sfu.turn(key(1));
    int number = outNumbers()[0];
    sfu.down.open = false;
    sfu.turn(packet(2));
    sfu.nack(OUT, number);
    assertThat(sfu.down.rtp).hasSize(1);
    sfu.down.open = true;
    sfu.turn(packet(3));
    assertThat(outNumbers()[1]).isEqualTo(number + 2);
    sfu.nack(OUT, number + 1);
    assertThat(lastBytes()).as("what could not be sent, sent again").containsExactly(1, 3, 2);
    subscription.close();
    subscription.close();
    sfu.turn(packet(4));
    sfu.nack(OUT, number);
    assertThat(sfu.down.rtp).hasSize(3);
    assertThat(track.subscriptionCount()).isZero();
  }

  @Test
  void anSsrcIsNeverUsedTwice() {
    subscribe(true).close();
    assertThatThrownBy(() -> subscribe(true)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> sfu.subscriber.subscribe(track, send(Codec.VP8, OUT + 1, false)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(track.subscriptionCount()).isZero();
  }

  @Test
  void asksForAKeyFrameWhenTheSubscriberDoes() {
    subscribe(true);
    sfu.turn(key(1));
    sfu.rtcp(sfu.subscriber, writer -> writer.pli(1, OUT));
    assertThat(sfu.up.count("PLI")).isEqualTo(1);
    sfu.now += SECOND;
    sfu.rtcp(sfu.subscriber, writer -> writer.fir(1, OUT, 0));
    assertThat(sfu.up.count("PLI")).isEqualTo(2);
    sfu.rtcp(sfu.subscriber, writer -> writer.pli(1, 4_711));
    assertThat(sfu.counters.keyFrameRequestsReceived).isEqualTo(2);
  }
}
