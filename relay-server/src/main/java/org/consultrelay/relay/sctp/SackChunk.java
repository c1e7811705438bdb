package org.consultrelay.relay.sctp;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;

/** A SACK as received (RFC 9260 §3.3.4). Valid while the packet is. */
final class SackChunk {
  private static final int FIXED = 12;

  private MemorySegment memory = MemorySegment.NULL;
  private long offset;
  private int blocks;

  /** Looks at the value of a chunk; false if it is malformed. */
  boolean wrap(MemorySegment bytes, long at, int length) {
    if (length < FIXED) {
      return false;
    }
    memory = bytes;
    offset = at;
    blocks = Bytes.u16(bytes, at + 8);
    return FIXED + 4L * (blocks + Bytes.u16(bytes, at + 10)) <= length;
  }

  /** As if it said no more than that all up to there has come: what a SHUTDOWN says. */
  SackChunk cumulative(MemorySegment bytes, long at) {
    memory = bytes;
    offset = at;
    blocks = 0;
    return this;
  }

  /** All TSNs up to this one have come. */
  int cumulativeTsn() {
    return Bytes.i32(memory, offset);
  }

  /** Bytes of receiver window. */
  long window() {
    return Bytes.u32(memory, offset + 4);
  }

  /** How many runs of TSNs have come beyond a gap. */
  int blocks() {
    return blocks;
  }

  /** The first of a run, counted from the cumulative TSN. */
  int start(int block) {
    return Bytes.u16(memory, offset + FIXED + 4L * block);
  }

  /** The last of a run. */
  int end(int block) {
    return Bytes.u16(memory, offset + FIXED + 4L * block + 2);
  }
}
