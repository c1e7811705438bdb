package org.consultrelay.relay.rtp;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;

/**
 * The blocks of an extended report that give a receiver the round trip (RFC 3611 §4.4, §4.5): we
 * ask a publisher with a receiver reference time and it answers with a DLRR block, for nothing else
 * tells a relay that only receives how far away its peer is. Reusable flyweight.
 */
public final class ExtendedReport {
  static final int REFERENCE_TIME = 4;
  static final int DLRR = 5;
  static final int DLRR_ENTRY = 12;

  private MemorySegment memory = MemorySegment.NULL;
  private long referenceTime;
  private long dlrr;
  private int dlrrCount;

  /** A flyweight over nothing yet. */
  public ExtendedReport() {}

  /**
   * Reads the blocks of the reader's current packet, which is an EXTENDED_REPORT. Of blocks of a
   * kind the last counts.
   *
   * @return false when a block runs over the end; those before it are read
   */
  public boolean read(RtcpReader reader) {
    memory = reader.memory();
    referenceTime = 0;
    dlrrCount = 0;
    int size = reader.size();
    int at = 8;
    while (at < size) {
      if (size - at < 4) {
        return false;
      }
      long block = reader.start() + at;
      int blockType = Bytes.u8(memory, block);
      int bytes = Bytes.u16(memory, block + 2) << 2;
      at += 4;
      if (bytes > size - at) {
        return false;
      }
      at += bytes;
      if (blockType == REFERENCE_TIME && bytes >= 8) {
        referenceTime = Bytes.i64(memory, block + 4);
      } else if (blockType == DLRR) {
        dlrr = block + 4;
        dlrrCount = bytes / DLRR_ENTRY;
      }
    }
    return true;
  }

  /** The peer's NTP time when it sent this; 0 if it did not say. */
  public long referenceTime() {
    return referenceTime;
  }

  /** How many answers to reference times there are. */
  public int dlrrCount() {
    return dlrrCount;
  }

  /** Whose reference time an entry answers. */
  public int dlrrSsrc(int index) {
    return Bytes.i32(memory, dlrr + (long) index * DLRR_ENTRY);
  }

  /** Middle bits of the last reference time, for {@link NtpTime#roundTripNanos}. */
  public int lastReferenceTime(int index) {
    return Bytes.i32(memory, dlrr + (long) index * DLRR_ENTRY + 4);
  }

  /** The time since that reference time came, in 1/65,536 s. */
  public int delaySinceReferenceTime(int index) {
    return Bytes.i32(memory, dlrr + (long) index * DLRR_ENTRY + 8);
  }
}
