package org.consultrelay.relay.ops;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Trial calls for synthetic monitoring: at most one at a time, and none within a few seconds of the
 * last, so that no monitor, however eager, is a load. Who asks in between gets the last result.
 */
public final class DeepCheck {
  /** The least time from one trial to the next. */
  public static final Duration INTERVAL = Duration.ofSeconds(5);

  private final Callable<Stages> trial;
  private final LongSupplier clock;
  private final AtomicBoolean running = new AtomicBoolean();
  private volatile @Nullable Result last;
  private volatile long lastNanos;
  private final AtomicLong passed = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();

  /**
   * What a trial call took, from its beginning to each stage, in nanoseconds.
   *
   * @param ice until ICE was connected
   * @param dtls until keys were agreed
   * @param media until the first packet had gone there and back
   */
  public record Stages(long ice, long dtls, long media) {}

  /**
   * What to answer.
   *
   * @param status of HTTP: 200 good, 503 not, 429 none to tell of yet
   * @param json for people and monitors
   * @param retryAfterSeconds when another one is made; 0 when this one is fresh
   */
  public record Result(int status, JsonObject json, int retryAfterSeconds) {}

  /**
   * No trial yet.
   *
   * @param trial makes a call; blocking, throws with one line why it failed
   * @param clock nanoseconds
   */
  public DeepCheck(Callable<Stages> trial, LongSupplier clock) {
    this.trial = trial;
    this.clock = clock;
  }

  /** Makes a trial call, or tells of the last. Blocking; any thread. */
  public Result run() {
    Result before = last;
    long since = clock.getAsLong() - lastNanos;
    if (before != null && since < INTERVAL.toNanos()) {
      return stale(before, since);
    }
    if (!running.compareAndSet(false, true)) {
      return before != null
          ? stale(before, since)
          : new Result(429, new JsonObject().put("problem", "the first trial is going on"), 1);
    }
    try {
      Result made = once();
      lastNanos = clock.getAsLong();
      last = made;
      return made;
    } finally {
      running.set(false);
    }
  }

  private static Result stale(Result before, long since) {
    JsonObject json = before.json().copy().put("ageSeconds", Math.round(since / 1e8) / 10.0);
    long wait = Math.max(1, INTERVAL.minusNanos(since).toSeconds() + 1);
    return new Result(before.status(), json, (int) wait);
  }

  private Result once() {
    long begun = clock.getAsLong();
    JsonObject json = new JsonObject();
    boolean ok = false;
    try {
      Stages stages = trial.call();
      ok = true;
      passed.incrementAndGet();
      json.put("ok", true)
          .put("iceMillis", millis(stages.ice()))
          .put("dtlsMillis", millis(stages.dtls()))
          .put("mediaMillis", millis(stages.media()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      json.put("ok", false).put("problem", "the relay is stopping");
    } catch (Exception e) {
      failed.incrementAndGet();
      String text = e.getMessage();
      json.put("ok", false).put("problem", text == null ? e.toString() : text);
    }
    json.put("millis", millis(clock.getAsLong() - begun)).put("ageSeconds", 0);
    return new Result(ok ? 200 : 503, json, 0);
  }

  private static double millis(long nanos) {
    return Math.round(nanos / 1e4) / 100.0;
  }

  /** Whether the last trial was good; true before the first. */
  public boolean isWell() {
    Result known = last;
    return known == null || known.status() == 200;
  }

  /** What the last trial took, in seconds; 0 before the first. */
  public double seconds() {
    Result known = last;
    return known == null ? 0 : known.json().getDouble("millis") / 1e3;
  }

  /** Trials with this outcome. */
  public long trials(Outcome outcome) {
    return outcome == Outcome.PASSED ? passed.get() : failed.get();
  }

  /** What may come of a trial. */
  public enum Outcome {
    /** Media went there and back. */
    PASSED,
    /** It did not, in time. */
    FAILED;

    /** As a metric's label. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
