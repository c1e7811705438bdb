package org.consultrelay.relay.srtp;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;

/**
 * Protects what goes out to one peer: all SSRCs under one master key. One thread at a time; no
 * allocation per packet. Memory must be native, and if two segments are given they must be the very
 * same bytes or not overlap.
 */
public final class SrtpSender implements AutoCloseable {
  /** The longest packet that is protected or taken, trailer included, in bytes. */
  public static final int MAX_PACKET_LENGTH = 2_048;

  private static final int RTP_HEADER_LENGTH = 12;
  private static final int ENCRYPTED = 0x8000_0000;

  private final PacketCipher rtp;
  private final PacketCipher rtcp;
  private final int rtpTagLength;
  private final int rtcpTrailerLength;
  private int lastRtcpIndex;
  private boolean closed;

  SrtpSender(SrtpProfile profile, PacketCipher rtp, PacketCipher rtcp) {
    this.rtp = rtp;
    this.rtcp = rtcp;
    rtpTagLength = profile.rtpTagLength();
    rtcpTrailerLength = profile.rtcpTrailerLength();
  }

  /**
   * Protects an RTP packet (RFC 3711 section 3.3, RFC 7714 section 8). The header already stands at
   * the target; the payload is read from the source and encrypted into the target directly behind
   * the header, and the tag follows.
   *
   * <p>No two different packets may go out with one SSRC and index, ever: with GCM that gives the
   * authentication key away. A packet that is sent again goes as RTX, with a sequence number of its
   * own.
   *
   * @param target has room for header, payload and {@link SrtpProfile#rtpTagLength()}
   * @param headerLength fixed header, CSRCs and extension, in bytes
   * @param source may be the target, with the payload already in its place
   * @param ssrc as it stands in the header
   * @param index roll-over counter times 65,536 plus sequence number; the caller counts
   * @return the length of the protected packet in bytes
   * @throws IllegalArgumentException when a length or the index is out of range
   * @throws IndexOutOfBoundsException when target or source is too small
   */
  public int protectRtp(
      MemorySegment target,
      long targetOffset,
      int headerLength,
      MemorySegment source,
      long payloadOffset,
      int payloadLength,
      int ssrc,
      long index) {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    if (headerLength < RTP_HEADER_LENGTH
        || payloadLength < 0
        || payloadLength > MAX_PACKET_LENGTH - rtpTagLength - headerLength) {
      throw new IllegalArgumentException(
          "header of " + headerLength + " and payload of " + payloadLength + " bytes");
    }
    if (index >>> 48 != 0) {
      throw new IllegalArgumentException("index " + index + " is not of 48 bits");
    }
    return rtp.sealRtp(
        target, targetOffset, headerLength, source, payloadOffset, payloadLength, ssrc, index);
  }

  /**
   * Protects an RTCP packet, compound or reduced-size, in place (RFC 3711 section 3.4, RFC 7714
   * section 9) and appends tag and index. Counts the SRTCP index itself: one count for all SSRCs,
   * the first packet is 1.
   *
   * @param memory has {@link SrtpProfile#rtcpTrailerLength()} bytes to spare behind the packet
   * @param length of the RTCP packet, at least 8 bytes
   * @return the length of the protected packet in bytes
   * @throws IllegalArgumentException when the length is out of range
   * @throws IllegalStateException when 2^31 packets have gone out under this key
   * @throws IndexOutOfBoundsException when the memory is too small
   */
  public int protectRtcp(MemorySegment memory, long offset, int length) {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    if (length < PacketCipher.RTCP_HEADER_LENGTH
        || length > MAX_PACKET_LENGTH - rtcpTrailerLength) {
      throw new IllegalArgumentException("RTCP packet of " + length + " bytes");
    }
    if (lastRtcpIndex == Integer.MAX_VALUE) {
      throw new IllegalStateException("no SRTCP index is left under this key");
    }
    int ssrc = Bytes.i32(memory, offset + 4);
    return rtcp.sealRtcp(memory, offset, length, ssrc, ++lastRtcpIndex | ENCRYPTED);
  }

  /** Sets the index of the RTCP packet before the next one. For published test vectors. */
  void lastRtcpIndex(int index) {
    lastRtcpIndex = index;
  }

  /** Gives up keys and native memory. The second time, does nothing. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      rtp.close();
      rtcp.close();
    }
  }
}
