package org.consultrelay.relay.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * One publisher and three subscribers for ten virtual seconds over networks that lose, reorder and
 * double what they carry. {@code -Dconsultrelay.seed=17} runs one seed alone.
 */
class BadNetworksTest {
  private static final int SEEDS = 200;
  private static final double BAD_SECONDS = 6.5;
  private static final double MEDIA_SECONDS = 8.5;

  @Test
  void everybodySeesAndHearsThePublisher() {
    Long only = Long.getLong("consultrelay.seed");
    long first = only == null ? 0 : only;
    long last = only == null ? SEEDS - 1 : only;
    Totals totals = new Totals();
    Map<Long, Throwable> failures = new TreeMap<>();
    for (long seed = first; seed <= last; seed++) {
      try {
        run(seed, totals);
      } catch (AssertionError | RuntimeException e) {
        failures.put(seed, e);
      }
    }
    if(Boolean.getBoolean("dbg")) failures.forEach((a,b)->System.out.println(a+" "+b.getMessage().replace("\n"," ")));
    failures.forEach((seed, failure) -> {
      throw new AssertionError(
          "seed " + seed + " (-Dconsultrelay.seed=" + seed + ") of " + failures.keySet() + ": "
              + failure.getMessage(),
          failure);
    });
    // The tests tested: what the assertions are about has happened.
    if (only == null) {
      assertThat(totals.lost).isGreaterThan(10_000);
      assertThat(totals.recovered).isGreaterThan(1_000);
      assertThat(totals.retransmitted).isGreaterThan(5_000);
      assertThat(totals.keyFrames).isGreaterThan(SEEDS);
    }
    System.out.println(totals);
  }

  private static final class Totals {
    long lost;
    long recovered;
    long retransmitted;
    long forwarded;
    long keyFrames;
    long skipped;
    double worstRatio;

    @Override
    public String toString() {
      return "forwarded " + forwarded + ", lost on the way " + lost + ", recovered from publishers "
          + recovered + ", sent again " + retransmitted + ", key frames " + keyFrames
          + ", frames skipped " + skipped + ", worst ratio of resends to losses " + worstRatio;
    }
  }

  private static Conditions conditions(long seed) {
    SplittableRandom random = new SplittableRandom(~seed);
    if (seed % 10 == 0) {
      return Conditions.clean(5 + random.nextInt(60));
    }
    return new Conditions(
        random.nextDouble() * 0.1,
        random.nextInt(3) == 0 ? 0.003 : 0,
        (5 + random.nextInt(80)) * Conditions.MILLI,
        (2 + random.nextInt(60)) * Conditions.MILLI,
        random.nextInt(6) * Conditions.MILLI,
        random.nextDouble() * 0.05,
        (1 + random.nextInt(30)) * Conditions.MILLI,
        random.nextDouble() * 0.05);
  }

  private static void run(long seed, Totals totals) {
    Conditions conditions = conditions(seed);
    boolean clean = seed % 10 == 0;
    try (SimulatedConsultation call = new SimulatedConsultation(seed, conditions)) {
      call.publisher.padding = seed % 3 == 1;
      call.subscribe(true);
      call.subscribe(true);
      call.subscribe(seed % 4 != 2);
      double began = call.untilConnected();
      call.network.runUntil(began + BAD_SECONDS);
      call.heal();
      call.network.runUntil(began + MEDIA_SECONDS);
      call.publisher.sending = false;
      call.network.runUntil(began + MEDIA_SECONDS + 1.2);
      check(call, clean, totals);
      call.checkNothingLeaks();
    }
  }

  private static void check(SimulatedConsultation call, boolean clean, Totals totals) {
    SimulatedPublisher publisher = call.publisher;
    assertThat(publisher.frame).as("frames published").isGreaterThan(200);
    publisher.numbers.check();
    call.checkKeyFrameThrottle();
    assertThat(publisher.receiverReports).isGreaterThan(8);
    long fastest =
        call.publisherLine.up.conditions().delay() + call.publisherLine.down.conditions().delay();
    assertThat(publisher.quickestRoundTrip).isGreaterThanOrEqualTo(fastest - 1_000_000);
    assertThat(publisher.slowestRoundTrip).isLessThan(fastest + 90 * Conditions.MILLI);
    totals.lost += call.publisherLine.up.lost;
    for (int i = 0; i < call.subscribers.size(); i++) {
      check(call, call.subscribers.get(i), call.lines.get(i), totals);
    }
    totals.recovered += call.media().recovered;
    totals.forwarded += call.media().forwarded;
    totals.retransmitted += call.media().retransmitted;
    totals.keyFrames += publisher.keyFrames;
    assertThat(call.media().droppedRtcp).isZero();
    assertThat(call.relay.demultiplexer.counters().srtpUnauthenticated).isZero();
    if (clean) {
      assertThat(call.media().nackSent).isZero();
      assertThat(call.media().nackReceived).isZero();
      assertThat(call.media().droppedDuplicate).isZero();
      for (long at : publisher.keyFrameRequests) {
        assertThat(at).as("asked for a key frame though nothing was lost").isLessThan(2_000_000_000L);
      }
    }
  }

  private static void check(
      SimulatedConsultation call,
      SimulatedSubscriber subscriber,
      SimulatedNetwork.Line line,
      Totals totals) {
    SimulatedPublisher publisher = call.publisher;
    call.checkUnbroken(subscriber);
    call.checkAudio(subscriber);
    assertThat(subscriber.video.decoded).as("frames decoded").isGreaterThan(120);
    assertThat(subscriber.video.lastFrame()).as("the last frame").isEqualTo(publisher.frame - 1);
    assertThat(subscriber.audioReceived).isGreaterThan((int) (0.8 * subscriber.sentAudio.size()));
    assertThat(subscriber.senderReports).isGreaterThan(8);
    long fastest = line.up.conditions().delay() + line.down.conditions().delay();
    assertThat(subscriber.videoTrack.roundTripNanos())
        .isBetween(fastest - 1_000_000, fastest + 90 * Conditions.MILLI);
    int resends = subscriber.resends();
    int lost = line.down.lost;
    totals.lost += lost;
    totals.skipped += subscriber.video.framesSkipped;
    if (lost > 50) {
      totals.worstRatio = Math.max(totals.worstRatio, (double) resends / lost);
    }
    // A packet is sent again when one was lost on the way down, or was overtaken for longer than
    // the subscriber waits; each answer may be lost (counted in lost) or asked for once more.
    assertThat(resends)
        .as("packets sent again, with %s lost and %s overtaken", lost, line.down.reordered)
        .isLessThanOrEqualTo(2 * lost + line.down.reordered + 5);
  }
}
