package org.consultrelay.relay.signal.livekit.service;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many requests an API key may make: so many a second, and as many at once as a clinic's
 * morning takes. Any thread.
 */
final class RequestRate {
  /** Requests a second. */
  static final int RATE = 500;

  /** Requests at once. */
  static final int BURST = 2_000;

  /** What is answered beyond it. */
  static final Answer.Failed EXCEEDED =
      Answer.failed(
          TwirpCode.RESOURCE_EXHAUSTED, "more than " + RATE + " requests a second of one API key");

  private static final long SECOND = 1_000_000_000L;

  /** By API key: of verified tokens only, so that there are no more than keys. */
  private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

  /** Whether one more of this key is within bounds at this time. */
  boolean take(String apiKey, long nowNanos) {
    return take(apiKey, 1, nowNanos);
  }

  /**
   * The same for a request that costs more than others.
   *
   * @param weight as how many it counts; more than may be at once count as that many
   */
  boolean take(String apiKey, int weight, long nowNanos) {
    return buckets
        .computeIfAbsent(apiKey, _ -> new Bucket(nowNanos))
        .take(Math.clamp(weight, 1, BURST), nowNanos);
  }

  /** What is left to one key. */
  private static final class Bucket {
    private long tokens = BURST * SECOND;
    private long last;

    Bucket(long nowNanos) {
      last = nowNanos;
    }

    synchronized boolean take(int weight, long nowNanos) {
      // Threads may come in another order than their clocks were read in.
      long passed = Math.clamp(nowNanos - last, 0, BURST * SECOND / RATE);
      tokens = Math.min(BURST * SECOND, tokens + passed * RATE);
      last = Math.max(last, nowNanos);
      if (tokens < weight * SECOND) {
        return false;
      }
      tokens -= weight * SECOND;
      return true;
    }
  }
}
