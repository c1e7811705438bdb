package org.consultrelay.load.turn;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What sessions are to do, how many at once, and how far they have come. One loop's thread. */
final class SessionJob {
  /** What is done with each client. */
  enum Kind {
    /** Allocate, permit, bind a channel. */
    CHANNEL,
    /** Allocate, no more. */
    ALLOCATE,
    /** Allocate and delete, over and over until the time is up. */
    CHURN,
    /** Give back what is there. */
    DELETE
  }

  /**
   * What came of it.
   *
   * @param done sessions that got where they should
   * @param failed sessions that did not
   * @param seconds it took
   * @param firstFailure why the first one failed; empty when none did
   */
  record Outcome(long done, long failed, double seconds, String firstFailure) {
    /** Both together, at the same time. */
    Outcome beside(Outcome other) {
      return new Outcome(
          done + other.done,
          failed + other.failed,
          Math.max(seconds, other.seconds),
          firstFailure.isEmpty() ? other.firstFailure : firstFailure);
    }
  }

  private final Kind kind;
  private final int clients;
  private final int atOnce;
  private final long nanos;
  private final long perSecond;
  private long beganNanos;
  private long begun;
  private long done;
  private long failed;
  private int underWay;
  private String firstFailure = "";
  private @Nullable CompletableFuture<Outcome> outcome;

  /**
   * A job.
   *
   * @param clients of this loop that take part
   * @param atOnce sessions under way at most
   * @param perSecond sessions begun at most; 0: as many as come
   * @param nanos how long churn goes on
   */
  SessionJob(Kind kind, int clients, int atOnce, long perSecond, long nanos) {
    this.kind = kind;
    this.clients = clients;
    this.atOnce = atOnce;
    this.perSecond = perSecond;
    this.nanos = nanos;
  }

  Kind kind() {
    return kind;
  }

  int clients() {
    return clients;
  }

  void begin(long nowNanos, CompletableFuture<Outcome> whenOver) {
    beganNanos = nowNanos;
    outcome = whenOver;
  }

  boolean mayBegin(long nowNanos) {
    return underWay < atOnce
        && !isTimeUp(nowNanos)
        && (perSecond == 0 || begun < (nowNanos - beganNanos) * perSecond / 1_000_000_000);
  }

  private boolean isTimeUp(long nowNanos) {
    return kind == Kind.CHURN && nowNanos - beganNanos >= nanos;
  }

  void began() {
    begun++;
    underWay++;
  }

  void ended(boolean well, String why) {
    underWay--;
    if (well) {
      done++;
    } else {
      failed++;
      firstFailure = firstFailure.isEmpty() ? why : firstFailure;
    }
  }

  boolean isOver(boolean nobodyWaits, long nowNanos) {
    return underWay == 0 && (kind == Kind.CHURN ? isTimeUp(nowNanos) : nobodyWaits);
  }

  void end(long nowNanos) {
    CompletableFuture<Outcome> whenOver = outcome;
    if (whenOver != null) {
      whenOver.complete(new Outcome(done, failed, (nowNanos - beganNanos) / 1e9, firstFailure));
    }
  }
}
