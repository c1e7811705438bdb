package org.consultrelay.relay.sfu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.consultrelay.relay.sfu.SfuFixture.AUDIO;
import static org.consultrelay.relay.sfu.SfuFixture.MILLI;
import static org.consultrelay.relay.sfu.SfuFixture.SECOND;
import static org.consultrelay.relay.sfu.SfuFixture.audio;
import static org.consultrelay.relay.sfu.SfuFixture.key;
import static org.consultrelay.relay.sfu.SfuFixture.packet;
import static org.consultrelay.relay.sfu.SfuFixture.send;
import static org.consultrelay.relay.sfu.SfuFixture.video;

import org.consultrelay.relay.rtp.Codec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is remembered of a connection. */
class LineRecordTest {
  private static final int OUT = 900;
  private static final int OUT_VIDEO = 700;

  private final SfuFixture sfu = new SfuFixture();
  private int number;

  @BeforeEach
  void open() {
    sfu.publisher.onOutletOpen(sfu.now);
    sfu.subscriber.onOutletOpen(sfu.now);
  }

  private void listen() {
    sfu.subscriber.subscribe(
        sfu.publisher.publish(audio(20, false)),
        new SendParameters("a", Codec.OPUS, AUDIO, -1, OUT, 0, false));
  }

  /** Sound, of which so many in a hundred packets do not come. */
  private void talk(int seconds, int lostPercent) {
    for (int i = 0; i < 50 * seconds; i++) {
      sfu.now += 20 * MILLI;
      number++;
      if (i % 100 >= lostPercent) {
        SfuFixture.In in = packet(number).of(AUDIO, 20);
        in.timestamp = number * 960;
        sfu.turn(in);
      }
      deadlines();
    }
  }

  private void deadlines() {
    if (sfu.publisher.deadline() <= sfu.now) {
      sfu.publisher.onDeadline(sfu.now);
    }
    if (sfu.subscriber.deadline() <= sfu.now) {
      sfu.subscriber.onDeadline(sfu.now);
    }
  }

  private void report(int cumulativeLost, int jitter) {
    sfu.rtcp(
        sfu.subscriber,
        writer -> {
          writer.receiverReport(1);
          writer.reportBlock(OUT, 0, cumulativeLost, 0, jitter, 0, 0);
        });
  }

  @Test
  void withoutMediaThereIsNothingToSay() {
    LineSummary summary = sfu.subscriber.summary();
    assertThat(summary.hasMedia()).isFalse();
    assertThat(summary.score()).isZero();
    assertThat(summary.lossInPercent()).isZero();
  }

  @Test
  void packetsAndLossAreCountedBothWays() {
    listen();
    talk(10, 4);
    report(25, 480);
    talk(2, 0);
    LineSummary in = sfu.publisher.summary();
    assertThat(in.packetsIn()).isBetween(540L, 600L);
    assertThat(in.lostIn()).as("those before the first are not known of").isEqualTo(16);
    assertThat(in.packetsOut()).isZero();
    LineSummary out = sfu.subscriber.summary();
    assertThat(out.packetsOut()).isBetween(530L, 580L);
    assertThat(out.lostOut()).as("those that never came here are no loss").isEqualTo(25 - 16);
    assertThat(out.packetsIn()).isZero();
    assertThat(out.jitterOutNanos()).isEqualTo(10 * MILLI);
    assertThat(out.lossOutPercent()).isCloseTo(100.0 * 9 / out.packetsOut(), within(1e-6));
  }

  @Test
  void aCountThatGoesDownAndUpAgainIsNoNewLoss() {
    listen();
    talk(2, 0);
    report(10, 0);
    assertThat(sfu.subscriber.takeLinkReport(sfu.now).downlinkLost()).isEqualTo(10);
    for (int reported : new int[] {4, 10, 7, 10}) {
      talk(1, 0);
      report(reported, 0);
      assertThat(sfu.subscriber.takeLinkReport(sfu.now).downlinkLost()).isZero();
    }
    report(12, 0);
    assertThat(sfu.subscriber.takeLinkReport(sfu.now).downlinkLost()).isEqualTo(2);
  }

  @Test
  void whatWasSentLastIsCountedWhenItEnds() {
    listen();
    talk(3, 0);
    sfu.subscriber.close();
    sfu.publisher.close();
    assertThat(sfu.subscriber.summary().packetsOut()).isEqualTo(150);
    assertThat(sfu.publisher.summary().packetsIn()).isEqualTo(150);
  }

  @Test
  void theScoreIsOfSpansAndTheWorstIsRemembered() {
    listen();
    talk(20, 0);
    float good = sfu.publisher.summary().score();
    assertThat(good).isEqualTo(OpinionScore.of(0, 0));
    talk(5, 30);
    talk(20, 0);
    LineSummary summary = sfu.publisher.summary();
    assertThat(summary.score()).isLessThan(good).isGreaterThan(3.5f);
    assertThat(summary.lowestScore()).isLessThan(3.2f);
  }

  @Test
  void aShortCallHasAScoreToo() {
    listen();
    talk(2, 0);
    sfu.publisher.close();
    assertThat(sfu.publisher.summary().score()).isEqualTo(OpinionScore.of(0, 0));
  }

  @Test
  void silenceHasNoScore() {
    listen();
    talk(10, 40);
    pause(10);
    float before = sfu.publisher.summary().score();
    pause(60);
    assertThat(sfu.publisher.summary().score()).isEqualTo(before);
  }

  private void pause(int seconds) {
    for (int i = 0; i < 10 * seconds; i++) {
      sfu.now += 100 * MILLI;
      deadlines();
    }
  }

  @Test
  void picturesAreTimedAndTheirFreezesToo() {
    sfu.subscriber.subscribe(
        sfu.publisher.publish(video(10, 11)), send(Codec.VP8, OUT_VIDEO, true));
    sfu.turn(key(1));
    for (int i = 2; i < 400; i++) {
      sfu.now += i == 200 ? 1_500 * MILLI : 33 * MILLI;
      sfu.turn(packet(i));
      deadlines();
    }
    LineSummary summary = sfu.subscriber.summary();
    assertThat(summary.freezes()).isEqualTo(1);
    assertThat(summary.freezeNanos()).isEqualTo(1_500 * MILLI);
    assertThat(summary.secondsAtSize()).hasSize(1);
    assertThat(summary.secondsAtSize().getFirst()).isBetween(12, 15);
    assertThat(summary.secondsStalled()).isZero();
  }

  @Test
  void aPictureThatDoesNotComeHasNoSize() {
    sfu.subscriber.subscribe(
        sfu.publisher.publish(video(10, 11)), send(Codec.VP8, OUT_VIDEO, true));
    sfu.turn(key(1));
    for (int i = 2; i < 150; i++) {
      sfu.now += 33 * MILLI;
      sfu.turn(packet(i));
      deadlines();
    }
    pause(60);
    assertThat(sfu.subscriber.summary().secondsAtSize().getFirst()).isBetween(4, 6);
  }

  @Test
  void theLineIsAsTheSubscriberSaysItIs() {
    listen();
    talk(1, 0);
    for (int i = 0; i < 10; i++) {
      int kilobits = i == 4 ? 150 : 250;
      sfu.rtcp(sfu.subscriber, writer -> writer.remb(1, kilobits * 1_000L, new int[] {OUT}, 1));
      talk(1, 0);
    }
    LineSummary summary = sfu.subscriber.summary();
    assertThat(summary.lineBits()).isCloseTo(250_000, within(25_000L));
    assertThat(summary.lowestLineBits()).isCloseTo(150_000, within(15_000L));
    assertThat(sfu.now).isGreaterThan(SECOND);
  }
}
