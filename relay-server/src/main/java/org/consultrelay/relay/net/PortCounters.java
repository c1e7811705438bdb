package org.consultrelay.relay.net;

/**
 * What went through a port since it was opened. Written by the loop with plain stores; any thread
 * may read, and sees values that were true a moment ago.
 */
public final class PortCounters {
  private static final int REASONS = DropReason.values().length;

  private final long[] drops = new long[REASONS];

  long receivedPackets;
  long receivedBytes;
  long receiveCalls;
  long sentPackets;
  long sentBytes;
  long sendCalls;
  long sentRuns;
  long sentRunSegments;
  long segmentationFallbacks;
  long handlerFailures;

  /** Counters at zero. */
  public PortCounters() {}

  /** Datagrams handed to the handler. */
  public long receivedPackets() {
    return receivedPackets;
  }

  /** Bytes of UDP payload handed to the handler. */
  public long receivedBytes() {
    return receivedBytes;
  }

  /** System calls made to receive. */
  public long receiveCalls() {
    return receiveCalls;
  }

  /** Datagrams that the kernel took, each segment of a run counted. */
  public long sentPackets() {
    return sentPackets;
  }

  /** Bytes of UDP payload that the kernel took. */
  public long sentBytes() {
    return sentBytes;
  }

  /** System calls made to send. */
  public long sendCalls() {
    return sendCalls;
  }

  /** Messages of more than one segment that the kernel took (generic segmentation offload). */
  public long sentRuns() {
    return sentRuns;
  }

  /** Segments in those messages. */
  public long sentRunSegments() {
    return sentRunSegments;
  }

  /** Runs that the kernel would not take as one message and that were sent packet by packet. */
  public long segmentationFallbacks() {
    return segmentationFallbacks;
  }

  /** Exceptions that came out of the handler: bugs. */
  public long handlerFailures() {
    return handlerFailures;
  }

  /** Datagrams dropped for this reason. */
  public long drops(DropReason reason) {
    return drops[index(reason)];
  }

  void drop(DropReason reason, int packets) {
    drops[index(reason)] += packets;
  }

  void setDrops(DropReason reason, long packets) {
    drops[index(reason)] = packets;
  }

  // An EnumMap would box; nothing outlives the process that knows these numbers.
  @SuppressWarnings("EnumOrdinal")
  private static int index(DropReason reason) {
    return reason.ordinal();
  }
}
