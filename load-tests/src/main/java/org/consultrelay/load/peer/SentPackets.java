package org.consultrelay.load.peer;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;

/** The last payloads of a track, for those who ask for one again. */
final class SentPackets {
  private final int capacity;
  private final int stride;
  private final MemorySegment memory;
  private final long[] indices;
  private final int[] lengths;
  private final int[] timestamps;
  private final boolean[] markers;

  /**
   * An empty memory.
   *
   * @param capacity packets kept, a power of two
   * @param longest payload in bytes
   */
  SentPackets(int capacity, int longest) {
    this.capacity = capacity;
    this.stride = longest;
    this.memory = Arena.ofAuto().allocate((long) capacity * longest, 8);
    this.indices = new long[capacity];
    this.lengths = new int[capacity];
    this.timestamps = new int[capacity];
    this.markers = new boolean[capacity];
  }

  /** Keeps a copy of a payload. */
  void keep(
      long index, int timestamp, boolean marker, MemorySegment source, long offset, int length) {
    int at = (int) index & (capacity - 1);
    indices[at] = index;
    timestamps[at] = timestamp;
    markers[at] = marker;
    lengths[at] = length;
    Bytes.copy(source, offset, memory, (long) at * stride, length);
  }

  /** Where a packet is kept, or -1. */
  int find(int sequenceNumber) {
    int at = sequenceNumber & (capacity - 1);
    return indices[at] != 0 && (indices[at] & 0xFFFF) == sequenceNumber ? at : -1;
  }

  int length(int at) {
    return lengths[at];
  }

  int timestamp(int at) {
    return timestamps[at];
  }

  boolean marker(int at) {
    return markers[at];
  }

  void copy(int at, MemorySegment target, long offset) {
    Bytes.copy(memory, (long) at * stride, target, offset, lengths[at]);
  }
}
