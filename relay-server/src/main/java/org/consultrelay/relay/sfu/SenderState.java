package org.consultrelay.relay.sfu;

import org.consultrelay.relay.rtp.NtpTime;
import org.consultrelay.relay.rtp.RtcpReader;

/**
 * What one outgoing stream has carried and what its receiver reports of it (RFC 3550 §6.4.1):
 * counts for sender reports, loss and round-trip time from receiver reports.
 */
final class SenderState {
  private static final long MAX_RTT_NANOS = 30_000_000_000L;

  private long packets;
  private long octets;
  private int fractionLost;
  private int cumulativeLost;
  private long jitter;
  private long rttNanos;
  private boolean reported;

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

  /**
   * Takes in report block {@code i} of a report.
   *
   * @param ntpNow the middle 32 bits of the clock that our sender reports carry, now; 0 when no
   *     sender report went out
   */
  void onReport(RtcpReader report, int i, int ntpNow) {
    reported = true;
    fractionLost = report.fractionLost(i);
    cumulativeLost = report.cumulativeLost(i);
    jitter = report.jitter(i);
    if (ntpNow != 0) {
      long rtt =
          NtpTime.roundTripNanos(
              ntpNow, report.lastSenderReport(i), report.delaySinceLastSenderReport(i));
      // A peer that lies must not make us wait for minutes.
      if (rtt >= 0 && rtt < MAX_RTT_NANOS) {
        rttNanos = rtt;
      }
    }
  }

  /** Round-trip time in nanoseconds; 0 while unknown. */
  long rttNanos() {
    return rttNanos;
  }

  /** Share lost since the report before, in 1/256. */
  int fractionLost() {
    return fractionLost;
  }

  /** Packets lost in all, as the receiver counts them; may be negative with duplicates. */
  int cumulativeLost() {
    return cumulativeLost;
  }

  /** Interarrival jitter in timestamp units. */
  long jitter() {
    return jitter;
  }

  /** Whether the receiver has reported at all. */
  boolean isReported() {
    return reported;
  }
}
