package org.consultrelay.relay.srtp;

import java.lang.foreign.MemorySegment;
import org.agrona.collections.Int2ObjectHashMap;
import org.consultrelay.relay.wire.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Checks and decrypts what comes in from one peer: all SSRCs under one master key. One thread at a
 * time; no allocation per packet, but for the first of each SSRC. Memory must be native.
 *
 * <p>A packet that does not authenticate changes nothing: neither roll-over counter nor replay
 * window, and no state is made for its SSRC. Its payload's bytes are undefined afterwards.
 */
public final class SrtpReceiver implements AutoCloseable {
  /** The packet was altered, made with another key, or its roll-over counter guessed wrongly. */
  public static final int AUTHENTICATION_FAILED = -1;

  /** A packet with this index has been taken already, or it is more than 128 packets late. */
  public static final int REPLAYED = -2;

  /** The packet is too short or too long to be one. */
  public static final int MALFORMED = -3;

  /** The packet is authentic, but of one SSRC more than are kept. */
  public static final int TOO_MANY_STREAMS = -4;

  /** How many SSRCs are kept. None is ever forgotten: its packets could be replayed then. */
  public static final int MAX_STREAMS = 256;

  private static final int RTP_HEADER_LENGTH = 12;

  private final PacketCipher rtp;
  private final PacketCipher rtcp;
  private final int rtpTagLength;
  private final int rtcpTrailerLength;
  private final Int2ObjectHashMap<ReceiveStream> streams = new Int2ObjectHashMap<>();
  private @Nullable ReceiveStream latest;
  private @Nullable ReceiveStream latestBut;
  private long lastIndex = -1;
  private boolean closed;

  SrtpReceiver(SrtpProfile profile, PacketCipher rtp, PacketCipher rtcp) {
    this.rtp = rtp;
    this.rtcp = rtcp;
    rtpTagLength = profile.rtpTagLength();
    rtcpTrailerLength = profile.rtcpTrailerLength();
  }

  /**
   * Authenticates an SRTP packet and decrypts it in place (RFC 3711 section 3.3, RFC 7714 section
   * 8). The roll-over counter of a stream's first packet is taken to be 0.
   *
   * @param length of the whole packet in bytes
   * @param headerLength fixed header, CSRCs and extension, as the RTP parser found it
   * @param ssrc as it stands in the header
   * @param sequenceNumber as it stands in the header, 0 to 65,535
   * @return the length of the RTP packet in bytes, or one of the negative codes
   * @throws IndexOutOfBoundsException when the memory is smaller than it is said to be
   */
  public int unprotectRtp(
      MemorySegment memory,
      long offset,
      int length,
      int headerLength,
      int ssrc,
      int sequenceNumber) {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    if (length > SrtpSender.MAX_PACKET_LENGTH
        || headerLength < RTP_HEADER_LENGTH
        || headerLength > length - rtpTagLength) {
      return MALFORMED;
    }
    ReceiveStream stream = stream(ssrc);
    long index =
        stream == null
            ? ReceiveStream.firstIndex(sequenceNumber)
            : stream.estimateIndex(sequenceNumber);
    if (stream != null && !stream.rtp.isFresh(index)) {
      return REPLAYED;
    }
    if (!rtp.openRtp(memory, offset, length, headerLength, ssrc, index)) {
      return AUTHENTICATION_FAILED;
    }
    if (stream == null) {
      if (streams.size() == MAX_STREAMS) {
        return TOO_MANY_STREAMS;
      }
      stream = newStream(ssrc);
    }
    stream.rtp.mark(index);
    lastIndex = index;
    return length - rtpTagLength;
  }

  /**
   * The index of the RTP packet that was unprotected last: roll-over counter times 65,536 plus
   * sequence number. -1 before the first; failures leave it as it is.
   */
  public long lastIndex() {
    return lastIndex;
  }

  /**
   * Authenticates an SRTCP packet and decrypts it in place (RFC 3711 section 3.4, RFC 7714 section
   * 9). A packet whose E flag says that it was only authenticated is taken too: the flag is under
   * the tag, so the peer itself chose so.
   *
   * @param length of the whole packet in bytes
   * @return the length of the RTCP packet in bytes, or one of the negative codes
   * @throws IndexOutOfBoundsException when the memory is smaller than it is said to be
   */
  public int unprotectRtcp(MemorySegment memory, long offset, int length) {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    if (length > SrtpSender.MAX_PACKET_LENGTH
        || length < PacketCipher.RTCP_HEADER_LENGTH + rtcpTrailerLength) {
      return MALFORMED;
    }
    int ssrc = Bytes.i32(memory, offset + 4);
    int indexWord = Bytes.i32(memory, offset + rtcp.rtcpIndexPosition(length));
    long index = indexWord & 0x7FFF_FFFFL;
    ReceiveStream stream = stream(ssrc);
    if (stream != null && !stream.rtcp.isFresh(index)) {
      return REPLAYED;
    }
    if (!rtcp.openRtcp(memory, offset, length, ssrc, indexWord)) {
      return AUTHENTICATION_FAILED;
    }
    if (stream == null) {
      if (streams.size() == MAX_STREAMS) {
        return TOO_MANY_STREAMS;
      }
      stream = newStream(ssrc);
    }
    stream.rtcp.mark(index);
    return length - rtcpTrailerLength;
  }

  /** How many SSRCs are kept. */
  int streamCount() {
    return streams.size();
  }

  /**
   * The stream of an SSRC, or null. Those of the last two, sound and picture of a call, are looked
   * into first: they are needed anyway, while each step in the map is a line of the cache.
   */
  private @Nullable ReceiveStream stream(int ssrc) {
    ReceiveStream last = latest;
    if (last != null && last.ssrc == ssrc) {
      return last;
    }
    ReceiveStream other = latestBut;
    ReceiveStream stream = other != null && other.ssrc == ssrc ? other : streams.get(ssrc);
    if (stream != null) {
      latestBut = last;
      latest = stream;
    }
    return stream;
  }

  private ReceiveStream newStream(int ssrc) {
    ReceiveStream stream = new ReceiveStream(ssrc);
    streams.put(ssrc, stream);
    return stream;
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
