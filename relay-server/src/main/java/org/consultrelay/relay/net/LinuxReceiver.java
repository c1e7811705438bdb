package org.consultrelay.relay.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.SlotPool;

/**
 * Receives datagrams by the batch straight into packet slots ({@code recvmmsg}), for all ports of a
 * loop in turn: so a port costs no slots of its own. Entries of the batch point at slots of the
 * loop's pool; when the handler keeps a slot, its entry is pointed at a fresh one. When the pool is
 * empty, datagrams are read into a spare slot and counted as dropped: left in the socket they would
 * only be stale when slots come free.
 */
final class LinuxReceiver {
  /** The most datagrams received with one call. */
  static final int BATCH = 64;

  private static final int MSG_TRUNC = 0x20;
  private static final int EAGAIN = 11;

  private final SlotPool pool;
  private final MessageHeaders headers;
  private final long headersAddress;
  private final MemorySegment errno;
  private final FailureLog failures = new FailureLog("a datagram handler");
  private final int[] slots = new int[BATCH];
  private final int spare;
  private int filled;
  private int asked;

  LinuxReceiver(SlotPool pool, Arena arena) {
    this.pool = pool;
    this.headers = new MessageHeaders(BATCH, arena);
    this.headersAddress = headers.address(0);
    this.errno = LinuxCalls.errnoMemory(arena);
    this.spare = pool.claim();
    if (spare < 0) {
      throw new IllegalStateException("no free packet slot for a port");
    }
    for (int i = 0; i < BATCH; i++) {
      headers.data(i, 0, SlotPool.CAPACITY);
    }
  }

  /**
   * Receives one batch and hands it over.
   *
   * @param fd the port's descriptor
   * @param counters the port's
   * @param first whether this is the first batch of a turn: then a failure is looked into
   * @return how many datagrams were taken out of the socket
   */
  int receive(
      int fd, PortCounters counters, MediaLoop loop, DatagramHandler handler, boolean first) {
    refill();
    asked = filled == 0 ? BATCH : filled;
    counters.receiveCalls++;
    int count = LinuxCalls.recvmmsg(fd, headersAddress, asked);
    if (count < 0 && first) {
      count = LinuxCalls.recvmmsg(errno, fd, headersAddress, asked);
      if (count < 0 && count != -EAGAIN) {
        failures.add(new IOException("recvmmsg: " + LinuxCalls.strerror(-count)));
      }
    }
    if (count <= 0) {
      return 0;
    }
    if (filled == 0) {
      counters.drop(DropReason.NO_SLOT, count);
      return count;
    }
    deliver(count, counters, handler, loop.readClock());
    return count;
  }

  /** Whether the last batch was full, so that there may be more. */
  boolean wasFull(int count) {
    return count == asked;
  }

  private void deliver(int count, PortCounters counters, DatagramHandler handler, long nowNanos) {
    boolean gaps = false;
    for (int i = 0; i < count; i++) {
      if ((headers.flags(i) & MSG_TRUNC) != 0) {
        counters.drop(DropReason.TRUNCATED, 1);
        continue;
      }
      int length = headers.length(i);
      long name = MessageHeaders.nameOffset(i);
      int slot = slots[i];
      counters.receivedPackets++;
      counters.receivedBytes += length;
      boolean kept = false;
      try {
        kept =
            handler.onDatagram(
                slot,
                SlotPool.offset(slot),
                length,
                LinuxSocket.high(headers.names(), name),
                LinuxSocket.low(headers.names(), name),
                LinuxSocket.port(headers.names(), name),
                nowNanos);
      } catch (Throwable failure) {
        counters.handlerFailures++;
        failures.add(failure);
      }
      if (kept) {
        slots[i] = pool.claim();
        if (slots[i] < 0) {
          gaps = true;
        } else {
          point(i, slots[i]);
        }
      }
    }
    if (gaps) {
      closeGaps();
    }
  }

  private void point(int entry, int slot) {
    headers.data(entry, pool.memory().address() + SlotPool.offset(slot));
  }

  private void closeGaps() {
    int to = 0;
    for (int from = 0; from < filled; from++) {
      int slot = slots[from];
      if (slot >= 0) {
        slots[to] = slot;
        point(to++, slot);
      }
    }
    filled = to;
    if (filled == 0) {
      for (int i = 0; i < BATCH; i++) {
        point(i, spare);
      }
    }
  }

  private void refill() {
    while (filled < BATCH) {
      int slot = pool.claim();
      if (slot < 0) {
        if (filled == 0) {
          closeGaps();
        }
        return;
      }
      slots[filled] = slot;
      point(filled++, slot);
    }
  }

  /** Gives all slots back. */
  void close() {
    while (filled > 0) {
      pool.release(slots[--filled]);
    }
    pool.release(spare);
  }
}
