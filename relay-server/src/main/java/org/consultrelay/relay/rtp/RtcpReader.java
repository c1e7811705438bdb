package org.consultrelay.relay.rtp;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;

/**
 * Reads a decrypted RTCP compound (RFC 3550 §6.1), also of reduced size (RFC 5506). A reusable
 * flyweight: {@link #wrap} checks all bounds, {@link #next} steps from packet to packet, and {@link
 * #type()} says which accessors have a meaning. Indexes must be below the count that goes with
 * them.
 */
public final class RtcpReader {
  static final int SENDER_REPORT = 200;
  static final int RECEIVER_REPORT = 201;
  static final int SOURCE_DESCRIPTION = 202;
  static final int BYE = 203;
  static final int TRANSPORT_LAYER_FEEDBACK = 205;
  static final int PAYLOAD_SPECIFIC_FEEDBACK = 206;
  static final int EXTENDED_REPORT = 207;

  static final int FMT_NACK = 1;
  static final int FMT_TRANSPORT_FEEDBACK = 15;
  static final int FMT_PLI = 1;
  static final int FMT_FIR = 4;
  static final int FMT_APPLICATION = 15;

  static final int SENDER_REPORT_SIZE = 28;
  static final int RECEIVER_REPORT_SIZE = 8;
  static final int REPORT_BLOCK_SIZE = 24;
  static final int FEEDBACK_SIZE = 12;
  static final int REMB_SIZE = 20;
  static final int REMB_NAME = 0x52454D42;

  private static final int CNAME = 1;

  private MemorySegment memory = MemorySegment.NULL;
  private long offset;
  private int length;
  private int nextAt;
  private long start;
  private int size;
  private int count;
  private RtcpType type = RtcpType.NONE;
  private RtcpFailure failure = RtcpFailure.NONE;
  private int cnameLength;

  /** A flyweight over nothing yet. */
  public RtcpReader() {}

  /**
   * Whether a packet on a shared port is RTCP and not RTP: its second byte is 192 to 223 (RFC 5761
   * §4). Also true of encrypted packets.
   *
   * @param offset where a packet of at least two bytes begins
   */
  public static boolean isRtcp(MemorySegment memory, long offset) {
    return (Bytes.u8(memory, offset + 1) & 0xE0) == 0xC0;
  }

  /**
   * Checks versions, lengths and padding of all packets in the compound.
   *
   * @param memory holds at least {@code length} bytes at {@code offset}
   * @return false when it is not RTCP; {@link #failure()} says why and {@link #next()} returns
   *     false
   */
  public boolean wrap(MemorySegment memory, long offset, int length) {
    this.memory = memory;
    this.offset = offset;
    this.length = 0;
    nextAt = 0;
    type = RtcpType.NONE;
    failure = check(memory, offset, length);
    if (failure != RtcpFailure.NONE) {
      return false;
    }
    this.length = length;
    return true;
  }

  private static RtcpFailure check(MemorySegment memory, long offset, int length) {
    int at = 0;
    do {
      int rest = length - at;
      if (rest < 4) {
        return RtcpFailure.TRUNCATED;
      }
      int word = Bytes.i32(memory, offset + at);
      if (word >>> 30 != 2) {
        return RtcpFailure.BAD_VERSION;
      }
      int packet = ((word & 0xFFFF) + 1) << 2;
      if (packet > rest) {
        return RtcpFailure.LENGTH_OVERRUN;
      }
      // RFC 3550 allows padding on the last packet only; peers put it on feedback in the middle
      // too.
      if ((word & 1 << 29) != 0) {
        int padding = packet == 4 ? 0 : Bytes.u8(memory, offset + at + packet - 1);
        if (padding == 0 || padding > packet - 4) {
          return RtcpFailure.PADDING_OVERRUN;
        }
      }
      at += packet;
    } while (at < length);
    return RtcpFailure.NONE;
  }

  /** Why the last {@link #wrap} returned false; NONE if it returned true. */
  public RtcpFailure failure() {
    return failure;
  }

  /** Steps to the next packet; false after the last. */
  public boolean next() {
    if (nextAt >= length) {
      type = RtcpType.NONE;
      return false;
    }
    start = offset + nextAt;
    int word = Bytes.i32(memory, start);
    int packet = ((word & 0xFFFF) + 1) << 2;
    nextAt += packet;
    size = (word & 1 << 29) == 0 ? packet : packet - Bytes.u8(memory, start + packet - 1);
    count = word >>> 24 & 0x1F;
    type = classify(word >>> 16 & 0xFF);
    return true;
  }

  private RtcpType classify(int packetType) {
    return switch (packetType) {
      case SENDER_REPORT ->
          whole(RtcpType.SENDER_REPORT, SENDER_REPORT_SIZE + count * REPORT_BLOCK_SIZE);
      case RECEIVER_REPORT ->
          whole(RtcpType.RECEIVER_REPORT, RECEIVER_REPORT_SIZE + count * REPORT_BLOCK_SIZE);
      case SOURCE_DESCRIPTION -> RtcpType.SOURCE_DESCRIPTION;
      case BYE -> whole(RtcpType.BYE, 4 + 4 * count);
      case TRANSPORT_LAYER_FEEDBACK ->
          switch (count) {
            case FMT_NACK -> whole(RtcpType.NACK, FEEDBACK_SIZE + 4);
            case FMT_TRANSPORT_FEEDBACK ->
                whole(RtcpType.TRANSPORT_FEEDBACK, TransportFeedback.FIXED_SIZE);
            default -> RtcpType.OTHER;
          };
      case PAYLOAD_SPECIFIC_FEEDBACK ->
          switch (count) {
            case FMT_PLI -> whole(RtcpType.PLI, FEEDBACK_SIZE);
            case FMT_FIR -> whole(RtcpType.FIR, FEEDBACK_SIZE + 8);
            case FMT_APPLICATION -> applicationFeedback();
            default -> RtcpType.OTHER;
          };
      case EXTENDED_REPORT -> whole(RtcpType.EXTENDED_REPORT, 8);
      default -> RtcpType.OTHER;
    };
  }

  private RtcpType applicationFeedback() {
    if (size < REMB_SIZE || Bytes.i32(memory, start + FEEDBACK_SIZE) != REMB_NAME) {
      return RtcpType.OTHER;
    }
    return whole(RtcpType.REMB, REMB_SIZE + 4 * Bytes.u8(memory, start + 16));
  }

  private RtcpType whole(RtcpType known, int needed) {
    return size >= needed ? known : RtcpType.MALFORMED;
  }

  /** What the current packet is. */
  public RtcpType type() {
    return type;
  }

  /** Where the current packet begins in {@link #memory()}. */
  long start() {
    return start;
  }

  /** Bytes of the current packet with its header, without padding. */
  int size() {
    return size;
  }

  /** Where the compound lies. */
  MemorySegment memory() {
    return memory;
  }

  /** Who sent the current packet: its first SSRC; 0 when it has none. */
  public int senderSsrc() {
    return size < 8 ? 0 : Bytes.i32(memory, start + 4);
  }

  /** Of NACK, TRANSPORT_FEEDBACK, PLI, FIR and REMB: the stream it is about (0 in FIR and REMB). */
  public int mediaSsrc() {
    return Bytes.i32(memory, start + 8);
  }

  // Sender reports.

  /** Of a SENDER_REPORT: the wall clock of its sender, as in {@link NtpTime}. */
  public long ntpTimestamp() {
    return Bytes.i64(memory, start + 8);
  }

  /** Of a SENDER_REPORT: the RTP timestamp at that time. */
  public int rtpTimestamp() {
    return Bytes.i32(memory, start + 16);
  }

  /** Of a SENDER_REPORT: packets sent, modulo 2^32. */
  public long packetCount() {
    return Bytes.u32(memory, start + 20);
  }

  /** Of a SENDER_REPORT: payload bytes sent, modulo 2^32. */
  public long octetCount() {
    return Bytes.u32(memory, start + 24);
  }

  // Report blocks.

  /** Of a SENDER_REPORT or RECEIVER_REPORT: how many report blocks there are, 0 to 31. */
  public int reportCount() {
    return count;
  }

  private long report(int index) {
    int head = type == RtcpType.SENDER_REPORT ? SENDER_REPORT_SIZE : RECEIVER_REPORT_SIZE;
    return start + head + (long) index * REPORT_BLOCK_SIZE;
  }

  /** The stream that a report block is about. */
  public int reportSsrc(int index) {
    return Bytes.i32(memory, report(index));
  }

  /** The fraction lost since the last report, in 1/256. */
  public int fractionLost(int index) {
    return Bytes.u8(memory, report(index) + 4);
  }

  /** Packets lost in all; negative with duplicates (24 bits, signed). */
  public int cumulativeLost(int index) {
    return Bytes.i32(memory, report(index) + 4) << 8 >> 8;
  }

  /** The highest sequence number received, extended to 32 bits. */
  public long highestSequence(int index) {
    return Bytes.u32(memory, report(index) + 8);
  }

  /** Interarrival jitter in timestamp units. */
  public long jitter(int index) {
    return Bytes.u32(memory, report(index) + 12);
  }

  /** Middle bits of the last sender report's NTP time, for {@link NtpTime#roundTripNanos}. */
  public int lastSenderReport(int index) {
    return Bytes.i32(memory, report(index) + 16);
  }

  /** The time since that sender report, in 1/65,536 s. */
  public int delaySinceLastSenderReport(int index) {
    return Bytes.i32(memory, report(index) + 20);
  }

  // Source descriptions and goodbyes.

  /**
   * Of a SOURCE_DESCRIPTION: where the canonical name of its first chunk begins, its length then
   * being {@link #cnameLength()}; -1 if there is none. The chunk's source is {@link #senderSsrc()}.
   */
  public long cnameOffset() {
    int at = 8;
    while (count > 0 && size - at >= 2) {
      int item = Bytes.u8(memory, start + at);
      int itemLength = Bytes.u8(memory, start + at + 1);
      if (item == 0 || itemLength > size - at - 2) {
        return -1;
      }
      if (item == CNAME) {
        cnameLength = itemLength;
        return start + at + 2;
      }
      at += 2 + itemLength;
    }
    return -1;
  }

  /** Bytes of the name that {@link #cnameOffset()} found last, 0 to 255. */
  public int cnameLength() {
    return cnameLength;
  }

  /** Of a BYE: how many streams it ends, 0 to 31. */
  public int byeCount() {
    return count;
  }

  /** A stream that a BYE ends. */
  public int byeSsrc(int index) {
    return Bytes.i32(memory, start + 4 + 4L * index);
  }

  // Feedback.

  /** Of a NACK: how many entries it has, 1 or more. */
  public int nackCount() {
    return (size - FEEDBACK_SIZE) >> 2;
  }

  /** The first sequence number that an entry asks for. */
  public int nackPacketId(int index) {
    return Bytes.u16(memory, start + FEEDBACK_SIZE + 4L * index);
  }

  /** Bit i set: the number i + 1 after {@link #nackPacketId} is asked for too. */
  public int nackBitmask(int index) {
    return Bytes.u16(memory, start + FEEDBACK_SIZE + 4L * index + 2);
  }

  /**
   * Of a NACK: writes out all sequence numbers that it asks for, in its order, as far as they fit.
   * Returns how many.
   */
  public int nackSequences(int[] out) {
    int filled = 0;
    for (int i = 0, entries = nackCount(); i < entries; i++) {
      int id = nackPacketId(i);
      // Bit 0 for the first number itself, then the mask.
      for (int mask = nackBitmask(i) << 1 | 1; mask != 0; mask &= mask - 1) {
        if (filled == out.length) {
          return filled;
        }
        out[filled++] = (id + Integer.numberOfTrailingZeros(mask)) & 0xFFFF;
      }
    }
    return filled;
  }

  /** Of a FIR: how many entries it has, 1 or more. */
  public int firCount() {
    return (size - FEEDBACK_SIZE) >> 3;
  }

  /** The stream of which an entry wants a key frame. */
  public int firSsrc(int index) {
    return Bytes.i32(memory, start + FEEDBACK_SIZE + 8L * index);
  }

  /** An entry's command number, 0 to 255: the same number is the same command, repeated. */
  public int firSequence(int index) {
    return Bytes.u8(memory, start + FEEDBACK_SIZE + 8L * index + 4);
  }

  /** Of a REMB: bits a second; at most {@link Long#MAX_VALUE}. */
  public long rembBitrate() {
    int exponentAndMantissa = Bytes.u24(memory, start + 17);
    int exponent = exponentAndMantissa >>> 18;
    long mantissa = exponentAndMantissa & 0x3FFFF;
    return exponent > Long.numberOfLeadingZeros(mantissa) - 1 && mantissa != 0
        ? Long.MAX_VALUE
        : mantissa << exponent;
  }

  /** Of a REMB: how many streams the estimate covers, 0 to 255. */
  public int rembSsrcCount() {
    return Bytes.u8(memory, start + 16);
  }

  /** A stream that the estimate covers. */
  public int rembSsrc(int index) {
    return Bytes.i32(memory, start + REMB_SIZE + 4L * index);
  }
}
