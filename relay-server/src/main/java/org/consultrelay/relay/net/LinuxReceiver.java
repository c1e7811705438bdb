package org.consultrelay.relay.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;
import org.consultrelay.relay.wire.SlotPool;

/**
 * Receives datagrams by the batch straight into packet slots ({@code recvmmsg}), for all ports of a
 * loop in turn: so a port costs no slots of its own. Entries of the batch point at slots of the
 * loop's pool; when the handler keeps a slot, its entry is pointed at a fresh one. When the pool is
 * empty, datagrams are read into a spare slot and counted as dropped: left in the socket they would
 * only be stale when slots come free.
 *
 * <p>A run of packets that the kernel hands over as one message ({@code UDP_GRO}) costs one call's
 * share, and a copy of each packet but the first.
 */
final class LinuxReceiver {
  /** The most datagrams received with one call. */
  static final int BATCH = 64;

  private static final int MSG_TRUNC = 0x20;

  private final SlotPool pool;
  private final ReceiveHeaders headers;
  private final long headersAddress;
  private final MemorySegment errno;
  private final FailureLog failures = new FailureLog("a datagram handler");
  private final int[] slots = new int[BATCH];
  private final int spare;
  private int filled;
  private int asked;
  private boolean full;

  LinuxReceiver(SlotPool pool, Arena arena) {
    this.pool = pool;
    this.headers = new ReceiveHeaders(BATCH, SlotPool.CAPACITY, arena);
    this.headersAddress = headers.address();
    this.errno = LinuxCalls.errnoMemory(arena);
    this.spare = pool.claim();
    if (spare < 0) {
      throw new IllegalStateException("no free packet slot for a port");
    }
  }

  /**
   * Receives one batch and hands it over.
   *
   * @param fd the port's descriptor
   * @param counters the port's
   * @param first whether this is the first batch of a turn: then a failure is looked into
   * @return how many packets were taken out of the socket
   */
  int receive(
      int fd, PortCounters counters, MediaLoop loop, DatagramHandler handler, boolean first) {
    refill();
    asked = filled == 0 ? BATCH : filled;
    counters.receiveCalls++;
    full = false;
    int count = LinuxCalls.recvmmsg(fd, headersAddress, asked);
    if (count < 0 && first) {
      count = LinuxCalls.recvmmsg(errno, fd, headersAddress, asked);
      if (count < 0 && count != -Errno.EAGAIN && !Errno.mayBeOfEarlier(-count)) {
        failures.add(new IOException("recvmmsg: " + LinuxCalls.strerror(-count)));
      }
    }
    if (count <= 0) {
      return 0;
    }
    full = count == asked;
    int packets = count;
    if (filled == 0) {
      counters.drop(DropReason.NO_SLOT, count);
    } else {
      packets = deliver(count, counters, handler, loop.readClock());
    }
    headers.reset(count);
    return packets;
  }

  /** Whether the last batch was full, so that there may be more. */
  boolean wasFull() {
    return full;
  }

  private int deliver(int count, PortCounters counters, DatagramHandler handler, long nowNanos) {
    boolean gaps = false;
    int packets = 0;
    for (int i = 0; i < count; i++) {
      int length = headers.length(i);
      int size = headers.segmentSize(i);
      boolean run = size > 0 && size < length;
      if ((headers.flags(i) & MSG_TRUNC) != 0 || (run ? size : length) > SlotPool.CAPACITY) {
        counters.drop(DropReason.TRUNCATED, 1);
        continue;
      }
      int slot = slots[i];
      long name = ReceiveHeaders.nameOffset(i);
      if (run) {
        // Before the handler may write behind the first packet.
        Bytes.copy(
            pool.memory(),
            SlotPool.offset(slot) + size,
            headers.runs(),
            headers.run(i) + size,
            Math.min(length, SlotPool.CAPACITY) - size);
      }
      packets++;
      if (hand(slot, run ? size : length, name, counters, handler, nowNanos)) {
        slots[i] = pool.claim();
        if (slots[i] < 0) {
          gaps = true;
        } else {
          point(i, slots[i]);
        }
      }
      if (run) {
        packets += deliverRest(i, size, length, counters, handler, nowNanos);
      }
    }
    if (gaps) {
      closeGaps();
    }
    return packets;
  }

  /** The packets of a run behind its first, each in a slot of its own. */
  private int deliverRest(
      int entry,
      int size,
      int length,
      PortCounters counters,
      DatagramHandler handler,
      long nowNanos) {
    int packets = 0;
    int slot = -1;
    for (int at = size; at < length; at += size) {
      if (slot < 0) {
        slot = pool.claim();
      }
      packets++;
      if (slot < 0) {
        counters.drop(DropReason.NO_SLOT, 1);
        continue;
      }
      int bytes = Math.min(size, length - at);
      Bytes.copy(
          headers.runs(), headers.run(entry) + at, pool.memory(), SlotPool.offset(slot), bytes);
      if (hand(slot, bytes, ReceiveHeaders.nameOffset(entry), counters, handler, nowNanos)) {
        slot = -1;
      }
    }
    if (slot >= 0) {
      pool.release(slot);
    }
    return packets;
  }

  /** Hands one packet over; true when its slot was kept. */
  private boolean hand(
      int slot,
      int length,
      long name,
      PortCounters counters,
      DatagramHandler handler,
      long nowNanos) {
    counters.receivedPackets++;
    counters.receivedBytes += length;
    try {
      return handler.onDatagram(
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
      return false;
    }
  }

  private void point(int entry, int slot) {
    headers.place(entry, pool.memory().address() + SlotPool.offset(slot));
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
}
