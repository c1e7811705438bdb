package org.consultrelay.relay.stun;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.consultrelay.relay.wire.TransportAddress;

/**
 * How much one loop answers to people that it does not know. The source of such a request may be
 * forged, and the answer then hits whoever was named; so there are three limits: never more than a
 * multiple of the bytes that came in (1.6 by default), so many answers a second to one network
 * (IPv4 /24, IPv6 /56), and so many a second in all.
 *
 * <p>Memory is fixed: networks share buckets by a keyed hash, so a flood of forged sources can at
 * worst use up answers, never memory. Allocates nothing. One thread.
 */
public final class UnauthenticatedBudget {
  /** What may be done. A fixed small set: fit for a metric's label. */
  public enum Decision {
    /** Within all limits; counted against them. */
    ANSWER,
    /** The answer would be too large for the request. */
    AMPLIFIES,
    /** This network has had its share. */
    SOURCE_SPENT,
    /** The loop has given what it gives. */
    LOOP_SPENT
  }

  private static final int BUCKETS = 4_096;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private static final int DEFAULT_TENTHS = 16;

  private final int tenths;
  private final int loopPerSecond;
  private final int sourcePerSecond;
  private final long hashKey;
  // A bucket is the time at which it will be empty again ("virtual scheduling" of a leaky bucket):
  // one number, no refill.
  private final long[] sourceEmptyAt = new long[BUCKETS];
  private long loopEmptyAt;

  /**
   * A full budget.
   *
   * @param loopPerSecond answers a second in all, at least 1; as many may come in one burst
   * @param sourcePerSecond answers a second to one network, at least 1; as many in one burst
   * @param hashKey random, so that nobody can choose whom to share a bucket with
   */
  public UnauthenticatedBudget(
      int loopPerSecond, int sourcePerSecond, long hashKey, long nowNanos) {
    this(loopPerSecond, sourcePerSecond, DEFAULT_TENTHS, hashKey, nowNanos);
  }

  /**
   * A full budget.
   *
   * @param loopPerSecond answers a second in all, at least 1; as many may come in one burst
   * @param sourcePerSecond answers a second to one network, at least 1; as many in one burst
   * @param tenths how much longer than its request an answer may be, in tenths of it
   * @param hashKey random, so that nobody can choose whom to share a bucket with
   */
  public UnauthenticatedBudget(
      int loopPerSecond, int sourcePerSecond, int tenths, long hashKey, long nowNanos) {
    if (loopPerSecond < 1 || sourcePerSecond < 1) {
      throw new IllegalArgumentException("rates must be at least 1 a second");
    }
    this.tenths = tenths;
    this.loopPerSecond = loopPerSecond;
    this.sourcePerSecond = sourcePerSecond;
    this.hashKey = hashKey;
    this.loopEmptyAt = nowNanos;
    Arrays.fill(sourceEmptyAt, nowNanos);
  }

  /**
   * Asks to answer.
   *
   * @param requestBytes of STUN that came in
   * @param responseBytes of STUN that would go out
   */
  public Decision ask(TransportAddress from, int requestBytes, int responseBytes, long nowNanos) {
    if (responseBytes * 10L > requestBytes * (long) tenths) {
      return Decision.AMPLIFIES;
    }
    int bucket = bucket(from);
    long source = after(sourceEmptyAt[bucket], sourcePerSecond, nowNanos);
    if (source - nowNanos > SECOND) {
      return Decision.SOURCE_SPENT;
    }
    long loop = after(loopEmptyAt, loopPerSecond, nowNanos);
    if (loop - nowNanos > SECOND) {
      return Decision.LOOP_SPENT;
    }
    sourceEmptyAt[bucket] = source;
    loopEmptyAt = loop;
    return Decision.ANSWER;
  }

  private static long after(long emptyAt, int perSecond, long nowNanos) {
    return Math.max(emptyAt, nowNanos) + SECOND / perSecond;
  }

  private int bucket(TransportAddress from) {
    long network = from.isIpv4() ? from.low() >>> 8 : from.high() >>> 8;
    long h = (network ^ hashKey) * 0x9E37_79B9_7F4A_7C15L;
    h = (h ^ h >>> 32) * 0xD6E8_FEB8_6659_FD93L;
    return (int) (h >>> 52);
  }
}
