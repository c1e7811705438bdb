package org.consultrelay.load.bench;

import java.lang.foreign.MemorySegment;
import org.consultrelay.load.peer.SimulatedPeer;
import org.consultrelay.relay.rtp.RtcpReader;
import org.consultrelay.relay.rtp.RtpPacket;
import org.consultrelay.relay.srtp.SrtpReceiver;

/**
 * Counts what comes back, and decrypts one packet in 64 to see that it is what was sent: the tester
 * must not need more of the machine than the relay. Written by its loop, read by others a moment
 * later.
 */
final class CountingSink implements SimulatedPeer.Media {
  private static final int SAMPLE = 64;

  private final RtpPacket rtp = new RtpPacket();
  private long received;
  private long verified;
  private long wrong;

  @Override
  public void onPacket(
      SrtpReceiver receiver, MemorySegment memory, long offset, int length, long nowNanos) {
    if (RtcpReader.isRtcp(memory, offset)) {
      return;
    }
    received++;
    if (received % SAMPLE != 0) {
      return;
    }
    if (rtp.parse(memory, offset, length)
        && receiver.unprotectRtp(
                memory, offset, length, rtp.headerLength(), rtp.ssrc(), rtp.sequenceNumber())
            > 0) {
      verified++;
    } else {
      wrong++;
    }
  }

  long received() {
    return received;
  }

  long verified() {
    return verified;
  }

  long wrong() {
    return wrong;
  }
}
