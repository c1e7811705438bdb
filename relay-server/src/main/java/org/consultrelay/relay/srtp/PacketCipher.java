package org.consultrelay.relay.srtp;

import java.lang.foreign.MemorySegment;

/**
 * One session key at work, in one direction: lays out, encrypts and authenticates packets. Knows no
 * roll-over counter and no replay window; the caller names each packet's index. Not thread-safe.
 */
abstract class PacketCipher implements AutoCloseable {
  /** The fixed part of an RTCP packet that stays in the clear: header word and SSRC. */
  static final int RTCP_HEADER_LENGTH = 8;

  /** Makes a cipher. Told apart by direction because libcrypto contexts are. */
  @FunctionalInterface
  interface Factory {
    /** A cipher that seals, or one that opens. */
    PacketCipher create(SessionKey key, boolean seals);
  }

  /**
   * Encrypts the payload to behind the header at the target and appends the tag.
   *
   * @return the length of the SRTP packet in bytes
   */
  abstract int sealRtp(
      MemorySegment target,
      long targetOffset,
      int headerLength,
      MemorySegment source,
      long payloadOffset,
      int payloadLength,
      int ssrc,
      long index);

  /**
   * Authenticates an SRTP packet and decrypts it in place.
   *
   * @param length of the whole packet, not less than header and tag
   * @return whether it is authentic; if not, the payload's bytes are undefined
   */
  abstract boolean openRtp(
      MemorySegment memory, long offset, int length, int headerLength, int ssrc, long index);

  /**
   * Encrypts an RTCP packet in place and appends tag and index word.
   *
   * @param indexWord the SRTCP index with the E flag set
   * @return the length of the SRTCP packet in bytes
   */
  abstract int sealRtcp(MemorySegment memory, long offset, int length, int ssrc, int indexWord);

  /**
   * Authenticates an SRTCP packet and, when its E flag says so, decrypts it in place.
   *
   * @param length of the whole packet, not less than header and trailer
   * @param indexWord as it stands in the packet
   * @return whether it is authentic; if not, the payload's bytes are undefined
   */
  abstract boolean openRtcp(MemorySegment memory, long offset, int length, int ssrc, int indexWord);

  /** Where in an SRTCP packet of this length the index word stands, in bytes. */
  abstract int rtcpIndexPosition(int length);

  /** Gives up native memory. The cipher must not be used any more. */
  @Override
  public abstract void close();
}
