package org.consultrelay.relay.net;

import java.lang.foreign.MemorySegment;

/**
 * The packets that a port sends in this turn: one area of off-heap memory in which they are written
 * end to end. Consecutive packets for one destination form a run: all as long as the first, except
 * that the last may be shorter, at most {@link #MAX_SEGMENTS} and {@link #MAX_RUN_BYTES}. A run
 * leaves as one message (Linux, {@code UDP_SEGMENT}), which costs little more than one packet. So
 * write destination by destination, not packet by packet.
 *
 * <p>One thread; allocates nothing.
 *
 * <pre>{@code
 * long at = batch.claim(longest);
 * int length = protect(source, batch.memory(), at);
 * batch.commit(destination, length); // or leave it: an uncommitted claim is void
 * }</pre>
 */
public final class SendBatch {
  /** The most packets in one run; what kernels since 4.18 take. */
  public static final int MAX_SEGMENTS = 64;

  /** The most bytes in one run: a UDP datagram's limit less headers. */
  public static final int MAX_RUN_BYTES = 65_000;

  static final int MAX_RUNS = 256;

  private final MemorySegment memory;
  private final int capacity;
  private final Transmitter transmitter;
  private final PortCounters counters;
  private final boolean ipv4Only;
  private boolean segmentation;

  private final Destination[] destinations = new Destination[MAX_RUNS];
  private final int[] offsets = new int[MAX_RUNS];
  private final int[] bytes = new int[MAX_RUNS];
  private final int[] segmentSizes = new int[MAX_RUNS];
  private final int[] segments = new int[MAX_RUNS];
  private int runs;
  private int end;
  private int claimed;
  private boolean open;

  /**
   * An empty batch.
   *
   * @param memory where packets are written
   * @param transmitter who sends them
   * @param counters where packets that cannot be sent are counted
   * @param ipv4Only whether the socket is of the IPv4 family
   * @param segmentation whether runs may have more than one packet
   */
  public SendBatch(
      MemorySegment memory,
      Transmitter transmitter,
      PortCounters counters,
      boolean ipv4Only,
      boolean segmentation) {
    this.memory = memory;
    this.capacity = Math.toIntExact(memory.byteSize());
    this.transmitter = transmitter;
    this.counters = counters;
    this.ipv4Only = ipv4Only;
    this.segmentation = segmentation;
  }

  /** Where packets are written. */
  public MemorySegment memory() {
    return memory;
  }

  /**
   * Room for the next packet. Sends what is there when it is full, so it never fails. Claiming
   * again without a commit gives the same room again.
   *
   * @param maxLength the packet's longest possible length in bytes, at most {@link #MAX_RUN_BYTES}
   * @return the offset in {@link #memory()} to write it at
   */
  public long claim(int maxLength) {
    if (maxLength <= 0 || maxLength > MAX_RUN_BYTES) {
      throw new IllegalArgumentException("a packet of " + maxLength + " bytes");
    }
    if (maxLength > capacity - end || runs == MAX_RUNS) {
      flush();
    }
    claimed = maxLength;
    return end;
  }

  /**
   * The packet is written at the claimed offset and goes to this destination.
   *
   * @param length its length in bytes, 1 to what was claimed
   */
  public void commit(Destination to, int length) {
    if (length <= 0 || length > claimed) {
      throw new IllegalStateException(length + " bytes written where " + claimed + " were claimed");
    }
    claimed = 0;
    if (ipv4Only && !to.isIpv4()) {
      counters.drop(DropReason.UNREACHABLE, 1);
      return;
    }
    int last = runs - 1;
    if (open
        && destinations[last] == to
        && length <= segmentSizes[last]
        && segments[last] < MAX_SEGMENTS
        && bytes[last] + length <= MAX_RUN_BYTES) {
      segments[last]++;
      bytes[last] += length;
      open = length == segmentSizes[last];
    } else {
      int run = runs++;
      destinations[run] = to;
      offsets[run] = end;
      bytes[run] = length;
      segmentSizes[run] = length;
      segments[run] = 1;
      open = segmentation && to.segmentation;
    }
    end += length;
  }

  /** Sends everything. */
  public void flush() {
    if (runs > 0) {
      transmitter.transmit(this);
      runs = 0;
    }
    end = 0;
    claimed = 0;
    open = false;
  }

  /** Whether nothing is waiting to be sent. */
  public boolean isEmpty() {
    return runs == 0;
  }

  boolean segmentation() {
    return segmentation;
  }

  /** From now on every packet is a run of its own. */
  void disableSegmentation() {
    segmentation = false;
    open = false;
  }

  /** How many runs wait to be sent. */
  public int runs() {
    return runs;
  }

  /** Where a run goes. */
  public Destination destination(int run) {
    return destinations[run];
  }

  /** Where a run begins in {@link #memory()}. */
  public int offset(int run) {
    return offsets[run];
  }

  /** A run's bytes in all. */
  public int bytes(int run) {
    return bytes[run];
  }

  /** The bytes of each packet of a run but the last, which may be shorter. */
  public int segmentSize(int run) {
    return segmentSizes[run];
  }

  /** How many packets a run has. */
  public int segments(int run) {
    return segments[run];
  }
}
