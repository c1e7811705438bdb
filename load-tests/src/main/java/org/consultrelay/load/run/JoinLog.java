package org.consultrelay.load.run;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Who came in, how long it took, and what failed. Any thread. */
final class JoinLog {
  private static final long HIGHEST_MICROS = 600_000_000;
  private static final int DIGITS = 3;
  private static final int MOST_REASONS = 32;

  private final Histogram join = histogram();
  private final Histogram firstAudio = histogram();
  private final Histogram firstKeyFrame = histogram();
  private final Map<String, Integer> failures = new TreeMap<>();
  private final AtomicInteger joined = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger dropouts = new AtomicInteger();

  private static Histogram histogram() {
    return new ConcurrentHistogram(HIGHEST_MICROS, DIGITS);
  }

  void joined(long nanos) {
    joined.incrementAndGet();
    record(join, nanos);
  }

  /** They came in, but their consultation was over: no success, though it took its time. */
  void cameTooLate(long nanos) {
    record(join, nanos);
    failed("join: came in when the consultation was over");
  }

  void firstAudio(long nanos) {
    record(firstAudio, nanos);
  }

  void firstKeyFrame(long nanos) {
    record(firstKeyFrame, nanos);
  }

  private static void record(Histogram into, long nanos) {
    into.recordValue(Math.clamp(nanos / 1_000, 0, HIGHEST_MICROS));
  }

  void failed(String reason) {
    failed.incrementAndGet();
    synchronized (failures) {
      String bounded =
          failures.containsKey(reason) || failures.size() < MOST_REASONS ? reason : "others";
      failures.merge(bounded, 1, Integer::sum);
    }
  }

  /** A join that failed because the relay sent it away until later. */
  void refused(String reason) {
    refused.incrementAndGet();
    failed(reason);
  }

  void droppedOut() {
    dropouts.incrementAndGet();
  }

  int joinedCount() {
    return joined.get();
  }

  int failedCount() {
    return failed.get();
  }

  int refusedCount() {
    return refused.get();
  }

  int dropoutCount() {
    return dropouts.get();
  }

  Map<String, Integer> failures() {
    synchronized (failures) {
      return Map.copyOf(failures);
    }
  }

  Histogram join() {
    return join.copy();
  }

  Histogram firstAudio() {
    return firstAudio.copy();
  }

  Histogram firstKeyFrame() {
    return firstKeyFrame.copy();
  }
}
