package org.consultrelay.relay.sfu;

import org.consultrelay.relay.rtp.NtpTime;
import org.consultrelay.relay.rtp.RtcpReader;

/**
 * What one outgoing stream has carried and what its receiver reports of it (RFC 3550 §6.4.1):
 * counts for sender reports, loss and round-trip time from receiver reports.
 */
final class SenderState {
  private static final long MAX_RTT_NANOS = 30_000_000_000L;

  /**
   * What was reported longer ago, in nanoseconds, says nothing of now: of a track that is left out
   * or paused no reports come any more.
   */
  private static final long FRESH_NANOS = 10_000_000_000L;

  /** How many of our sender reports a receiver's report may refer to: the last few seconds'. */
  private static final int REPORTS = 4;

  private final int[] reportMiddles = new int[REPORTS];
  private final long[] reportTimes = new long[REPORTS];
  private int reports;
  private long packets;
  private long octets;
  private int fractionLost;
  private int cumulativeLost;
  private long jitter;
  private long rttNanos;
  private long reportedAt = Long.MIN_VALUE / 2;
  private long measuredAt = Long.MIN_VALUE / 2;
  private long packetsBefore;
  private int lostBefore;
  private int lostCounted;
  private long packetsCounted;

  void sent(int payloadOctets) {
    packets++;
    octets += payloadOctets;
  }

  /** Packets sent, retransmissions not among them. */
  long packets() {
    return packets;
  }

  /** Payload bytes sent. */
  long octets() {
    return octets;
  }

  /** Notes a sender report that leaves now, for the round trip that an answer to it tells. */
  void reportSent(long ntpTimestamp, long nowNanos) {
    int at = reports++ & (REPORTS - 1);
    reportMiddles[at] = NtpTime.middle(ntpTimestamp);
    reportTimes[at] = nowNanos;
  }

  /**
   * Takes in report block {@code i} of a report.
   *
   * @param holes how many numbers have been given out for which no packet will leave
   */
  void onReport(RtcpReader report, int i, long holes, long nowNanos) {
    fractionLost = report.fractionLost(i);
    cumulativeLost = report.cumulativeLost(i) - (int) Math.max(0, holes);
    jitter = report.jitter(i);
    reportedAt = nowNanos;
    // By our own clock: the one that our reports carry is the publisher's, as far as we can tell,
    // and moves with the delay of the publisher's reports.
    int last = report.lastSenderReport(i);
    for (int k = 0; k < Math.min(reports, REPORTS); k++) {
      if (last == reportMiddles[k] && last != 0) {
        long held = report.delaySinceLastSenderReport(i) & 0xFFFF_FFFFL;
        long rtt = nowNanos - reportTimes[k] - ((held * 1_000_000_000L) >>> 16);
        // A peer that lies must not make us wait for minutes.
        if (rtt >= 0 && rtt < MAX_RTT_NANOS) {
          rttNanos = rtt;
          measuredAt = nowNanos;
        }
      }
    }
  }

  /** Packets sent, and reported lost as never before, since the last time, added to sums. */
  void takeLoss(long[] sums) {
    sums[0] += packets - packetsBefore;
    // What goes down and up again has not been lost twice.
    int more = Math.max(0, cumulativeLost - lostBefore);
    sums[1] += more;
    packetsBefore = packets;
    lostBefore += more;
  }

  /** Packets reported lost since the last time, as many as there have never been before. */
  int takeNewlyLost() {
    int more = Math.max(0, cumulativeLost - lostCounted);
    lostCounted += more;
    return more;
  }

  /** Packets sent since the last time. */
  long takeNewlySent() {
    long more = packets - packetsCounted;
    packetsCounted = packets;
    return more;
  }

  /** Round-trip time in nanoseconds as of late; 0 while unknown, and when that was long ago. */
  long rttNanos(long nowNanos) {
    return nowNanos - measuredAt <= FRESH_NANOS ? rttNanos : 0;
  }

  /** Round-trip time in nanoseconds, however old; 0 while unknown. */
  long rttNanos() {
    return rttNanos;
  }

  /** Share lost since the report before, in 1/256. */
  int fractionLost() {
    return fractionLost;
  }

  /** Packets lost in all on the way to the receiver; may be negative with duplicates. */
  int cumulativeLost() {
    return cumulativeLost;
  }

  /** Interarrival jitter in timestamp units as of late; 0 when no report came for long. */
  long jitter(long nowNanos) {
    return nowNanos - reportedAt <= FRESH_NANOS ? jitter : 0;
  }

  /** Interarrival jitter in timestamp units, however old. */
  long jitter() {
    return jitter;
  }
}
