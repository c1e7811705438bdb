package org.consultrelay.relay.rtp;

/**
 * Reception statistics of one stream, as report blocks need them (RFC 3550 §6.4.1, appendices A.1,
 * A.3 and A.8). One per received SSRC.
 */
public final class ReceiveStatistics {
  /** A forward jump of more than that is a sender that counts anew, not loss (RFC 3550 A.1). */
  public static final int MAX_DROPOUT = 3_000;

  private static final long SECOND = 1_000_000_000L;
  private static final int MAX_CUMULATIVE = 0x7F_FFFF;
  private static final int MIN_CUMULATIVE = -0x80_0000;

  private final int clockRate;
  private boolean started;
  private long base;
  private long highest;
  private long packets;
  private long bytes;
  private int lastTimestamp;
  private int lastTransit;
  private int scaledJitter;

  private long expectedBefore;
  private long packetsBefore;
  private int fractionLost;
  private int cumulativeLost;

  private int lastSenderReport;
  private long senderReportNanos;

  /**
   * Statistics of a stream from which nothing came yet.
   *
   * @param clockRate RTP timestamp units a second
   */
  public ReceiveStatistics(int clockRate) {
    this.clockRate = clockRate;
  }

  /** Extends a packet's sequence number against the highest so far; the first stays as it is. */
  public long extend(int sequenceNumber) {
    return started
        ? SequenceNumbers.extend(highest, sequenceNumber)
        : SequenceNumbers.wire(sequenceNumber);
  }

  /**
   * Counts a packet that was authenticated. Retransmissions from an RTX stream do not belong here.
   *
   * @param extended its sequence number, extended by {@link #extend}
   * @param timestamp its RTP timestamp
   * @param length its bytes, for {@link #bytes()}
   * @param arrivalNanos when it came
   */
  public void received(long extended, int timestamp, int length, long arrivalNanos) {
    packets++;
    bytes += length;
    if (!started) {
      started = true;
      base = extended;
      highest = extended;
      lastTimestamp = timestamp;
      lastTransit = arrivalUnits(arrivalNanos) - timestamp;
      return;
    }
    if (extended <= highest) {
      return;
    }
    long ahead = extended - highest;
    if (ahead > MAX_DROPOUT) {
      base += ahead - 1;
    }
    highest = extended;
    // The packets of one frame share a timestamp and are sent one after the other: how far apart
    // says
    // nothing about the line, so only the first counts for jitter.
    if (timestamp != lastTimestamp) {
      lastTimestamp = timestamp;
      jitter(arrivalUnits(arrivalNanos) - timestamp);
    }
  }

  /** RFC 3550 A.8, scaled by 16. */
  private void jitter(int transit) {
    int difference = Math.abs(transit - lastTransit);
    lastTransit = transit;
    // Five seconds are a timestamp that began anew. Also true of the one negative absolute value.
    if (difference < 0 || difference > 5 * clockRate) {
      return;
    }
    scaledJitter += difference - ((scaledJitter + 8) >> 4);
  }

  /** The arrival in timestamp units, modulo 2^32; in two parts so that it never overflows. */
  private int arrivalUnits(long nanos) {
    long seconds = Math.floorDiv(nanos, SECOND);
    long rest = nanos - seconds * SECOND;
    return (int) (seconds * clockRate + rest * clockRate / SECOND);
  }

  /** Notes a sender report of this stream, for the round trip that its sender computes. */
  public void senderReport(long ntpTimestamp, long arrivalNanos) {
    lastSenderReport = NtpTime.middle(ntpTimestamp);
    senderReportNanos = arrivalNanos;
  }

  /**
   * Computes what a report block says and starts the next interval (RFC 3550 A.3). The accessors of
   * the block then hold until the next call.
   */
  public void takeReport() {
    long expected = expected();
    long lost = expected - packets;
    cumulativeLost = Math.clamp(lost, MIN_CUMULATIVE, MAX_CUMULATIVE);
    long expectedNow = expected - expectedBefore;
    long lostNow = expectedNow - (packets - packetsBefore);
    fractionLost = lostNow <= 0 ? 0 : (int) Math.min(255, (lostNow << 8) / expectedNow);
    expectedBefore = expected;
    packetsBefore = packets;
  }

  /** Whether any packet came. */
  public boolean started() {
    return started;
  }

  /** Packets that came, duplicates too. */
  public long packets() {
    return packets;
  }

  /** Bytes that came, as counted by the caller. */
  public long bytes() {
    return bytes;
  }

  /** Packets that ought to have come. */
  public long expected() {
    return started ? highest - base + 1 : 0;
  }

  /** The highest extended sequence number; 32 bits of it go into a report. */
  public long highestSequence() {
    return highest;
  }

  /** The fraction lost in the interval before {@link #takeReport}, in 1/256, 0 to 255. */
  public int fractionLost() {
    return fractionLost;
  }

  /** Packets lost in all at {@link #takeReport}, within 24 bits with sign. */
  public int cumulativeLost() {
    return cumulativeLost;
  }

  /** Interarrival jitter now, in timestamp units. */
  public long jitter() {
    return scaledJitter >> 4;
  }

  /**
   * The arrival of the last packet that came in order and began a timestamp, less that timestamp;
   * in timestamp units, modulo 2^32, from a point that is the same for all of the stream.
   */
  public int transit() {
    return lastTransit;
  }

  /** Middle bits of the last sender report's NTP time; 0 if none came. */
  public int lastSenderReport() {
    return lastSenderReport;
  }

  /** The time since that sender report in 1/65,536 s; 0 if none came. */
  public long delaySinceLastSenderReport(long nowNanos) {
    return lastSenderReport == 0 ? 0 : NtpTime.delay(nowNanos - senderReportNanos);
  }
}
