package org.consultrelay.relay.sfu;

import java.lang.foreign.MemorySegment;

/**
 * Where an endpoint's packets leave: it encrypts them and hands them to the network. Packets are
 * written in three steps, so that nothing is copied but by the cipher: claim room, write the header
 * there, then send with the payload still standing in the slot it arrived in.
 */
public interface MediaOutlet {
  /** Whether packets can leave now: keys are agreed and a path is chosen. */
  boolean isOpen();

  /** The memory that claimed packets are written to; may change from claim to claim. */
  MemorySegment memory();

  /**
   * Claims room for one packet. A claim that is not sent is simply claimed again.
   *
   * @param length the most bytes that the packet will have before encryption
   * @return where the packet begins in {@link #memory()}
   */
  long claim(int length);

  /**
   * Encrypts and sends an RTP packet (RFC 3711 §3.1).
   *
   * @param at where the packet was claimed; its header stands there
   * @param headerLength the header's bytes, CSRCs and extensions included
   * @param source where the payload stands; may be {@link #memory()} itself, directly behind the
   *     header
   * @param payloadOffset the payload's offset in {@code source}
   * @param payloadLength the payload's bytes
   * @param ssrc the packet's SSRC
   * @param index the packet's SRTP index: roll-over counter and sequence number, 48 bits
   */
  void sendRtp(
      long at,
      int headerLength,
      MemorySegment source,
      long payloadOffset,
      int payloadLength,
      int ssrc,
      long index);

  /** Encrypts and sends an RTCP packet of {@code length} bytes that stands at {@code at}. */
  void sendRtcp(long at, int length);
}
