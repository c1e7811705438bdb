package org.consultrelay.relay.srtp;

/** What a receiver remembers of one SSRC: exists only once a packet of it has authenticated. */
final class ReceiveStream {
  final int ssrc;

  /** By 48-bit SRTP index. */
  final ReplayWindow rtp = new ReplayWindow();

  /** By 31-bit SRTCP index. */
  final ReplayWindow rtcp = new ReplayWindow();

  ReceiveStream(int ssrc) {
    this.ssrc = ssrc;
  }

  /** The index of the first RTP packet of a stream: its roll-over counter is taken to be 0. */
  static long firstIndex(int sequenceNumber) {
    return sequenceNumber;
  }

  /**
   * Guesses the index of a packet from its sequence number: the one nearest to the highest so far
   * (RFC 3711 section 3.3.1 and appendix A).
   */
  long estimateIndex(int sequenceNumber) {
    long highest = rtp.highest();
    if (highest < 0) {
      return firstIndex(sequenceNumber);
    }
    int last = (int) highest & 0xFFFF;
    long rollovers = highest >>> 16;
    if (last < 0x8000) {
      // Before roll-over 0 there was nothing: there, a far number can only be ahead.
      if (sequenceNumber - last > 0x8000 && rollovers > 0) {
        rollovers--;
      }
    } else if (last - 0x8000 > sequenceNumber) {
      rollovers = (rollovers + 1) & 0xFFFF_FFFFL;
    }
    return rollovers << 16 | sequenceNumber;
  }
}
