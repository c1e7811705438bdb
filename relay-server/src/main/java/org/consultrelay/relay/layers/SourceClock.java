package org.consultrelay.relay.layers;

/**
 * How the timestamps of one incoming stream relate to the publisher's wall clock, as its sender
 * reports say (RFC 3550 §6.4.1). Two streams of one publisher share the wall clock.
 */
public final class SourceClock {
  private final int clockRate;
  private boolean known;
  private long ntp;
  private int timestamp;

  /**
   * A clock that knows nothing yet.
   *
   * @param clockRate timestamp units a second
   */
  public SourceClock(int clockRate) {
    this.clockRate = clockRate;
  }

  /**
   * Notes a sender report.
   *
   * @param ntpTime in NTP format, 32.32 bits (RFC 3550 §4)
   * @param rtpTimestamp of the same moment
   */
  public void onSenderReport(long ntpTime, int rtpTimestamp) {
    known = true;
    ntp = ntpTime;
    timestamp = rtpTimestamp;
  }

  /** Whether a sender report has come. */
  public boolean isKnown() {
    return known;
  }

  int clockRate() {
    return clockRate;
  }

  /** What to add to a timestamp of this stream for the other's timestamp of the same moment. */
  int offsetTo(SourceClock other) {
    long difference = ntp - other.ntp;
    long ticks =
        (difference >> 32) * clockRate + (((difference & 0xFFFF_FFFFL) * clockRate) >>> 32);
    return other.timestamp - timestamp + (int) ticks;
  }
}
