package org.consultrelay.load.media;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;

/**
 * What a simulated publisher writes into each payload, so that a receiver can tell who sent it,
 * which packet it is and how long it took. Its 32 bytes travel encrypted; a relay that reads only
 * payload descriptors never sees them. Reusable flyweight.
 *
 * <pre>
 *  0  magic, 3 bytes      3  stream of the publisher, 1 byte
 *  4  publisher, 4 bytes
 *  8  packet counter within the stream, 8 bytes
 * 16  time at which it was due, 8 bytes, nanoseconds
 * 24  how much later it was sent, 4 bytes, nanoseconds, saturating
 * 28  check over all before, 4 bytes
 * </pre>
 */
public final class Stamp {
  /** Bytes of a stamp. */
  public static final int LENGTH = 32;

  private static final int MAGIC = 0xC05A17;
  private static final long MAX_LATENESS = 0xFFFF_FFFFL;

  private int publisher;
  private int stream;
  private long counter;
  private long dueNanos;
  private long sentNanos;

  /** A flyweight that has read nothing yet. */
  public Stamp() {}

  /**
   * Writes a stamp.
   *
   * @param publisher any number, the same for all streams of one participant
   * @param stream 0 to 255, which of the publisher's streams: each counts its packets by itself
   * @param counter 0 for the stream's first stamped packet, then one more for each
   * @param dueNanos when the schedule wanted it sent
   * @param sentNanos when it is sent, on the same clock; a time before {@code dueNanos} counts as
   *     on time
   */
  public static void write(
      MemorySegment memory,
      long offset,
      int publisher,
      int stream,
      long counter,
      long dueNanos,
      long sentNanos) {
    long lateness = Math.clamp(sentNanos - dueNanos, 0, MAX_LATENESS);
    Bytes.put32(memory, offset, MAGIC << 8 | (stream & 0xFF));
    Bytes.put32(memory, offset + 4, publisher);
    Bytes.put64(memory, offset + 8, counter);
    Bytes.put64(memory, offset + 16, dueNanos);
    Bytes.put32(memory, offset + 24, (int) lateness);
    Bytes.put32(memory, offset + 28, check(memory, offset));
  }

  /**
   * Reads a stamp.
   *
   * @param available bytes from there to the payload's end
   * @return false when no sound stamp is there
   */
  public boolean read(MemorySegment memory, long offset, int available) {
    if (available < LENGTH
        || Bytes.u24(memory, offset) != MAGIC
        || Bytes.i32(memory, offset + 28) != check(memory, offset)) {
      return false;
    }
    stream = Bytes.u8(memory, offset + 3);
    publisher = Bytes.i32(memory, offset + 4);
    counter = Bytes.i64(memory, offset + 8);
    dueNanos = Bytes.i64(memory, offset + 16);
    sentNanos = dueNanos + Bytes.u32(memory, offset + 24);
    return true;
  }

  /** Each word is multiplied by an odd number before the next is added, so that order counts. */
  private static int check(MemorySegment memory, long offset) {
    long mixed = 0x9E37_79B9_7F4A_7C15L;
    mixed = (mixed ^ Bytes.i64(memory, offset)) * 0xBF58_476D_1CE4_E5B9L;
    mixed = (mixed ^ mixed >>> 29 ^ Bytes.i64(memory, offset + 8)) * 0x94D0_49BB_1331_11EBL;
    mixed = (mixed ^ mixed >>> 31 ^ Bytes.i64(memory, offset + 16)) * 0xBF58_476D_1CE4_E5B9L;
    mixed = (mixed ^ mixed >>> 29 ^ Bytes.u32(memory, offset + 24)) * 0x94D0_49BB_1331_11EBL;
    return (int) (mixed >>> 32);
  }

  /** Whose packet it is. */
  public int publisher() {
    return publisher;
  }

  /** Which of the publisher's streams, 0 to 255. */
  public int stream() {
    return stream;
  }

  /** Which of the stream's stamped packets. */
  public long counter() {
    return counter;
  }

  /** When the schedule wanted it sent, in nanoseconds of the publisher's clock. */
  public long dueNanos() {
    return dueNanos;
  }

  /** When it was sent, in nanoseconds of the publisher's clock. */
  public long sentNanos() {
    return sentNanos;
  }
}
