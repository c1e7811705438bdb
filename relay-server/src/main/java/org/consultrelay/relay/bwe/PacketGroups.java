package org.consultrelay.relay.bwe;

/**
 * Puts packets that left together into groups, and says how much further apart two groups came than
 * they left (draft-ietf-rmcat-gcc-02 §5.1, §5.2). What a stalled line lets go of in one burst
 * counts as one group, too.
 */
final class PacketGroups {
  private static final long GROUP_NANOS = 5_000_000;
  private static final long MAX_BURST_NANOS = 100_000_000;
  private static final int MAX_REORDERED = 3;

  private long firstSent;
  private long lastSent;
  private long firstArrival;
  private long lastArrival;
  private long previousSent;
  private long previousArrival;
  private boolean any;
  private boolean anyPrevious;
  private int reordered;
  private long sendDelta;
  private long arrivalDelta;
  private long arrival;

  /**
   * Takes a packet that came, in the order of sending.
   *
   * @return whether it closed a group, so that the deltas are those of the last two groups
   */
  boolean add(long sentNanos, long arrivalNanos) {
    if (!any) {
      any = true;
      begin(sentNanos, arrivalNanos);
      return false;
    }
    if (sentNanos < firstSent) {
      return false;
    }
    if (belongs(sentNanos, arrivalNanos)) {
      lastSent = Math.max(lastSent, sentNanos);
      lastArrival = Math.max(lastArrival, arrivalNanos);
      return false;
    }
    boolean complete = anyPrevious && compare();
    if (reordered == 0) {
      previousSent = lastSent;
      previousArrival = lastArrival;
      anyPrevious = true;
    }
    begin(sentNanos, arrivalNanos);
    return complete;
  }

  private boolean compare() {
    sendDelta = lastSent - previousSent;
    arrivalDelta = lastArrival - previousArrival;
    arrival = lastArrival;
    if (arrivalDelta >= 0) {
      reordered = 0;
      return true;
    }
    // A group that overtook the one before says nothing; many do when the receiver's clock jumped.
    if (++reordered >= MAX_REORDERED) {
      reordered = 0;
    }
    return false;
  }

  private boolean belongs(long sentNanos, long arrivalNanos) {
    if (sentNanos - firstSent <= GROUP_NANOS) {
      return true;
    }
    long apart = arrivalNanos - lastArrival;
    return apart < sentNanos - lastSent
        && apart <= GROUP_NANOS
        && arrivalNanos - firstArrival < MAX_BURST_NANOS;
  }

  private void begin(long sentNanos, long arrivalNanos) {
    firstSent = sentNanos;
    lastSent = sentNanos;
    firstArrival = arrivalNanos;
    lastArrival = arrivalNanos;
  }

  /** Between the last packets of both groups as they left, in nanoseconds. */
  long sendDelta() {
    return sendDelta;
  }

  /** Between the last packets of both groups as they came, in nanoseconds, 0 or more. */
  long arrivalDelta() {
    return arrivalDelta;
  }

  /** When the later group was complete, by the receiver's clock, in nanoseconds. */
  long arrival() {
    return arrival;
  }
}
