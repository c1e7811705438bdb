package org.consultrelay.load.turn;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;

/** What a packet of ours says about itself: magic, flow, sequence number, when it was sent. */
final class FlowStamp {
  /** Bytes of a stamp, the least that a packet can have. */
  static final int LENGTH = 24;

  private static final int MAGIC = 0x7452_6E21;

  private FlowStamp() {}

  /** Writes a stamp. */
  static void write(MemorySegment memory, long at, int flow, long sequence, long nowNanos) {
    Bytes.put32(memory, at, MAGIC);
    Bytes.put32(memory, at + 4, flow);
    Bytes.put64(memory, at + 8, sequence);
    Bytes.put64(memory, at + 16, nowNanos);
  }

  /** Whether a packet is one of ours. */
  static boolean isThere(MemorySegment memory, long at, int length) {
    return length >= LENGTH && Bytes.i32(memory, at) == MAGIC;
  }

  /** Which flow it belongs to. */
  static int flow(MemorySegment memory, long at) {
    return Bytes.i32(memory, at + 4);
  }

  /** Its number within the flow, from 0. */
  static long sequence(MemorySegment memory, long at) {
    return Bytes.i64(memory, at + 8);
  }

  /** When it was sent, on {@link System#nanoTime()}'s clock. */
  static long sentNanos(MemorySegment memory, long at) {
    return Bytes.i64(memory, at + 16);
  }
}
