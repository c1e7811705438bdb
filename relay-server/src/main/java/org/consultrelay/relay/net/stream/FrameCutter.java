package org.consultrelay.relay.net.stream;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;
import org.consultrelay.relay.wire.SlotPool;
import org.jspecify.annotations.Nullable;

/**
 * Cuts one stream into packets, however the network has cut it. A packet that comes whole is handed
 * on from where it came; only one that is spread over several pieces is put together in memory of
 * the stream's own. That memory is taken once, when first needed, and never grows: a stream of
 * half-sent packets must not use up the slots that everybody's media needs.
 */
final class FrameCutter {
  /** The longest frame with what stands before its packet, in bytes. */
  static final int MOST = StreamFraming.LONGEST_HEADER + SlotPool.CAPACITY;

  /** Takes the packets. */
  interface Packets {
    /**
     * One packet, without what framed it.
     *
     * @param offset where it begins in the memory, in bytes
     * @param length 1 to {@link SlotPool#CAPACITY}
     * @return false when nothing more is wanted
     */
    boolean packet(MemorySegment memory, long offset, int length);
  }

  private final StreamFraming framing;
  private @Nullable MemorySegment begun;
  private int begunLength;

  FrameCutter(StreamFraming framing) {
    this.framing = framing;
  }

  /** Whether a packet has begun and its end has not come. */
  boolean isWithinPacket() {
    return begunLength > 0;
  }

  /**
   * The next piece of the stream. Allocates nothing, but for the first packet that is spread.
   *
   * @return false when this is no such stream: then nothing that follows can be understood
   */
  boolean take(MemorySegment piece, long offset, int length, Packets packets) {
    long at = offset;
    int left = length;
    while (left > 0) {
      if (begunLength > 0) {
        int taken = complete(piece, at, left, packets);
        if (taken <= 0) {
          return taken == 0;
        }
        at += taken;
        left -= taken;
        continue;
      }
      int frame = left < framing.header() ? MOST : frame(piece, at);
      if (frame < 0) {
        return false;
      }
      if (frame > left) {
        MemorySegment.copy(piece, at, memory(), 0, left);
        begunLength = left;
        return true;
      }
      if (!hand(piece, at, frame, packets)) {
        return true;
      }
      at += frame;
      left -= frame;
    }
    return true;
  }

  /** Takes what a begun packet lacks: how many bytes, 0: no more wanted, -1: it is none. */
  private int complete(MemorySegment piece, long at, int left, Packets packets) {
    MemorySegment whole = memory();
    int taken = 0;
    if (begunLength < framing.header()) {
      taken = Math.min(framing.header() - begunLength, left);
      MemorySegment.copy(piece, at, whole, begunLength, taken);
      begunLength += taken;
      if (begunLength < framing.header()) {
        return taken;
      }
    }
    int frame = frame(whole, 0);
    if (frame < 0) {
      return -1;
    }
    int more = Math.min(frame - begunLength, left - taken);
    MemorySegment.copy(piece, at + taken, whole, begunLength, more);
    begunLength += more;
    taken += more;
    if (begunLength == frame) {
      begunLength = 0;
      if (!hand(whole, 0, frame, packets)) {
        return 0;
      }
    }
    return taken;
  }

  private boolean hand(MemorySegment memory, long at, int frame, Packets packets) {
    int length = frame - framing.skipped();
    // An empty frame says that somebody is there.
    return length == 0 || packets.packet(memory, at + framing.skipped(), length);
  }

  /** The length of the frame that begins there; -1 when it is none or longer than a slot. */
  private int frame(MemorySegment memory, long at) {
    int second = framing.header() == 4 ? Bytes.u16(memory, at + 2) : 0;
    int frame = framing.frame(Bytes.u16(memory, at), second);
    return frame - framing.skipped() > SlotPool.CAPACITY ? -1 : frame;
  }

  private MemorySegment memory() {
    MemorySegment memory = begun;
    if (memory == null) {
      memory = MemorySegment.ofArray(new byte[MOST]);
      begun = memory;
    }
    return memory;
  }
}
