package org.consultrelay.relay.rtp;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;

/**
 * Reads transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1): which
 * packets came to the receiver, and when. Reusable flyweight: {@link #read} checks that every
 * status has its delta, {@link #next} steps from packet to packet.
 */
public final class TransportFeedback {
  /** Arrival times are in ticks of a quarter of a millisecond. */
  public static final long TICK_NANOS = 250_000;

  /**
   * The most packets that one feedback may cover. A few bytes can claim 65,535; more than a quarter
   * of the number space says nothing that a sender could use.
   */
  public static final int MAX_STATUSES = 16_384;

  static final int FIXED_SIZE = 20;
  static final int TICKS_PER_REFERENCE = 256;

  private MemorySegment memory = MemorySegment.NULL;
  private long chunkAt;
  private long deltaAt;
  private int base;
  private int statuses;
  private int referenceTime;
  private int feedbackCount;
  private int index;
  private int chunkLeft;
  private int symbolBits;
  private int symbols;
  private boolean received;
  private long ticks;

  /** A flyweight over nothing yet. */
  public TransportFeedback() {}

  /**
   * Reads the reader's current packet, which is a TRANSPORT_FEEDBACK.
   *
   * @return false when chunks or deltas run over the end, a status is of the reserved kind, or it
   *     covers more than {@link #MAX_STATUSES} packets
   */
  public boolean read(RtcpReader reader) {
    memory = reader.memory();
    long start = reader.start();
    base = Bytes.u16(memory, start + 12);
    statuses = Bytes.u16(memory, start + 14);
    int timeAndCount = Bytes.i32(memory, start + 16);
    referenceTime = timeAndCount >> 8;
    feedbackCount = timeAndCount & 0xFF;
    index = 0;
    chunkLeft = 0;
    received = false;
    ticks = (long) referenceTime * TICKS_PER_REFERENCE;
    chunkAt = start + FIXED_SIZE;
    int rest = reader.size() - FIXED_SIZE;
    if (statuses > MAX_STATUSES || !checkChunks(rest)) {
      statuses = 0;
      return false;
    }
    return true;
  }

  /**
   * Walks the chunks, not the packets, to find where the deltas begin and whether all are there.
   */
  private boolean checkChunks(int rest) {
    long at = chunkAt;
    int deltas = 0;
    int left = statuses;
    while (left > 0) {
      if (rest < 2) {
        return false;
      }
      int chunk = Bytes.u16(memory, at);
      at += 2;
      rest -= 2;
      int covered;
      if ((chunk & 0x8000) == 0) {
        covered = Math.min(left, chunk & 0x1FFF);
        int symbol = chunk >>> 13;
        if (symbol == 3) {
          return false;
        }
        // A symbol's value is its delta's bytes: 0 not received, 1 small, 2 large.
        deltas += covered * symbol;
      } else if ((chunk & 0x4000) == 0) {
        covered = Math.min(left, 14);
        deltas += Integer.bitCount((chunk & 0x3FFF) >>> (14 - covered));
      } else {
        covered = Math.min(left, 7);
        int bits = (chunk & 0x3FFF) >>> (14 - 2 * covered);
        if ((bits & bits >>> 1 & 0x5555) != 0) {
          return false;
        }
        deltas += Integer.bitCount(bits & 0x5555) + 2 * Integer.bitCount(bits & 0xAAAA);
      }
      left -= covered;
    }
    deltaAt = at;
    return deltas <= rest;
  }

  /** The first packet's transport-wide sequence number, 0 to 65,535. */
  public int baseSequence() {
    return base;
  }

  /** How many packets are covered. */
  public int statusCount() {
    return statuses;
  }

  /** The reference time in 64 ms, 24 bits with sign, of the receiver's own clock. */
  public int referenceTime() {
    return referenceTime;
  }

  /** Which feedback this is, modulo 256: a gap says that one was lost. */
  public int feedbackCount() {
    return feedbackCount;
  }

  /** Steps to the next packet; false after the last. */
  public boolean next() {
    if (index == statuses) {
      return false;
    }
    while (chunkLeft == 0) {
      nextChunk();
    }
    chunkLeft--;
    index++;
    int symbol;
    if (symbolBits == 0) {
      symbol = symbols;
    } else {
      symbol = symbols >>> (14 - symbolBits);
      symbols = symbols << symbolBits & 0x3FFF;
    }
    received = symbol != 0;
    if (symbol == 1) {
      ticks += Bytes.u8(memory, deltaAt++);
    } else if (symbol == 2) {
      ticks += (short) Bytes.u16(memory, deltaAt);
      deltaAt += 2;
    }
    return true;
  }

  private void nextChunk() {
    int chunk = Bytes.u16(memory, chunkAt);
    chunkAt += 2;
    if ((chunk & 0x8000) == 0) {
      symbolBits = 0;
      symbols = chunk >>> 13;
      chunkLeft = chunk & 0x1FFF;
    } else {
      symbolBits = (chunk & 0x4000) == 0 ? 1 : 2;
      symbols = chunk & 0x3FFF;
      chunkLeft = symbolBits == 1 ? 14 : 7;
    }
  }

  /** The current packet's transport-wide sequence number, 0 to 65,535. */
  public int sequenceNumber() {
    return (base + index - 1) & 0xFFFF;
  }

  /** Whether the current packet came. */
  public boolean received() {
    return received;
  }

  /**
   * When the current packet came, if it did, in ticks of the receiver's clock: {@link
   * #referenceTime()} times 256, and the deltas. It wraps with the reference time every 12 days.
   */
  public long arrivalTicks() {
    return ticks;
  }
}
