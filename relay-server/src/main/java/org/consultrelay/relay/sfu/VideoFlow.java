package org.consultrelay.relay.sfu;

/**
 * How a video flows to one subscriber, as far as it can be told from what is sent: how long the
 * first picture took, where the flow broke off, when the picture became larger or smaller. Counts
 * for the loop; allocates nothing.
 */
final class VideoFlow {
  /** Half a second without a packet is a picture that stands still. */
  static final long GAP_NANOS = 500_000_000L;

  /** Who sends nothing for longer has most likely muted the camera. */
  static final long MUTE_NANOS = 5_000_000_000L;

  private static final long NEVER = Long.MIN_VALUE;

  private final MediaCounters counters;
  private final LineRecord record;
  private final boolean steady;
  private long offeredAt = NEVER;
  private long sentAt = NEVER;
  private boolean begun;
  private boolean stalled;
  private int size = -1;

  /**
   * A flow that has not begun.
   *
   * @param record of the subscriber's line
   * @param steady whether pictures come all the time; those of a shared screen do not
   */
  VideoFlow(MediaCounters counters, LineRecord record, boolean steady) {
    this.counters = counters;
    this.record = record;
    this.steady = steady;
    counters.videos++;
  }

  /** There are packets that could be sent. */
  void offered(long nowNanos) {
    if (offeredAt == NEVER) {
      offeredAt = nowNanos;
    }
  }

  /**
   * Packets are sent.
   *
   * @param itsSize the size of the picture, 0 for the smallest
   */
  void sent(int itsSize, long nowNanos) {
    if (!begun) {
      begun = true;
      counters.firstFrame.add(offeredAt == NEVER ? 0 : nowNanos - offeredAt);
    }
    long silent = sentAt == NEVER ? 0 : nowNanos - sentAt;
    if (steady && silent >= GAP_NANOS && silent < MUTE_NANOS) {
      counters.gaps++;
      counters.gapNanos += silent;
      record.froze(silent);
    }
    sentAt = nowNanos;
    if (itsSize != size) {
      if (size >= 0 && itsSize > size) {
        counters.switchesUp++;
      } else if (size >= 0) {
        counters.switchesDown++;
      }
      size = itsSize;
    }
  }

  /** Nothing is sent for a while, and the subscriber knows why. */
  void interrupted() {
    sentAt = NEVER;
    if (!begun) {
      offeredAt = NEVER;
    }
  }

  /** The line does not carry it, or carries it again. */
  void stalled(boolean now) {
    if (now != stalled) {
      stalled = now;
      if (now) {
        counters.stallsBegun++;
        interrupted();
      } else {
        counters.stallsEnded++;
      }
    }
  }

  /** It is over. */
  void closed() {
    stalled(false);
    counters.videos--;
  }
}
