package org.consultrelay.relay.turn;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;
import org.consultrelay.relay.wire.TransportAddress;

/**
 * How data travels between client and server: as ChannelData (RFC 8656 §12.4) or in Send and Data
 * indications (§11). Written and read in place.
 */
final class Framing {
  /** Bytes before the data of ChannelData. */
  static final int CHANNEL_HEADER = 4;

  /** The lowest channel number. */
  static final int FIRST_CHANNEL = 0x4000;

  /** The highest channel number: RFC 8656 ends at 0x4FFF, clients of RFC 5766 §11 here. */
  static final int LAST_CHANNEL = 0x7FFF;

  /** The type of a Send indication. */
  static final int SEND_INDICATION = 0x0016;

  /** The type of DONT-FRAGMENT. */
  static final int DONT_FRAGMENT = 0x001A;

  private static final int DATA_INDICATION = 0x0017;
  private static final int MAGIC_COOKIE = 0x2112_A442;
  private static final int STUN_HEADER = 20;
  private static final int XOR_PEER_ADDRESS = 0x0012;
  private static final int DATA = 0x0013;
  private static final int FIRST_OPTIONAL = 0x8000;

  // What the last parse found.
  private long peerHigh;
  private long peerLow;
  private int peerPort;
  private long dataOffset;
  private int dataLength;
  private boolean dontFragment;

  Framing() {}

  /** Bytes before the data of a Data indication from such a peer. */
  static int dataHeader(boolean ipv4) {
    return STUN_HEADER + 4 + (ipv4 ? 8 : 20) + 4;
  }

  /** A length rounded up to a multiple of four. */
  static int padded(int length) {
    return length + 3 & ~3;
  }

  /**
   * Writes the header of ChannelData before data that stands at {@code at + 4} already.
   *
   * @param stream whether the message is padded (RFC 8656 §12.5)
   * @return the message's length
   */
  static int writeChannel(MemorySegment memory, long at, int channel, int length, boolean stream) {
    Bytes.put16(memory, at, channel);
    Bytes.put16(memory, at + 2, length);
    return CHANNEL_HEADER + (stream ? pad(memory, at + CHANNEL_HEADER, length) : length);
  }

  /**
   * Writes a Data indication around data that stands behind its header already.
   *
   * @param id any number: nobody answers an indication
   * @return the message's length
   */
  static int writeData(MemorySegment memory, long at, TransportAddress peer, int length, long id) {
    return writeData(memory, at, peer.high(), peer.low(), peer.port(), length, id);
  }

  static int writeData(
      MemorySegment memory, long at, long high, long low, int port, int length, long id) {
    boolean ipv4 = high == 0 && low >>> 32 == 0xFFFF;
    int header = dataHeader(ipv4);
    int whole = header + pad(memory, at + header, length);
    Bytes.put16(memory, at, DATA_INDICATION);
    Bytes.put16(memory, at + 2, whole - STUN_HEADER);
    Bytes.put32(memory, at + 4, MAGIC_COOKIE);
    Bytes.put32(memory, at + 8, 0);
    Bytes.put64(memory, at + 12, id);
    long value = at + STUN_HEADER + 4;
    Bytes.put16(memory, at + STUN_HEADER, XOR_PEER_ADDRESS);
    Bytes.put16(memory, at + STUN_HEADER + 2, ipv4 ? 8 : 20);
    Bytes.put16(memory, value, ipv4 ? 1 : 2);
    Bytes.put16(memory, value + 2, port ^ MAGIC_COOKIE >>> 16);
    if (ipv4) {
      Bytes.put32(memory, value + 4, (int) low ^ MAGIC_COOKIE);
    } else {
      Bytes.put64(memory, value + 4, high ^ (long) MAGIC_COOKIE << 32);
      Bytes.put64(memory, value + 12, low ^ id);
    }
    Bytes.put16(memory, at + header - 4, DATA);
    Bytes.put16(memory, at + header - 2, length);
    return whole;
  }

  private static int pad(MemorySegment memory, long at, int length) {
    for (int i = length; (i & 3) != 0; i++) {
      Bytes.put8(memory, at + i, 0);
    }
    return padded(length);
  }

  /**
   * Reads a Send indication: one peer address, one DATA, perhaps DONT-FRAGMENT and what may be
   * ignored.
   *
   * @return false when it is not one or something about it is wrong; then nothing else here may be
   *     called
   */
  boolean parseSend(MemorySegment memory, long offset, int length) {
    if (length < STUN_HEADER
        || (length & 3) != 0
        || Bytes.u16(memory, offset) != SEND_INDICATION
        || Bytes.u16(memory, offset + 2) != length - STUN_HEADER
        || Bytes.i32(memory, offset + 4) != MAGIC_COOKIE) {
      return false;
    }
    boolean peer = false;
    boolean data = false;
    dontFragment = false;
    int at = STUN_HEADER;
    while (at < length) {
      int type = Bytes.u16(memory, offset + at);
      int size = Bytes.u16(memory, offset + at + 2);
      int next = at + 4 + padded(size);
      if (next > length) {
        return false;
      }
      if (type == XOR_PEER_ADDRESS) {
        if (!peer && !readPeer(memory, offset, offset + at + 4, size)) {
          return false;
        }
        peer = true;
      } else if (type == DATA) {
        if (!data) {
          dataOffset = offset + at + 4;
          dataLength = size;
        }
        data = true;
      } else if (type == DONT_FRAGMENT) {
        dontFragment = true;
      } else if (type < FIRST_OPTIONAL) {
        return false;
      }
      at = next;
    }
    return peer && data;
  }

  private boolean readPeer(MemorySegment memory, long message, long value, int size) {
    int family = size >= 4 ? Bytes.u8(memory, value + 1) : 0;
    peerPort = size >= 4 ? Bytes.u16(memory, value + 2) ^ MAGIC_COOKIE >>> 16 : 0;
    if (family == 1 && size == 8) {
      peerHigh = 0;
      peerLow = TransportAddress.mapped(Bytes.i32(memory, value + 4) ^ MAGIC_COOKIE);
      return true;
    }
    if (family == 2 && size == 20) {
      peerHigh = Bytes.i64(memory, value + 4) ^ Bytes.i64(memory, message + 4);
      peerLow = Bytes.i64(memory, value + 12) ^ Bytes.i64(memory, message + 12);
      return true;
    }
    return false;
  }

  long peerHigh() {
    return peerHigh;
  }

  long peerLow() {
    return peerLow;
  }

  int peerPort() {
    return peerPort;
  }

  long dataOffset() {
    return dataOffset;
  }

  int dataLength() {
    return dataLength;
  }

  boolean dontFragment() {
    return dontFragment;
  }
}
