package org.consultrelay.relay.ops;

import java.time.Duration;
import java.util.Locale;
import java.util.function.IntSupplier;
import org.consultrelay.relay.config.OpsConfig;

/**
 * The way out: told to stop, the relay takes no new rooms and waits for those that it has, until a
 * deadline. In virtual time: whoever owns it calls {@link #advance} now and then. Any thread.
 */
public final class Drain {
  private static final long LOG_NANOS = Duration.ofSeconds(10).toNanos();

  /** What is to be done. */
  public enum Step {
    /** Nothing. */
    NONE,
    /** To say how far it is. */
    TELL,
    /** To stop: nobody is there any more. */
    EMPTY,
    /** To stop: whoever is still there is told to go elsewhere. */
    DEADLINE
  }

  /** What becomes of an order to take it back. */
  public enum TakenBack {
    /** New rooms are taken again. */
    DONE,
    /** There was no drain. */
    NOT_DRAINING,
    /** The system wants the process to end, or it has begun to: it cannot be stopped any more. */
    TOO_LATE
  }

  private final long deadlineNanos;
  private final IntSupplier rooms;
  private final IntSupplier participants;
  private boolean draining;
  private boolean forGood;
  private boolean over;
  private long since;
  private long toldAt;
  private int toldRooms;

  /**
   * Nothing is to stop.
   *
   * @param deadline how long rooms may go on, see {@link OpsConfig#drainDeadline}
   * @param rooms how many there are
   * @param participants how many there are
   */
  public Drain(Duration deadline, IntSupplier rooms, IntSupplier participants) {
    this.deadlineNanos = deadline.toNanos();
    this.rooms = rooms;
    this.participants = participants;
  }

  /**
   * Begins, unless it has begun.
   *
   * @param cannotBeTakenBack whether the process ends in any case
   * @return whether it begins now
   */
  public synchronized boolean begin(boolean cannotBeTakenBack, long nowNanos) {
    forGood |= cannotBeTakenBack;
    if (draining) {
      return false;
    }
    draining = true;
    since = nowNanos;
    toldAt = nowNanos;
    toldRooms = rooms.getAsInt();
    return true;
  }

  /** New rooms are taken again, if that is still possible. */
  public synchronized TakenBack takeBack() {
    if (!draining) {
      return TakenBack.NOT_DRAINING;
    }
    if (forGood || over) {
      return TakenBack.TOO_LATE;
    }
    draining = false;
    return TakenBack.DONE;
  }

  /** What is to be done now. After {@link Step#EMPTY} or {@link Step#DEADLINE} nothing more. */
  public synchronized Step advance(long nowNanos) {
    if (!draining || over) {
      return Step.NONE;
    }
    int left = rooms.getAsInt();
    if (left == 0) {
      over = true;
      return Step.EMPTY;
    }
    if (nowNanos - since >= deadlineNanos) {
      over = true;
      return Step.DEADLINE;
    }
    if (left != toldRooms && nowNanos - toldAt >= LOG_NANOS) {
      toldAt = nowNanos;
      toldRooms = left;
      return Step.TELL;
    }
    return Step.NONE;
  }

  /** How far it is. */
  public synchronized Progress progress(long nowNanos) {
    double seconds = draining ? Math.max(0, deadlineNanos - (nowNanos - since)) / 1e9 : 0;
    return new Progress(draining, rooms.getAsInt(), participants.getAsInt(), seconds);
  }

  /**
   * How far a drain is.
   *
   * @param draining whether there is one
   * @param rooms that there are still
   * @param participants who are there still
   * @param secondsLeft until the deadline, 0 when there is no drain
   */
  public record Progress(boolean draining, int rooms, int participants, double secondsLeft) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%d rooms with %d participants left, %.0f s until the deadline",
          rooms,
          participants,
          secondsLeft);
    }
  }
}
