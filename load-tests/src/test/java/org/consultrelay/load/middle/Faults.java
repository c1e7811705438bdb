package org.consultrelay.load.middle;

/**
 * What goes wrong with the media of one direction. STUN, DTLS and RTCP pass, only delayed.
 *
 * @param loss share of RTP packets that vanish, 0 to 1
 * @param duplication share of RTP packets that come twice, 0 to 1
 * @param corruption share of RTP packets of which one bit flips, 0 to 1
 * @param delayNanos by which every datagram is held up, at least
 */
record Faults(double loss, double duplication, double corruption, long delayNanos) {
  static final Faults NONE = new Faults(0, 0, 0, 0);

  static Faults loss(double share) {
    return new Faults(share, 0, 0, 0);
  }

  static Faults duplication(double share) {
    return new Faults(0, share, 0, 0);
  }

  static Faults corruption(double share) {
    return new Faults(0, 0, share, 0);
  }

  static Faults delay(long nanos) {
    return new Faults(0, 0, 0, nanos);
  }
}
