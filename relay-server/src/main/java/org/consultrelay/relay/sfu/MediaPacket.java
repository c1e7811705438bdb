package org.consultrelay.relay.sfu;

import org.consultrelay.relay.layers.PacketFacts;
import org.consultrelay.relay.rtp.RtpPacket;

/**
 * One media packet of the current loop turn: parsed, decrypted, waiting in its slot to be
 * forwarded. Reused turn after turn.
 */
public final class MediaPacket {
  private final RtpPacket rtp = new RtpPacket();
  private int slot;
  private long index;
  private boolean late;
  private final PacketFacts facts = new PacketFacts();

  MediaPacket() {}

  /** The packet's header and payload. */
  public RtpPacket rtp() {
    return rtp;
  }

  /** The slot that the packet stands in. */
  int slot() {
    return slot;
  }

  /** Its extended sequence number within its layer. */
  long index() {
    return index;
  }

  /** Whether one with a higher number came before it. */
  boolean isLate() {
    return late;
  }

  /** Whether a decoder can start here. */
  boolean startsKeyFrame() {
    return facts.keyFrame();
  }

  /** What it says of its place in the stream. */
  PacketFacts facts() {
    return facts;
  }

  void inSlot(int itsSlot) {
    this.slot = itsSlot;
  }

  void accepted(long itsIndex, boolean isLate) {
    this.index = itsIndex;
    this.late = isLate;
  }
}
