package org.consultrelay.relay.net;

/**
 * Timers by the thousand: a hashed wheel of 5 ms buckets with the timers themselves as list nodes,
 * so scheduling and cancelling are O(1) and allocate nothing. A timer fires at the first tick at or
 * after its deadline, never before. Time comes in through {@link #advance}. One thread.
 */
// List nodes are compared by identity.
@SuppressWarnings("ReferenceEquality")
public final class TimerWheel {
  /** A tick, in nanoseconds. */
  public static final long TICK_NANOS = 5_000_000;

  // 1024 buckets are 5 s: a timer due later stays in its bucket and is passed over once a turn.
  private static final int BUCKETS = 1024;

  /** Something to do at a deadline. Each is in at most one wheel, once. */
  public abstract static class Timer {
    private Timer previous = this;
    private Timer next = this;
    private long dueTick;
    private long deadlineNanos;

    /** For subclasses. */
    protected Timer() {}

    /**
     * The deadline has come; the timer is no longer scheduled and may be scheduled again. May
     * schedule and cancel any timer.
     *
     * @param nowNanos the time of the tick, the same for all timers of a tick
     */
    protected abstract void onTimer(long nowNanos);

    /** Whether the timer is in a wheel. */
    public final boolean isScheduled() {
      return next != this;
    }

    /** The deadline last scheduled for. */
    public final long deadlineNanos() {
      return deadlineNanos;
    }

    private void unlink() {
      previous.next = next;
      next.previous = previous;
      previous = this;
      next = this;
    }

    private void linkBefore(Timer head) {
      next = head;
      previous = head.previous;
      previous.next = this;
      head.previous = this;
    }
  }

  private static final class Head extends Timer {
    @Override
    protected void onTimer(long nowNanos) {
      throw new AssertionError("a list's head is no timer");
    }
  }

  private final Timer[] buckets = new Timer[BUCKETS];
  private final Timer due = new Head();
  private final FailureLog failures = new FailureLog("a timer");
  private final long startNanos;
  private long tick;
  private int size;

  /** An empty wheel whose ticks count from {@code startNanos}. */
  public TimerWheel(long startNanos) {
    this.startNanos = startNanos;
    for (int i = 0; i < BUCKETS; i++) {
      buckets[i] = new Head();
    }
  }

  /**
   * Schedules the timer, or moves it if it is scheduled.
   *
   * @param deadlineNanos when; in the past means the next tick, {@link Long#MAX_VALUE} means never
   *     and is the same as {@link #cancel}
   */
  public void schedule(Timer timer, long deadlineNanos) {
    cancel(timer);
    timer.deadlineNanos = deadlineNanos;
    if (deadlineNanos == Long.MAX_VALUE) {
      return;
    }
    timer.dueTick = Math.max(tick + 1, tickAtOrAfter(deadlineNanos));
    timer.linkBefore(buckets[(int) (timer.dueTick & (BUCKETS - 1))]);
    size++;
  }

  /**
   * The time of the first tick at or after {@code deadlineNanos}: when a timer that is scheduled
   * for then fires, if nothing is late.
   */
  public long tickAt(long deadlineNanos) {
    return startNanos + tickAtOrAfter(deadlineNanos) * TICK_NANOS;
  }

  private long tickAtOrAfter(long deadlineNanos) {
    long after = deadlineNanos - startNanos;
    if (after < 0) {
      // nanoTime may be negative, so a far deadline can overflow: that is far, not past.
      return deadlineNanos > startNanos ? Long.MAX_VALUE / TICK_NANOS : 0;
    }
    return after / TICK_NANOS + (after % TICK_NANOS == 0 ? 0 : 1);
  }

  /** Takes the timer out; nothing happens if it is not in. */
  public void cancel(Timer timer) {
    if (timer.isScheduled()) {
      timer.unlink();
      size--;
    }
  }

  /** How many timers are scheduled. */
  public int size() {
    return size;
  }

  /**
   * Fires every timer that is due, tick by tick, within a tick in the order of scheduling. An
   * exception out of a timer is logged and does not stop the others. Not to be called by a timer.
   *
   * @return how many fired
   */
  public int advance(long nowNanos) {
    long target = Math.floorDiv(nowNanos - startNanos, TICK_NANOS);
    if (target <= tick) {
      return 0;
    }
    long last = Math.min(target, tick + BUCKETS);
    for (long t = tick + 1; t <= last; t++) {
      collect(buckets[(int) (t & (BUCKETS - 1))], target);
    }
    tick = target;
    int fired = 0;
    while (due.next != due) {
      Timer timer = due.next;
      timer.unlink();
      size--;
      fired++;
      try {
        timer.onTimer(nowNanos);
      } catch (Throwable failure) {
        failures.add(failure);
      }
    }
    return fired;
  }

  private void collect(Timer bucket, long target) {
    Timer timer = bucket.next;
    while (timer != bucket) {
      Timer next = timer.next;
      if (timer.dueTick <= target) {
        timer.unlink();
        timer.linkBefore(due);
      }
      timer = next;
    }
  }

  /** How many exceptions came out of timers: bugs. */
  public long timerFailures() {
    return failures.count();
  }
}
