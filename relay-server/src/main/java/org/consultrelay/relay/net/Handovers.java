package org.consultrelay.relay.net;

import java.lang.foreign.Arena;

/**
 * The rings between all loops of a relay, one for each pair and direction. Made before the loops
 * and closed after them.
 */
public final class Handovers implements AutoCloseable {
  /** Packets in all rings to one loop: a few milliseconds of a full loop's traffic. */
  private static final int PACKETS_TO_ONE_LOOP = 2_048;

  private static final int FEWEST = 64;
  private static final int MOST = 1_024;

  private final Arena arena = Arena.ofShared();
  private final HandoverInbox[] inboxes;
  private final HandoverRing[][] rings;

  /**
   * Rings for so many loops.
   *
   * @param loops how many, 1 or more
   */
  public Handovers(int loops) {
    int share = Integer.highestOneBit(PACKETS_TO_ONE_LOOP / Math.max(1, loops - 1));
    int capacity = Math.clamp(share, FEWEST, MOST);
    inboxes = new HandoverInbox[loops];
    rings = new HandoverRing[loops][loops];
    for (int to = 0; to < loops; to++) {
      inboxes[to] = new HandoverInbox();
      for (int from = 0; from < loops; from++) {
        if (from != to) {
          rings[from][to] = new HandoverRing(capacity, inboxes[to], arena);
        }
      }
    }
  }

  /**
   * The loop takes part: it receives by this handler and may hand over. On the loop's thread, once.
   */
  public void join(MediaLoop loop, HandoverHandler handler) {
    loop.joined(this);
    inboxes[loop.index()].open(loop, handler);
  }

  /**
   * The ring from one loop to another one.
   *
   * @param from the index of the loop that hands over and may use the ring
   * @param to the index of another loop
   */
  public HandoverRing ring(int from, int to) {
    if (from == to) {
      throw new IllegalArgumentException("loop " + from + " to itself");
    }
    return rings[from][to];
  }

  /** How many loops there are. */
  public int loops() {
    return inboxes.length;
  }

  /** Packets that one loop gave to others. Any thread. */
  public long handedOver(int from) {
    long sum = 0;
    for (HandoverRing ring : rings[from]) {
      sum += ring == null ? 0 : ring.handedOver();
    }
    return sum;
  }

  /** Packets that one loop could not give to others, because they lag. Any thread. */
  public long full(int from) {
    long sum = 0;
    for (HandoverRing ring : rings[from]) {
      sum += ring == null ? 0 : ring.full();
    }
    return sum;
  }

  /** Packets that one loop could not give to others, because they are longer than a slot. */
  public long tooLong(int from) {
    long sum = 0;
    for (HandoverRing ring : rings[from]) {
      sum += ring == null ? 0 : ring.tooLong();
    }
    return sum;
  }

  /** Packets for which the receiving loop had no slot. Any thread. */
  public long withoutSlot(int to) {
    return inboxes[to].noSlot;
  }

  void flush(int from) {
    for (HandoverRing ring : rings[from]) {
      if (ring != null) {
        ring.flush();
      }
    }
  }

  void left(int loop) {
    inboxes[loop].close();
  }

  /** Frees the rings. After every loop is closed. */
  @Override
  public void close() {
    arena.close();
  }
}
