package org.consultrelay.relay.sfu;

import java.util.ArrayList;
import java.util.List;
import org.consultrelay.relay.rtp.MediaKind;

/**
 * Keeps what one peer connection is like over its life, for whoever asks how a call was: counts as
 * they come, and readings about once a second. One loop; allocates nothing once made, but for a
 * {@link #summary}.
 */
final class LineRecord {
  /** How many sizes of a video are told apart. */
  static final int SIZES = 4;

  /** Fewer packets than that in a span say nothing. */
  static final int FEWEST_PACKETS = 20;

  /** Seconds of which there is one score. */
  private static final int SPAN = 5;

  private static final long JITTER_UNIT = 100_000;
  private static final long ROUND_TRIP_UNIT = 100_000;
  private static final long LINE_UNIT = 1_000;
  private static final double NANOS_PER_MILLI = 1e6;

  private final Readings roundTrips = new Readings(ROUND_TRIP_UNIT);
  private final Readings jitterIn = new Readings(JITTER_UNIT);
  private final Readings jitterOut = new Readings(JITTER_UNIT);
  private final Readings lines = new Readings(LINE_UNIT);
  private final int[] secondsAtSize = new int[SIZES];
  private int secondsStalled;
  private long packetsIn;
  private long lostIn;
  private long packetsOut;
  private long lostOut;
  private int freezes;
  private long freezeNanos;

  private int seconds;
  private long packetsInBefore;
  private long lostInBefore;
  private long packetsOutBefore;
  private long lostOutBefore;
  private long lastRoundTrip;
  private double scores;
  private int spans;
  private float lowestScore = Float.MAX_VALUE;
  private float lastScore;

  /** So many packets ought to have come since the last time, and so many have not. */
  void received(long expected, long lost) {
    packetsIn += expected;
    lostIn += lost;
  }

  /** Packets that ought to have come so far. */
  long packetsIn() {
    return packetsIn;
  }

  /** How many of them have not. */
  long lostIn() {
    return lostIn;
  }

  /** So many packets were sent since the last time. */
  void sent(long packets) {
    packetsOut += packets;
  }

  /** So many that were sent are reported lost. */
  void reportedLost(long packets) {
    lostOut += packets;
  }

  /** A video stood still for so long. */
  void froze(long nanos) {
    freezes++;
    freezeNanos += nanos;
  }

  /** Takes the readings of a second. */
  void second(MediaEndpoint endpoint, long nowNanos) {
    List<Subscription> subscriptions = endpoint.subscriptions();
    for (int i = 0; i < subscriptions.size(); i++) {
      Subscription each = subscriptions.get(i);
      long more = each.sender().takeNewlySent();
      packetsOut += more;
      int size = each.sentSize();
      if (each.isStalled()) {
        secondsStalled++;
      } else if (size >= 0 && more > 0) {
        secondsAtSize[Math.min(size, SIZES - 1)]++;
      }
    }
    add(jitterIn, jitterIn(endpoint.layers()));
    add(jitterOut, jitterOut(subscriptions, nowNanos));
    lastRoundTrip = endpoint.knownRttNanos(nowNanos);
    add(roundTrips, lastRoundTrip);
    long bits = endpoint.line().bitsPerSecond();
    if (bits != Long.MAX_VALUE) {
      lines.add(bits);
    }
    seconds++;
    if (seconds % SPAN == 0) {
      endSpan();
    }
  }

  private static void add(Readings readings, long value) {
    if (value > 0) {
      readings.add(value);
    }
  }

  /**
   * That of audio, which comes evenly; else of whatever there is. In nanoseconds, 0 for unknown.
   */
  static long jitterIn(List<Layer> layers) {
    long any = 0;
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      long its = nanos(layer.statistics().jitter(), layer.codec().clockRate());
      if (layer.codec().kind() == MediaKind.AUDIO && its > 0) {
        return its;
      }
      any = Math.max(any, its);
    }
    return any;
  }

  /** The same of what is sent, as reported of late. */
  static long jitterOut(List<Subscription> subscriptions, long nowNanos) {
    long any = 0;
    for (int i = 0; i < subscriptions.size(); i++) {
      Subscription each = subscriptions.get(i);
      long its = nanos(each.sender().jitter(nowNanos), each.parameters().codec().clockRate());
      if (each.parameters().codec().kind() == MediaKind.AUDIO && its > 0) {
        return its;
      }
      any = Math.max(any, its);
    }
    return any;
  }

  /** Timestamp units, 32 bits without sign, in nanoseconds. */
  private static long nanos(long units, int clockRate) {
    return (units & 0xFFFF_FFFFL) * 1_000_000_000L / clockRate;
  }

  private void endSpan() {
    float score = spanScore();
    packetsInBefore = packetsIn;
    lostInBefore = lostIn;
    packetsOutBefore = packetsOut;
    lostOutBefore = lostOut;
    if (score > 0) {
      lastScore = score;
      scores += score;
      spans++;
      lowestScore = Math.min(lowestScore, score);
    }
  }

  /** The score of what there was since the last span; 0 when that says nothing. */
  private float spanScore() {
    long in = packetsIn - packetsInBefore;
    long out = packetsOut - packetsOutBefore;
    if (in < FEWEST_PACKETS && out < FEWEST_PACKETS) {
      return 0;
    }
    double lossIn = loss(lostIn - lostInBefore, in);
    double lossOut = loss(lostOut - lostOutBefore, out);
    return OpinionScore.of(Math.max(lossIn, lossOut), lastRoundTrip / NANOS_PER_MILLI);
  }

  private static double loss(long lost, long of) {
    return of < FEWEST_PACKETS ? 0 : 100.0 * Math.clamp(lost, 0, of) / of;
  }

  /** The score of the last five seconds with media; 0 before. */
  float lastScore() {
    return lastScore;
  }

  /** How it was until now. A call that is shorter than a span has a score of what there was. */
  LineSummary summary() {
    float young = spans == 0 ? spanScore() : 0;
    List<Integer> sizes = new ArrayList<>();
    for (int size : secondsAtSize) {
      sizes.add(size);
    }
    while (!sizes.isEmpty() && sizes.getLast() == 0) {
      sizes.removeLast();
    }
    return new LineSummary(
        packetsIn,
        lostIn,
        packetsOut,
        lostOut,
        roundTrips.median(),
        roundTrips.highest(),
        jitterIn.median(),
        jitterOut.median(),
        freezes,
        freezeNanos,
        spans == 0 ? young : (float) (scores / spans),
        spans == 0 ? young : lowestScore,
        lines.median(),
        lines.lowest(),
        List.copyOf(sizes),
        secondsStalled);
  }
}
