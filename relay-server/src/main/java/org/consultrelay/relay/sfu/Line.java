package org.consultrelay.relay.sfu;

import org.consultrelay.relay.bwe.BandwidthEstimate;
import org.consultrelay.relay.rtp.RtcpReader;
import org.consultrelay.relay.rtp.TransportFeedback;

/**
 * What leaves for one peer as its line sees it: packets numbered across all streams, what the peer
 * reports of them, and how much the line is judged to carry.
 */
final class Line {
  /** IP, UDP and SRTP around a packet, in bytes; what carries the relay's TURN comes on top. */
  static final int OVERHEAD = 28 + 16;

  private final BandwidthEstimate estimate = new BandwidthEstimate();
  private final TransportFeedback feedback = new TransportFeedback();
  private int number = -1;
  private boolean judged;

  /** The next transport-wide sequence number, 0 to 65,535. */
  int nextNumber() {
    number = (number + 1) & 0xFFFF;
    return number;
  }

  /**
   * A packet left.
   *
   * @param length its bytes before encryption
   */
  void sent(int itsNumber, int length, long nowNanos) {
    estimate.onSent(itsNumber, length + OVERHEAD, nowNanos);
  }

  /** The reader's current packet is transport-wide feedback. False when it makes no sense. */
  boolean onFeedback(RtcpReader reader, long nowNanos) {
    if (!feedback.read(reader)) {
      return false;
    }
    judged = true;
    estimate.onFeedback(feedback, nowNanos);
    return true;
  }

  /** The peer says itself what its line carries, in bits a second. */
  void onRemb(long bitsPerSecond, long nowNanos) {
    judged = true;
    estimate.onRemb(bitsPerSecond, nowNanos);
  }

  /** The round trip to the peer, in nanoseconds, more than zero. */
  void onRoundTrip(long nanos) {
    estimate.onRoundTrip(nanos);
  }

  /** What it carries, in bits a second; {@link Long#MAX_VALUE} while nobody knows. */
  long bitsPerSecond() {
    return judged ? estimate.lineBitsPerSecond() : Long.MAX_VALUE;
  }

  /** What may be sent now, in bits a second: less than it carries while a queue is drained. */
  long targetBitsPerSecond() {
    return estimate.targetBitsPerSecond();
  }

  /** Whether a queue on it is being drained. */
  boolean isDraining() {
    return judged && estimate.draining();
  }

  /** What there would be to send, in bits a second. */
  void wanted(long bitsPerSecond) {
    estimate.wanted(Math.max(1, bitsPerSecond));
  }

  /** Bytes of a probe that should leave now; 0 for no probe. */
  int probeBytes(long nowNanos) {
    return judged ? estimate.probeBytes(nowNanos) : 0;
  }

  /** When {@link #onDeadline} is due; {@link Long#MAX_VALUE} for never. */
  long deadline() {
    return judged ? estimate.deadline() : Long.MAX_VALUE;
  }

  /** Does what is due. */
  void onDeadline(long nowNanos) {
    estimate.onDeadline(nowNanos);
  }

  @Override
  public String toString() {
    return estimate.toString();
  }
}
