package org.consultrelay.relay.srtp;

import java.util.SplittableRandom;

/** A sender, a receiver with the same keys, and random packets from the one for the other. */
final class SrtpPath implements AutoCloseable {
  static final int SSRC = 0xDEAD_BEEF;

  final SrtpProfile profile;
  final SplittableRandom random;
  final SrtpSender sender;
  final SrtpReceiver receiver;

  SrtpPath(SrtpProfile profile, long seed) {
    SrtpPackets.assumeOffered(profile);
    this.profile = profile;
    random = new SplittableRandom(seed);
    SrtpKeys keys = SrtpPackets.keys(profile, random);
    sender = SrtpPackets.CIPHERS.sender(keys);
    receiver = SrtpPackets.CIPHERS.receiver(keys);
  }

  byte[] rtp(int ssrc, long index) {
    byte[] packet = SrtpPackets.rtp(random, ssrc, (int) index & 0xFFFF, random.nextInt(40));
    return SrtpPackets.protectRtp(sender, profile, packet, index);
  }

  byte[] rtcp(int ssrc) {
    return SrtpPackets.protectRtcp(sender, profile, SrtpPackets.rtcp(random, ssrc, 28));
  }

  /** The packet's length, or why it was not taken. */
  int take(byte[] srtp) {
    return SrtpPackets.unprotectRtp(receiver, srtp).code();
  }

  /** The packet's length, or why it was not taken. */
  int takeRtcp(byte[] srtcp) {
    return SrtpPackets.unprotectRtcp(receiver, srtcp).code();
  }

  /** Sends a packet of {@link #SSRC}; says whether it came through with its index. */
  boolean passes(long index) {
    return take(rtp(SSRC, index)) > 0 && receiver.lastIndex() == index;
  }

  @Override
  public void close() {
    sender.close();
    receiver.close();
  }
}
