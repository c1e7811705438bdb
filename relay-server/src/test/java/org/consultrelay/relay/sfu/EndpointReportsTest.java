package org.consultrelay.relay.sfu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.sfu.SfuFixture.AUDIO;
import static org.consultrelay.relay.sfu.SfuFixture.MILLI;
import static org.consultrelay.relay.sfu.SfuFixture.SECOND;
import static org.consultrelay.relay.sfu.SfuFixture.audio;
import static org.consultrelay.relay.sfu.SfuFixture.key;
import static org.consultrelay.relay.sfu.SfuFixture.packet;
import static org.consultrelay.relay.sfu.SfuFixture.send;
import static org.consultrelay.relay.sfu.SfuFixture.video;

import java.nio.charset.StandardCharsets;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.rtp.NtpTime;
import org.consultrelay.relay.rtp.RtcpReader;
import org.consultrelay.relay.rtp.RtcpType;
import org.junit.jupiter.api.Test;

class EndpointReportsTest {
  private static final long NTP = NtpTime.ofEpochNanos(1_700_000_000_000_000_000L);

  private final SfuFixture sfu = new SfuFixture();
  private final Publication picture = sfu.publisher.publish(video(10, 11));
  private final Publication sound = sfu.publisher.publish(audio(20, false));

  private void at(MediaEndpoint endpoint, long now) {
    sfu.now = now;
    endpoint.onDeadline(now);
  }

  private void call() {
    sfu.subscriber.subscribe(picture, send(Codec.VP8, 500, true));
    sfu.subscriber.subscribe(sound, send(Codec.OPUS, 600, false));
    sfu.publisher.onOutletOpen(sfu.now);
    sfu.subscriber.onOutletOpen(sfu.now);
    sfu.turn(key(1), packet(2), packet(4), packet(9).of(AUDIO, 20));
    sfu.rtcp(
        sfu.publisher,
        writer -> {
          writer.senderReport(10, NTP, 90_000, 1, 1);
          writer.senderReport(20, NTP, 48_000, 1, 1);
        });
  }

  @Test
  void aSubscriberGetsASenderReportOfEachTrack() {
    call();
    at(sfu.subscriber, sfu.now + SECOND / 2 - 1);
    assertThat(sfu.down.rtcp).isEmpty();
    assertThat(sfu.subscriber.deadline()).isEqualTo(sfu.now + 1);
    at(sfu.subscriber, sfu.now + 1);
    assertThat(sfu.down.rtcp).hasSize(1);
    assertThat(FakeOutlet.types(sfu.down.rtcp.getFirst()))
        .containsExactly(
            "SENDER_REPORT", "SOURCE_DESCRIPTION", "SENDER_REPORT", "SOURCE_DESCRIPTION");
    RtcpReader reader = FakeOutlet.reader(sfu.down.rtcp.getFirst());
    reader.next();
    assertThat(reader.senderSsrc()).isEqualTo(500);
    assertThat(reader.packetCount()).isEqualTo(3);
    assertThat(reader.octetCount()).isEqualTo(12);
    assertThat(reader.ntpTimestamp() - NTP).isEqualTo(1L << 31);
    assertThat(reader.rtpTimestamp()).isEqualTo(90_000 + 45_000);
    reader.next();
    int name = (int) reader.cnameOffset();
    assertThat(
            new String(
                sfu.down.rtcp.getFirst(), name, reader.cnameLength(), StandardCharsets.US_ASCII))
        .isEqualTo("cname");
    // Then once a second.
    at(sfu.subscriber, sfu.now + SECOND - 1);
    assertThat(sfu.down.rtcp).hasSize(1);
    at(sfu.subscriber, sfu.now + 1);
    assertThat(sfu.down.rtcp).hasSize(2);
  }

  @Test
  void aPublisherGetsABlockForEachStream() {
    call();
    at(sfu.publisher, sfu.now + SECOND / 2);
    byte[] report = sfu.up.rtcp.getLast();
    assertThat(FakeOutlet.types(report)).containsExactly("RECEIVER_REPORT", "SOURCE_DESCRIPTION");
    RtcpReader reader = FakeOutlet.reader(report);
    reader.next();
    assertThat(reader.reportCount()).isEqualTo(2);
    assertThat(reader.reportSsrc(0)).isEqualTo(10);
    assertThat(reader.highestSequence(0) & 0xFFFF).isEqualTo(4);
    assertThat(reader.cumulativeLost(0)).isEqualTo(1);
    assertThat(reader.fractionLost(0)).isEqualTo(64);
    assertThat(reader.lastSenderReport(0)).isEqualTo(NtpTime.middle(NTP));
    assertThat(reader.delaySinceLastSenderReport(0)).isEqualTo(32_768);
    assertThat(reader.reportSsrc(1)).isEqualTo(20);
    assertThat(reader.cumulativeLost(1)).isZero();
  }

  @Test
  void measuresTheRoundTripToASubscriberByOurOwnClock() {
    Subscription subscription = sfu.subscriber.subscribe(picture, send(Codec.VP8, 500, true));
    call(subscription);
    int sent = lastReport();
    // The publisher's next report comes 40 ms late: that must not tell in the subscriber's time.
    sfu.now += 240 * MILLI;
    sfu.rtcp(sfu.publisher, writer -> writer.senderReport(10, NTP + (1L << 31), 9, 1, 1));
    sfu.now += 20 * MILLI;
    long held = 200 * 65_536 / 1_000;
    sfu.rtcp(
        sfu.subscriber,
        writer -> {
          writer.receiverReport(1);
          writer.reportBlock(500, 10, 5, 6, 7, sent, held);
        });
    assertThat(subscription.roundTripNanos()).isBetween(60 * MILLI, 61 * MILLI);
    assertThat(subscription.sender().fractionLost()).isEqualTo(10);
    assertThat(subscription.sender().cumulativeLost()).isEqualTo(5);
    assertThat(subscription.sender().jitter()).isEqualTo(7);
    // Reports about reports that we never sent, or from before they were, are not believed.
    for (int lie : new int[] {0, 1, sent + 1}) {
      sfu.rtcp(
          sfu.subscriber,
          writer -> {
            writer.receiverReport(1);
            writer.reportBlock(500, 0, 0, 0, 0, lie, 0);
          });
    }
    sfu.rtcp(
        sfu.subscriber,
        writer -> {
          writer.receiverReport(1);
          writer.reportBlock(500, 0, 0, 0, 0, sent, -1);
        });
    assertThat(subscription.roundTripNanos()).isBetween(60 * MILLI, 61 * MILLI);
  }

  @Test
  void aTrackThatNobodyReportsOnSaysNothingOfNow() {
    Subscription left = sfu.subscriber.subscribe(picture, send(Codec.VP8, 500, true));
    call(left);
    answer(500, 300 * MILLI);
    assertThat(roundTrip()).isBetween(300 * MILLI, 301 * MILLI);
    assertThat(jitterOut()).isPositive();
    at(sfu.subscriber, sfu.now + 9 * SECOND);
    assertThat(roundTrip()).as("a few lost reports do not matter").isPositive();
    at(sfu.subscriber, sfu.now + 2 * SECOND);
    assertThat(roundTrip()).isZero();
    assertThat(sfu.subscriber.knownRttNanos(sfu.now)).isZero();
    assertThat(jitterOut()).isZero();
    assertThat(sfu.subscriber.rttNanos(sfu.now))
        .as("for asking again better than a guess")
        .isBetween(300 * MILLI, 301 * MILLI);

    sfu.subscriber.subscribe(picture, send(Codec.VP8, 600, true));
    sfu.turn(key(2));
    at(sfu.subscriber, sfu.now + SECOND);
    answer(600, 20 * MILLI);
    assertThat(roundTrip()).isBetween(20 * MILLI, 21 * MILLI);
  }

  private long roundTrip() {
    return sfu.subscriber.takeLinkReport(sfu.now).roundTripNanos();
  }

  private long jitterOut() {
    return LineRecord.jitterOut(sfu.subscriber.subscriptions(), sfu.now);
  }

  /** The last sender report is answered at once, and the answer is here so much later. */
  private void answer(int ssrc, long roundTrip) {
    int sent = lastReport();
    sfu.now += roundTrip;
    sfu.rtcp(
        sfu.subscriber,
        writer -> {
          writer.receiverReport(1);
          writer.reportBlock(ssrc, 0, 0, 0, 90, sent, 0);
        });
  }

  private void call(Subscription subscription) {
    assertThat(subscription.roundTripNanos()).isZero();
    sfu.subscriber.onOutletOpen(sfu.now);
    sfu.turn(key(1));
    sfu.rtcp(sfu.publisher, writer -> writer.senderReport(10, NTP, 90_000, 1, 1));
    at(sfu.subscriber, sfu.now + SECOND / 2);
  }

  private int lastReport() {
    RtcpReader reader = FakeOutlet.reader(sfu.down.rtcp.getLast());
    reader.next();
    assertThat(reader.type()).isEqualTo(RtcpType.SENDER_REPORT);
    return NtpTime.middle(reader.ntpTimestamp());
  }

  @Test
  void withoutReducedSizeEverythingHasAReportInFront() {
    sfu.publisher.negotiated(SfuFixture.IN, false, false);
    sfu.turn(packet(1), packet(3));
    picture.requestKeyFrame(0, sfu.now);
    at(sfu.publisher, sfu.now + 6 * MILLI);
    assertThat(sfu.up.rtcp).hasSize(2);
    assertThat(FakeOutlet.types(sfu.up.rtcp.get(0)))
        .containsExactly("RECEIVER_REPORT", "SOURCE_DESCRIPTION", "PLI");
    assertThat(FakeOutlet.types(sfu.up.rtcp.get(1)))
        .containsExactly("RECEIVER_REPORT", "SOURCE_DESCRIPTION", "NACK");
    sfu.publisher.negotiated(SfuFixture.IN, true, false);
    at(sfu.publisher, sfu.now + SECOND);
    assertThat(FakeOutlet.types(sfu.up.rtcp.get(2))).hasSize(1);
  }

  @Test
  void feedbackGoesOutFiftyMillisecondsAfterTheFirstPacket() {
    SfuFixture.In in = key(1);
    in.transportNumber = 65_535;
    sfu.turn(in);
    assertThat(sfu.publisher.deadline()).isEqualTo(sfu.now + 50 * MILLI);
    at(sfu.publisher, sfu.now + 50 * MILLI);
    assertThat(sfu.up.count("TRANSPORT_FEEDBACK")).isEqualTo(1);
    assertThat(sfu.publisher.deadline()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void feedbackIsAlsoAboutPacketsThatAreDropped() {
    sfu.turn(key(1));
    sfu.rescheduled = Long.MAX_VALUE;
    SfuFixture.In stranger = packet(3).of(50, 4_711);
    stranger.transportNumber = 8;
    sfu.turn(stranger);
    assertThat(sfu.counters.droppedUnknownStream).isEqualTo(1);
    assertThat(sfu.rescheduled).isEqualTo(sfu.now + 50 * MILLI);
    sfu.rescheduled = Long.MAX_VALUE;
    at(sfu.publisher, sfu.now + 50 * MILLI);
    SfuFixture.In probe = packet(9).of(SfuFixture.RTX, 11).paddingOnly();
    probe.transportNumber = 9;
    sfu.turn(probe);
    assertThat(sfu.rescheduled).isEqualTo(sfu.now + 50 * MILLI);
  }

  @Test
  void rembGoesToThoseWhoHaveNothingBetter() {
    sfu.publisher.negotiated(SfuFixture.IN, true, true);
    sfu.publisher.onOutletOpen(sfu.now);
    sfu.turn(key(1));
    at(sfu.publisher, sfu.now + SECOND);
    assertThat(FakeOutlet.types(sfu.up.rtcp.getLast()))
        .containsExactly("RECEIVER_REPORT", "SOURCE_DESCRIPTION", "REMB");
    SfuFixture.In in = packet(2);
    in.transportNumber = 1;
    sfu.turn(in);
    at(sfu.publisher, sfu.now + SECOND);
    assertThat(sfu.up.count("REMB")).isEqualTo(1);
  }

  @Test
  void allReportsFitHoweverManyTracksThereAre() {
    for (int i = 0; i < 40; i++) {
      sfu.subscriber.subscribe(picture, send(Codec.VP8, 1_000 + 10 * i, true));
    }
    sfu.subscriber.onOutletOpen(sfu.now);
    sfu.turn(key(1));
    sfu.rtcp(sfu.publisher, writer -> writer.senderReport(10, NTP, 90_000, 1, 1));
    at(sfu.subscriber, sfu.now + SECOND);
    assertThat(sfu.down.rtcp.size()).isGreaterThan(1);
    assertThat(sfu.down.count("SENDER_REPORT")).isEqualTo(40);
    assertThat(sfu.down.count("SOURCE_DESCRIPTION")).isEqualTo(40);
  }
}
