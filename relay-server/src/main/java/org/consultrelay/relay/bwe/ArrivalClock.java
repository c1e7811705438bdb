package org.consultrelay.relay.bwe;

import org.consultrelay.relay.rtp.TransportFeedback;

/** Makes a clock that does not wrap of the receiver's, whose 32 bits of ticks do. */
final class ArrivalClock {
  private long last = Long.MIN_VALUE;

  /** Nanoseconds for {@link TransportFeedback#arrivalTicks()}. */
  long nanos(long ticks) {
    last = last == Long.MIN_VALUE ? ticks : last + (int) (ticks - last);
    return last * TransportFeedback.TICK_NANOS;
  }
}
