package org.consultrelay.relay.rtp;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;

/**
 * Appends RTCP packets to a compound (RFC 3550 §6). Each method writes a whole packet and returns
 * true, or returns false and leaves the compound as it was because the packet does not fit.
 * Reusable.
 *
 * <p>The caller keeps the order of §6.1: a report first, then SDES, then feedback; or feedback
 * alone where reduced size is negotiated (RFC 5506).
 */
public final class RtcpWriter {
  private static final int MAX_REPORTS = 31;

  private MemorySegment memory = MemorySegment.NULL;
  private long offset;
  private int capacity;
  private int length;
  private int report;

  /** A writer that needs {@link #begin} first. */
  public RtcpWriter() {}

  /** Starts an empty compound of at most {@code capacity} bytes. */
  public void begin(MemorySegment memory, long offset, int capacity) {
    this.memory = memory;
    this.offset = offset;
    this.capacity = capacity;
    length = 0;
    report = -1;
  }

  /** Bytes of the compound so far. */
  public int length() {
    return length;
  }

  /** Bytes that can still be appended. */
  public int remaining() {
    return capacity - length;
  }

  MemorySegment memory() {
    return memory;
  }

  /** Where the next packet will begin. */
  long end() {
    return offset + length;
  }

  /** Writes a header and returns where it is; -1 when {@code size} bytes do not fit. */
  long append(int packetType, int count, int size) {
    if (size > capacity - length) {
      return -1;
    }
    long at = offset + length;
    length += size;
    report = -1;
    header(at, packetType, count, size);
    return at;
  }

  private void header(long at, int packetType, int count, int size) {
    Bytes.put32(memory, at, 2 << 30 | count << 24 | packetType << 16 | ((size >> 2) - 1));
  }

  private long appendFeedback(int packetType, int format, int size, int sender, int media) {
    long at = append(packetType, format, size);
    if (at >= 0) {
      Bytes.put32(memory, at + 4, sender);
      Bytes.put32(memory, at + 8, media);
    }
    return at;
  }

  /**
   * A sender report without report blocks (RFC 3550 §6.4.1); {@link #reportBlock} adds those.
   *
   * @param ntpTimestamp as in {@link NtpTime}
   * @param rtpTimestamp the stream's timestamp at that time
   * @param packets sent so far, modulo 2^32
   * @param octets payload bytes sent so far, modulo 2^32
   */
  public boolean senderReport(
      int ssrc, long ntpTimestamp, int rtpTimestamp, long packets, long octets) {
    int begin = length;
    long at = append(RtcpReader.SENDER_REPORT, 0, RtcpReader.SENDER_REPORT_SIZE);
    if (at < 0) {
      return false;
    }
    report = begin;
    Bytes.put32(memory, at + 4, ssrc);
    Bytes.put64(memory, at + 8, ntpTimestamp);
    Bytes.put32(memory, at + 16, rtpTimestamp);
    Bytes.put32(memory, at + 20, (int) packets);
    Bytes.put32(memory, at + 24, (int) octets);
    return true;
  }

  /** A receiver report without report blocks (RFC 3550 §6.4.2); {@link #reportBlock} adds those. */
  public boolean receiverReport(int ssrc) {
    int begin = length;
    long at = append(RtcpReader.RECEIVER_REPORT, 0, RtcpReader.RECEIVER_REPORT_SIZE);
    if (at < 0) {
      return false;
    }
    report = begin;
    Bytes.put32(memory, at + 4, ssrc);
    return true;
  }

  /**
   * Adds a block to the report written last (RFC 3550 §6.4.1).
   *
   * @param fractionLost in 1/256, 0 to 255
   * @param cumulativeLost clamped to 24 bits by the caller, as {@link ReceiveStatistics} does
   * @param highestSequence its low 32 bits count
   * @param jitter in timestamp units
   * @param lastSenderReport middle bits of an NTP time, or 0
   * @param delay since that report in 1/65,536 s
   * @return false also when the last packet is no report or has 31 blocks
   */
  public boolean reportBlock(
      int ssrc,
      int fractionLost,
      int cumulativeLost,
      long highestSequence,
      long jitter,
      int lastSenderReport,
      long delay) {
    if (report < 0 || RtcpReader.REPORT_BLOCK_SIZE > capacity - length) {
      return false;
    }
    int word = Bytes.i32(memory, offset + report);
    int blocks = word >>> 24 & 0x1F;
    if (blocks == MAX_REPORTS) {
      return false;
    }
    long at = offset + length;
    Bytes.put32(memory, at, ssrc);
    Bytes.put32(memory, at + 4, fractionLost << 24 | (cumulativeLost & 0xFF_FFFF));
    Bytes.put32(memory, at + 8, (int) highestSequence);
    Bytes.put32(memory, at + 12, (int) jitter);
    Bytes.put32(memory, at + 16, lastSenderReport);
    Bytes.put32(memory, at + 20, (int) delay);
    length += RtcpReader.REPORT_BLOCK_SIZE;
    header(offset + report, word >>> 16 & 0xFF, blocks + 1, length - report);
    return true;
  }

  /** Adds a block with the numbers of a received stream; call takeReport on those before. */
  public boolean reportBlock(int ssrc, ReceiveStatistics statistics, long nowNanos) {
    return reportBlock(
        ssrc,
        statistics.fractionLost(),
        statistics.cumulativeLost(),
        statistics.highestSequence(),
        statistics.jitter(),
        statistics.lastSenderReport(),
        statistics.delaySinceLastSenderReport(nowNanos));
  }

  /**
   * A source description of one chunk with the canonical name (RFC 3550 §6.5.1), 1 to 255 bytes.
   */
  public boolean sdesCname(int ssrc, byte[] cname) {
    if (cname.length > 255) {
      return false;
    }
    // One zero byte at least ends the chunk's items; more bring it to 32 bits.
    int size = (8 + 2 + cname.length + 4) & ~3;
    long at = append(RtcpReader.SOURCE_DESCRIPTION, 1, size);
    if (at < 0) {
      return false;
    }
    Bytes.put32(memory, at + size - 4, 0);
    Bytes.put32(memory, at + 4, ssrc);
    Bytes.put8(memory, at + 8, 1);
    Bytes.put8(memory, at + 9, cname.length);
    for (int i = 0; i < cname.length; i++) {
      Bytes.put8(memory, at + 10 + i, cname[i]);
    }
    return true;
  }

  /** A goodbye for one stream (RFC 3550 §6.6). */
  public boolean bye(int ssrc) {
    long at = append(RtcpReader.BYE, 1, 8);
    if (at < 0) {
      return false;
    }
    Bytes.put32(memory, at + 4, ssrc);
    return true;
  }

  /**
   * A generic NACK (RFC 4585 §6.2.1) for all the given numbers.
   *
   * @param sequences sequence numbers, oldest first so that they share entries
   * @param count how many of them, from the array's begin; with 0 nothing is written
   */
  public boolean nack(int senderSsrc, int mediaSsrc, int[] sequences, int count) {
    if (count == 0) {
      return true;
    }
    long entries = offset + length + RtcpReader.FEEDBACK_SIZE;
    long end = offset + capacity;
    long at = entries;
    for (int i = 0; i < count; at += 4) {
      if (end - at < 4) {
        return false;
      }
      int first = sequences[i++];
      int mask = 0;
      while (i < count) {
        int ahead = SequenceNumbers.distance(first, sequences[i]);
        if (ahead < 0 || ahead > 16) {
          break;
        }
        mask |= 1 << ahead;
        i++;
      }
      Bytes.put16(memory, at, first);
      Bytes.put16(memory, at + 2, mask >> 1);
    }
    appendFeedback(
        RtcpReader.TRANSPORT_LAYER_FEEDBACK,
        RtcpReader.FMT_NACK,
        (int) (at - entries) + RtcpReader.FEEDBACK_SIZE,
        senderSsrc,
        mediaSsrc);
    return true;
  }

  /** A picture loss indication (RFC 4585 §6.3.1). */
  public boolean pli(int senderSsrc, int mediaSsrc) {
    return appendFeedback(
            RtcpReader.PAYLOAD_SPECIFIC_FEEDBACK,
            RtcpReader.FMT_PLI,
            RtcpReader.FEEDBACK_SIZE,
            senderSsrc,
            mediaSsrc)
        >= 0;
  }

  /**
   * A full intra request of one entry (RFC 5104 §4.3.1).
   *
   * @param command counts up with each new request; a repeat has the same
   */
  public boolean fir(int senderSsrc, int mediaSsrc, int command) {
    // §4.3.1.2: the common field for the media source is 0; the entry names it.
    long at =
        appendFeedback(
            RtcpReader.PAYLOAD_SPECIFIC_FEEDBACK,
            RtcpReader.FMT_FIR,
            RtcpReader.FEEDBACK_SIZE + 8,
            senderSsrc,
            0);
    if (at < 0) {
      return false;
    }
    Bytes.put32(memory, at + 12, mediaSsrc);
    Bytes.put32(memory, at + 16, command << 24);
    return true;
  }

  /**
   * A receiver estimated maximum bitrate (draft-alvestrand-rmcat-remb-03 §2.2).
   *
   * @param bitrate bits a second, 0 or more; rounded down to 18 significant bits
   * @param ssrcs the streams that share it
   * @param count how many of them, 0 to 255
   */
  public boolean remb(int senderSsrc, long bitrate, int[] ssrcs, int count) {
    if (count > 255) {
      return false;
    }
    long at =
        appendFeedback(
            RtcpReader.PAYLOAD_SPECIFIC_FEEDBACK,
            RtcpReader.FMT_APPLICATION,
            RtcpReader.REMB_SIZE + 4 * count,
            senderSsrc,
            0);
    if (at < 0) {
      return false;
    }
    int exponent = Math.max(0, 46 - Long.numberOfLeadingZeros(bitrate));
    Bytes.put32(memory, at + 12, RtcpReader.REMB_NAME);
    Bytes.put32(memory, at + 16, count << 24 | exponent << 18 | (int) (bitrate >>> exponent));
    for (int i = 0; i < count; i++) {
      Bytes.put32(memory, at + RtcpReader.REMB_SIZE + 4L * i, ssrcs[i]);
    }
    return true;
  }
}
