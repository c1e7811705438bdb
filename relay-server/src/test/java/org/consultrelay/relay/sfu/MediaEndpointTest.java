package org.consultrelay.relay.sfu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.sfu.SfuFixture.AUDIO;
import static org.consultrelay.relay.sfu.SfuFixture.RTX;
import static org.consultrelay.relay.sfu.SfuFixture.VIDEO;
import static org.consultrelay.relay.sfu.SfuFixture.audio;
import static org.consultrelay.relay.sfu.SfuFixture.key;
import static org.consultrelay.relay.sfu.SfuFixture.packet;
import static org.consultrelay.relay.sfu.SfuFixture.send;
import static org.consultrelay.relay.sfu.SfuFixture.video;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.consultrelay.relay.rtp.Codec;
import org.junit.jupiter.api.Test;

/** Which track a packet belongs to, and the life of an endpoint. */
class MediaEndpointTest {
  private final SfuFixture sfu = new SfuFixture();

  private static ReceiveParameters unannounced(String mid, int payloadType, int rtxPayloadType) {
    return new ReceiveParameters(mid, Codec.VP8, payloadType, rtxPayloadType, 0, 0, true, true);
  }

  private Layer only() {
    assertThat(sfu.publisher.layers()).hasSize(1);
    return sfu.publisher.layers().getFirst();
  }

  @Test
  void anAnnouncedSsrcIsItsTracks() {
    Publication other = sfu.publisher.publish(video(12, 13));
    Publication track = sfu.publisher.publish(video(10, 11));
    sfu.turn(key(1));
    assertThat(only().publication()).isSameAs(track);
    assertThat(track.hasMedia()).isTrue();
    assertThat(other.hasMedia()).isFalse();
  }

  @Test
  void aMidNamesTheTrack() {
    sfu.publisher.publish(unannounced("a", VIDEO, RTX));
    Publication track = sfu.publisher.publish(unannounced("b", VIDEO, RTX));
    sfu.turn(key(1).mid("b"), packet(2));
    assertThat(only().publication()).isSameAs(track);
    assertThat(sfu.counters.received).isEqualTo(2);
    sfu.turn(key(1).of(VIDEO, 77).mid("bb"), key(1).of(VIDEO, 78).mid("c"));
    assertThat(sfu.counters.droppedUnknownStream).isEqualTo(2);
  }

  @Test
  void aPayloadTypeNamesTheTrackWhereItIsTheOnlyOne() {
    Publication track = sfu.publisher.publish(unannounced("a", VIDEO, RTX));
    sfu.publisher.publish(audio(0, false));
    sfu.turn(key(1));
    assertThat(only().publication()).isSameAs(track);
    sfu.publisher.publish(unannounced("b", VIDEO, RTX));
    sfu.turn(key(1).of(VIDEO, 4_711));
    assertThat(sfu.counters.droppedUnknownStream).as("two tracks have it").isEqualTo(1);
  }

  @Test
  void ssrcZeroIsNotAnnounced() {
    sfu.publisher.publish(audio(0, false));
    Publication track = sfu.publisher.publish(unannounced("b", VIDEO, RTX));
    sfu.turn(key(1).of(VIDEO, 0));
    assertThat(only().publication()).isSameAs(track);
  }

  @Test
  void otherPayloadTypesAreDropped() {
    sfu.publisher.publish(video(10, 11));
    sfu.turn(key(1), packet(2).of(98, 10), packet(3).of(AUDIO, 10));
    assertThat(sfu.counters.droppedPayloadType).isEqualTo(2);
    sfu.turn(packet(4).of(98, 10_000));
    assertThat(sfu.counters.droppedUnknownStream).isEqualTo(1);
  }

  @Test
  void aRetransmissionFillsTheGap() {
    Publication track = sfu.publisher.publish(video(10, 11));
    sfu.subscriber.subscribe(track, send(Codec.VP8, 500, true));
    sfu.turn(key(1), packet(3));
    SfuFixture.In again = packet(900).of(RTX, 11).payload(0, 2, 0, 1, 2, 222);
    again.timestamp = 200;
    sfu.turn(again);
    assertThat(sfu.counters.recovered).isEqualTo(1);
    FakeOutlet.Sent sent = sfu.down.last();
    assertThat(sent.index()).isEqualTo(sfu.down.rtp.getFirst().index() + 1);
    assertThat(sent.payload()).containsExactly(0, 1, 2, (byte) 222);
    assertThat(sent.rtp().payloadType()).isEqualTo(102);
    sfu.turn(packet(901).of(RTX, 11).payload(0, 2, 0, 1, 2, 222));
    assertThat(sfu.counters.droppedDuplicate).isEqualTo(1);
    assertThat(sfu.counters.recovered).isEqualTo(1);
  }

  @Test
  void retransmissionsAreFoundByMidAndPayloadTypeToo() {
    sfu.publisher.publish(unannounced("b", VIDEO, RTX));
    sfu.turn(packet(5).of(RTX, 90).mid("b").payload(0, 2, 0, 1));
    assertThat(sfu.counters.droppedUnknownStream).as("of what?").isEqualTo(1);
    sfu.turn(key(1).mid("b"), packet(3));
    sfu.turn(packet(6).of(RTX, 90).mid("b").payload(0, 2, 0, 1));
    assertThat(sfu.counters.recovered).isEqualTo(1);
    sfu.turn(packet(7).of(RTX, 90).paddingOnly());
    assertThat(sfu.counters.droppedPaddingOnly).isEqualTo(1);
    sfu.turn(packet(8).of(VIDEO, 90));
    assertThat(sfu.counters.droppedPayloadType).isEqualTo(1);
  }

  @Test
  void aTrackThatIsUnpublishedIsGone() {
    Publication track = sfu.publisher.publish(unannounced("b", VIDEO, RTX));
    Subscription subscription = sfu.subscriber.subscribe(track, send(Codec.VP8, 500, true));
    sfu.turn(key(1).mid("b"), packet(2));
    sfu.publisher.unpublish(track, sfu.now);
    assertThat(sfu.publisher.publications()).isEmpty();
    assertThat(sfu.subscriber.subscriptions()).doesNotContain(subscription);
    assertThat(sfu.slotsOut()).isZero();
    // A straggler must not become a stream of the other track of that type.
    Publication other = sfu.publisher.publish(unannounced("c", VIDEO, RTX));
    sfu.turn(packet(3));
    assertThat(other.hasMedia()).isFalse();
    // Unless it says that it is: browsers use a source again when they use a section again.
    sfu.turn(key(4).mid("c"));
    assertThat(other.hasMedia()).isTrue();
  }

  @Test
  void lossIsMeasuredSinceTheLastReport() {
    Publication track = sfu.publisher.publish(unannounced("b", VIDEO, RTX));
    sfu.turn(key(1).mid("b"), packet(2), packet(5));
    LinkReport first = sfu.publisher.takeLinkReport(sfu.now);
    assertThat(first.uplinkExpected()).isEqualTo(5);
    assertThat(first.uplinkLost()).isEqualTo(2);
    assertThat(track.hasMedia()).isTrue();
    sfu.turn(packet(6), packet(7));
    LinkReport second = sfu.publisher.takeLinkReport(sfu.now);
    assertThat(second.uplinkExpected()).isEqualTo(2);
    assertThat(second.uplinkLost()).isZero();
  }

  @Test
  void audioLevelsAreNoted() {
    Publication track = sfu.publisher.publish(audio(30, false));
    for (int i = 0; i < 20; i++) {
      SfuFixture.In in = packet(i + 1).of(SfuFixture.AUDIO, 30);
      in.timestamp = i * 960;
      in.level = 10;
      sfu.turn(in);
    }
    assertThat(track.activity().take(400_000_000L)).isPositive();
  }

  @Test
  void aNewSsrcReplacesTheOldOneForGood() {
    Publication track = sfu.publisher.publish(unannounced("b", VIDEO, RTX));
    sfu.subscriber.subscribe(track, send(Codec.VP8, 500, true));
    sfu.turn(key(1).mid("b"), packet(2));
    sfu.turn(packet(6).of(RTX, 90).mid("b").payload(0, 1, 0, 1));
    // In one turn: what is left of the old stream still goes out.
    sfu.turn(packet(3), key(700).of(VIDEO, 20).mid("b"));
    assertThat(sfu.down.rtp).hasSize(4);
    assertThat(only().ssrc()).isEqualTo(20);
    // The old stream's stragglers, and what is sent again of it, do not bring it back.
    sfu.turn(packet(4).mid("b"), packet(7).of(RTX, 90).mid("b").payload(0, 5, 0, 1));
    assertThat(sfu.counters.droppedUnknownStream).isEqualTo(2);
    assertThat(only().ssrc()).isEqualTo(20);
    sfu.turn(packet(701).of(VIDEO, 20));
    assertThat(sfu.down.rtp).hasSize(5);
    sfu.publisher.close();
    assertThat(sfu.slotsOut()).isZero();
  }

  @Test
  void streamsAreLimited() {
    for (int i = 0; i < 80; i++) {
      sfu.publisher.publish(unannounced("m" + i, VIDEO, RTX));
    }
    for (int i = 0; i < 80; i++) {
      sfu.turn(key(1).of(VIDEO, 1_000 + i).mid("m" + i));
    }
    assertThat(sfu.publisher.layers()).hasSize(StreamTable.MAX_STREAMS);
    assertThat(sfu.counters.droppedUnknownStream).isEqualTo(80 - StreamTable.MAX_STREAMS);
    sfu.publisher.close();
    assertThat(sfu.slotsOut()).isZero();
  }

  @Test
  void closingEndsThoseWhoSubscribe() {
    Publication track = sfu.publisher.publish(video(10, 11));
    Subscription subscription = sfu.subscriber.subscribe(track, send(Codec.VP8, 500, true));
    sfu.receive(key(1));
    sfu.publisher.close();
    sfu.turn.end(sfu.now);
    assertThat(sfu.slotsOut()).as("what the turn had gathered").isZero();
    assertThat(sfu.subscriber.subscriptions()).isEmpty();
    assertThat(track.subscriptionCount()).isZero();
    subscription.onKeyFrameRequest(sfu.now);
    assertThat(sfu.up.count("PLI")).isLessThanOrEqualTo(1);
  }

  @Test
  void rtcpOfAnyShapeIsReadWithoutHarm() {
    Publication track = sfu.publisher.publish(video(10, 11));
    sfu.subscriber.subscribe(track, send(Codec.VP8, 500, true));
    sfu.turn(key(1));
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(60)];
      random.nextBytes(bytes);
      if (bytes.length >= 12) {
        bytes[0] = (byte) (0x80 | (bytes[0] & 0x3F));
        bytes[1] = (byte) (200 + random.nextInt(8));
        bytes[2] = 0;
        bytes[3] = (byte) random.nextInt(bytes.length / 4);
        bytes[10] = 1;
        bytes[11] = (byte) 0xF4;
      }
      sfu.subscriber.onRtcp(MemorySegment.ofArray(bytes), 0, bytes.length, sfu.now);
      sfu.publisher.onRtcp(MemorySegment.ofArray(bytes), 0, bytes.length, sfu.now);
    }
    assertThat(sfu.counters.droppedRtcp).isPositive();
    assertThat(sfu.counters.rtcpReceived).isPositive();
  }
}
