package org.consultrelay.relay.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.consultrelay.relay.ice.IceState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens in the middle of calls, in virtual time. */
class CallEventsTest {
  private static final Conditions CLEAN = Conditions.clean(30);
  private static final Conditions ROUGH =
      new Conditions(
          0.04, 0, 1, 25 * Conditions.MILLI, 3 * Conditions.MILLI, 0.05, 20 * Conditions.MILLI, 0.03);

  @Test
  void whoJoinsLaterStartsAtAKeyFrameAskedForHim() {
    try (SimulatedConsultation call = new SimulatedConsultation(1, CLEAN)) {
      SimulatedSubscriber first = call.subscribe(true);
      call.network.runUntil(3);
      int before = call.publisher.keyFrameRequests.size();
      SimulatedSubscriber second = call.subscribe(true);
      call.network.runUntil(4);
      assertThat(call.publisher.keyFrameRequests).hasSize(before + 1);
      // 30 ms each way for the checks, 100 for the handshake, then PLI and frame: half a second.
      assertThat(second.video.decoded).isGreaterThan(12);
      assertThat(second.keyFrameRequests).as("asked for by himself").isZero();
      call.network.runUntil(6);
      assertThat(second.video.lastFrame()).isGreaterThan(call.publisher.frame - 5);
      assertThat(first.video.framesSkipped).isZero();
      call.checkUnbroken(second);
      call.checkNothingLeaks();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 3, 4, 5, 6, 7, 8, 9})
  void aPublisherGoesOnUnderAnotherSsrc(long seed) {
    try (SimulatedConsultation call =
        new SimulatedConsultation(seed, seed % 2 == 0 ? CLEAN : ROUGH)) {
      SimulatedSubscriber subscriber = call.subscribe(true);
      double began = call.untilConnected();
      call.network.runUntil(began + 2);
      call.publisher.changeVideoSource();
      call.network.runUntil(began + 4);
      call.publisher.changeVideoSource();
      call.network.runUntil(began + 6);
      call.heal();
      call.network.runUntil(began + 8.5);
      // ReceivedVideo checks that numbers and time go on; a stream that came back would cost more.
      assertThat(subscriber.video.lastFrame()).isGreaterThan(call.publisher.frame - 6);
      assertThat(subscriber.video.keyFramesDecoded).isGreaterThanOrEqualTo(3);
      if (seed % 2 == 0) {
        assertThat(subscriber.video.framesSkipped).isZero();
        assertThat(subscriber.video.keyFramesDecoded).isEqualTo(3);
        assertThat(call.media().droppedUnknownStream).isZero();
      }
      call.checkNothingLeaks();
    }
  }

  @Test
  void aPublisherChangesFromWiFiToMobile() {
    try (SimulatedConsultation call = new SimulatedConsultation(10, CLEAN)) {
      SimulatedSubscriber subscriber = call.subscribe(true);
      call.network.runUntil(3);
      call.publisher.open(1, call.address(40), 50, CLEAN, CLEAN);
      call.network.runUntil(3.3);
      call.publisher.lose(0);
      call.network.runUntil(6);
      assertThat(call.publisher.transport.remoteAddress()).isEqualTo(call.address(40));
      assertThat(call.relay.demultiplexer.counters().addressChanges).isEqualTo(1);
      assertThat(subscriber.video.lastFrame()).isGreaterThan(call.publisher.frame - 6);
      // What was in the air is asked for again, over the new path.
      assertThat(subscriber.video.framesSkipped).isZero();
      assertThat(call.publisher.ended).isNull();
      call.checkUnbroken(subscriber);
      call.checkNothingLeaks();
    }
  }

  @Test
  void aSubscriberChangesFromWiFiToMobile() {
    try (SimulatedConsultation call = new SimulatedConsultation(12, CLEAN)) {
      SimulatedSubscriber subscriber = call.subscribe(true);
      // No check has been seen for more than three seconds: what is new now, he has moved to.
      call.network.runUntil(3.8);
      subscriber.lose(0);
      subscriber.open(1, call.address(40), 50, CLEAN, CLEAN);
      call.network.runUntil(6);
      assertThat(subscriber.transport.remoteAddress()).isEqualTo(call.address(40));
      assertThat(subscriber.video.lastFrame()).isGreaterThan(call.publisher.frame - 6);
      assertThat(subscriber.video.framesSkipped).isZero();
      call.checkNothingLeaks();
    }
  }

  @Test
  void silenceEndsTheCallWhenConsentRunsOut() {
    try (SimulatedConsultation call = new SimulatedConsultation(13, CLEAN)) {
      SimulatedSubscriber subscriber = call.subscribe(true);
      SimulatedSubscriber vanished = call.subscribe(true);
      call.network.runUntil(3);
      call.network.detach(call.address(2));
      call.network.runUntil(20);
      assertThat(vanished.ended).isNull();
      call.network.runUntil(40);
      assertThat(vanished.ended).isEqualTo(TransportEnd.CONSENT_EXPIRED);
      assertThat(vanished.lastFromRelay).isLessThan(33_100_000_000L);
      assertThat(call.relay.demultiplexer.counters().consentExpired).isEqualTo(1);
      assertThat(call.publisher.videoTrack.subscriptionCount()).isEqualTo(1);
      assertThat(subscriber.video.framesSkipped).isZero();
      assertThat(subscriber.video.lastFrame()).isGreaterThan(call.publisher.frame - 6);
      call.network.detach(call.address(0));
      call.network.runUntil(80);
      assertThat(call.publisher.ended).isEqualTo(TransportEnd.CONSENT_EXPIRED);
      assertThat(call.relay.slotsOut()).isZero();
      assertThat(subscriber.ended).as("the one who is still there").isNull();
      call.checkNothingLeaks();
    }
  }

  @Test
  void nothingGoesToAnAddressWithoutConsentDuringAnIceRestart() {
    try (SimulatedConsultation call = new SimulatedConsultation(14, CLEAN)) {
      SimulatedSubscriber subscriber = call.subscribe(true);
      call.network.runUntil(3);
      call.network.detach(call.address(1));
      call.network.runUntil(20);
      subscriber.transport.restartIce(call.network.now());
      // The new credentials have until 50 s, the old address's consent ended at 33 s.
      call.network.runUntil(45);
      assertThat(subscriber.ended).isNull();
      assertThat(subscriber.lastFromRelay).isLessThan(33_100_000_000L);
      call.network.runUntil(55);
      assertThat(subscriber.ended).isEqualTo(TransportEnd.CONSENT_EXPIRED);
      call.checkNothingLeaks();
    }
  }

  @Test
  void anIceRestartIsNotNoticed() {
    try (SimulatedConsultation call = new SimulatedConsultation(16, CLEAN)) {
      SimulatedSubscriber subscriber = call.subscribe(true);
      call.network.runUntil(3);
      String before = subscriber.transport.localCredentials().ufrag();
      subscriber.restartIce();
      call.publisher.restartIce();
      call.network.runUntil(6);
      assertThat(subscriber.iceState()).isEqualTo(IceState.CONNECTED);
      assertThat(call.relay.demultiplexer.addressed(before)).as("the old credentials").isNull();
      assertThat(subscriber.video.framesSkipped).isZero();
      assertThat(subscriber.video.lastFrame()).isGreaterThan(call.publisher.frame - 6);
      assertThat(call.relay.demultiplexer.counters().addressChanges).isZero();
      call.checkUnbroken(subscriber);
      call.checkNothingLeaks();
    }
  }

  @Test
  void aPublisherLeavesAndNothingOfHimStays() {
    try (SimulatedConsultation call = new SimulatedConsultation(17, ROUGH)) {
      SimulatedSubscriber subscriber = call.subscribe(true);
      call.untilConnected();
      call.network.runUntil(5);
      assertThat(call.relay.slotsOut()).isPositive();
      call.publisher.transport.close(call.network.now());
      assertThat(call.publisher.ended).isEqualTo(TransportEnd.CLOSED);
      assertThat(call.relay.slotsOut()).isZero();
      assertThat(call.publisher.videoTrack.subscriptionCount()).isZero();
      int packets = subscriber.videoPackets;
      call.network.runUntil(8);
      assertThat(subscriber.videoPackets).isEqualTo(packets);
      assertThat(subscriber.ended).isNull();
      call.checkNothingLeaks();
    }
  }

  @Test
  void oneRoomDoesNotFeelAFloodInAnother() {
    try (SimulatedConsultation call = new SimulatedConsultation(18, CLEAN);
        SimulatedConsultation flooded = new SimulatedConsultation(call, CLEAN)) {
      SimulatedSubscriber subscriber = call.subscribe(true);
      SimulatedSubscriber other = flooded.subscribe(true);
      call.network.runUntil(2);
      SplittableRandom random = new SplittableRandom(18);
      for (int milli = 2_000; milli < 5_000; milli++) {
        call.network.at(milli / 1e3, () -> {
          for (int i = 0; i < 10; i++) {
            byte[] garbage = new byte[1 + random.nextInt(1_400)];
            random.nextBytes(garbage);
            // Mostly what looks like media or DTLS: that comes to the flooder's own connection.
            garbage[0] = (byte) (random.nextInt(4) == 0 ? 20 + random.nextInt(44) : 0x80);
            call.network.inject(flooded.address(1), garbage);
          }
        });
      }
      call.network.runUntil(7);
      TransportCounters counters = call.relay.demultiplexer.counters();
      assertThat(counters.srtpUnauthenticated + counters.srtpMalformed + counters.rtpMalformed)
          .isGreaterThan(15_000);
      assertThat(counters.dtlsUnexpected).isGreaterThan(5_000);
      for (SimulatedSubscriber one : new SimulatedSubscriber[] {subscriber, other}) {
        assertThat(one.video.framesSkipped).isZero();
        assertThat(one.video.lastFrame()).isGreaterThan(one.publisher.frame - 6);
        assertThat(one.nacked).isZero();
      }
      assertThat(call.media().nackSent).isZero();
      call.checkUnbroken(subscriber);
      flooded.checkUnbroken(other);
      other.transport.close(call.network.now());
      flooded.publisher.transport.close(call.network.now());
      call.checkNothingLeaks();
    }
  }

  @Test
  void withFewSlotsOnlyRetransmissionSuffers() {
    try (SimulatedConsultation call = new SimulatedConsultation(20, ROUGH, 24)) {
      SimulatedSubscriber subscriber = call.subscribe(true);
      double began = call.untilConnected();
      call.network.runUntil(began + 6);
      call.heal();
      call.network.runUntil(began + 8);
      assertThat(call.media().storeRefusals).isPositive();
      assertThat(call.media().retransmissionMisses).isPositive();
      assertThat(subscriber.video.decoded).isGreaterThan(40);
      assertThat(subscriber.video.lastFrame()).isGreaterThan(call.publisher.frame - 6);
      call.checkAudio(subscriber);
      call.checkNothingLeaks();
    }
  }

  @Test
  void withoutAnySlotDatagramsAreDroppedAndCounted() {
    try (SimulatedConsultation call = new SimulatedConsultation(21, CLEAN, 24)) {
      SimulatedSubscriber subscriber = call.subscribe(true);
      call.network.runUntil(2);
      int[] held = new int[24];
      int count = 0;
      for (int slot = call.relay.slots.claim(); slot >= 0; slot = call.relay.slots.claim()) {
        held[count++] = slot;
      }
      call.network.runUntil(3);
      assertThat(call.relay.droppedNoSlot).isGreaterThan(50);
      for (int i = 0; i < count; i++) {
        call.relay.slots.release(held[i]);
      }
      call.network.runUntil(6);
      assertThat(subscriber.video.lastFrame()).isGreaterThan(call.publisher.frame - 6);
      call.checkNothingLeaks();
    }
  }
}
