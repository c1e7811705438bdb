package org.consultrelay.relay.net.stream;

import java.util.concurrent.atomic.LongAdder;

/** What the connections of one kind did. Any thread. */
public final class StreamCounters {
  private final LongAdder[] ends = new LongAdder[StreamEnd.values().length];
  final LongAdder accepted = new LongAdder();
  final LongAdder active = new LongAdder();
  final LongAdder receivedPackets = new LongAdder();
  final LongAdder receivedBytes = new LongAdder();
  final LongAdder sentPackets = new LongAdder();
  final LongAdder sentBytes = new LongAdder();
  final LongAdder dropped = new LongAdder();
  final LongAdder noSlot = new LongAdder();
  final LongAdder failures = new LongAdder();

  /** All zero. */
  public StreamCounters() {
    for (int i = 0; i < ends.length; i++) {
      ends[i] = new LongAdder();
    }
  }

  void end(StreamEnd reason) {
    ends[reason.ordinal()].increment();
  }

  /** Connections that ended or were refused. */
  public long ends(StreamEnd reason) {
    return ends[reason.ordinal()].sum();
  }

  /** Connections accepted. */
  public long accepted() {
    return accepted.sum();
  }

  /** Connections that there are now. */
  public long active() {
    return active.sum();
  }

  /** Packets received. */
  public long receivedPackets() {
    return receivedPackets.sum();
  }

  /** Their bytes. */
  public long receivedBytes() {
    return receivedBytes.sum();
  }

  /** Packets sent. */
  public long sentPackets() {
    return sentPackets.sum();
  }

  /** Their bytes. */
  public long sentBytes() {
    return sentBytes.sum();
  }

  /** Packets dropped because their reader is slow. */
  public long dropped() {
    return dropped.sum();
  }

  /** Packets dropped because there was no slot to receive them into. */
  public long noSlot() {
    return noSlot.sum();
  }

  /** Exceptions out of what handles connections: bugs. */
  public long failures() {
    return failures.sum();
  }
}
