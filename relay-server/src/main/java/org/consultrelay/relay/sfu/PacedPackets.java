package org.consultrelay.relay.sfu;

import java.util.Arrays;
import org.consultrelay.relay.bwe.Pacer;
import org.jspecify.annotations.Nullable;

/**
 * Video packets that wait for their turn on a narrow line, so that sound does not wait behind a
 * frame. Only numbers wait here: the packets stand in the stores of their streams. On a line that
 * carries all that is wanted nothing waits, and bursts leave as they came.
 *
 * <p>One thread; allocates nothing once a line was narrow.
 */
final class PacedPackets {
  /** Beyond so many the oldest waits no longer. A power of two. */
  private static final int CAPACITY = 512;

  private static final int MASK = CAPACITY - 1;

  private @Nullable Pacer pacer;
  private boolean active;
  private @Nullable Subscription[] of = {};
  private int[] numbers = {};
  private int[] bytes = {};
  private int head;
  private int size;

  /**
   * Says what the line is like.
   *
   * @param narrow whether it carries less than is wanted
   * @param bitsPerSecond what may be sent
   * @param draining whether a queue on the line is being drained
   */
  void line(boolean narrow, long bitsPerSecond, boolean draining, long nowNanos) {
    Pacer there = pacer;
    if (there == null) {
      if (!narrow) {
        return;
      }
      there = new Pacer(bitsPerSecond, nowNanos);
      pacer = there;
      of = new Subscription[CAPACITY];
      numbers = new int[CAPACITY];
      bytes = new int[CAPACITY];
    }
    active = narrow;
    there.target(bitsPerSecond, draining, nowNanos);
  }

  /**
   * A video packet is to be sent.
   *
   * @param number its outgoing sequence number, 16 bits
   * @param length its bytes
   * @return whether it waits here from now on; else it is to be sent now
   */
  boolean waits(Subscription subscription, int number, int length, long nowNanos) {
    Pacer there = pacer;
    if (there == null || (!active && size == 0)) {
      return false;
    }
    if (size == 0 && there.budget(nowNanos) > 0) {
      there.sentUnpaced(length, nowNanos);
      return false;
    }
    if (size == CAPACITY) {
      sendFirst(there, nowNanos);
    }
    int at = (head + size++) & MASK;
    of[at] = subscription;
    numbers[at] = number;
    bytes[at] = length;
    there.queued(length);
    return true;
  }

  /** Something left that never waits: sound, or a packet sent again. */
  void sentBeside(int length, long nowNanos) {
    if (active && pacer != null) {
      pacer.sentUnpaced(length, nowNanos);
    }
  }

  /** When the next may leave; {@link Long#MAX_VALUE} when none waits. */
  long deadline() {
    return size == 0 || pacer == null ? Long.MAX_VALUE : pacer.deadline();
  }

  /** Sends those whose turn it is. */
  void send(long nowNanos) {
    Pacer there = pacer;
    while (there != null && size > 0 && (!active || there.budget(nowNanos) > 0)) {
      sendFirst(there, nowNanos);
    }
  }

  private void sendFirst(Pacer there, long nowNanos) {
    Subscription subscription = of[head];
    int number = numbers[head];
    there.sent(bytes[head], nowNanos);
    of[head] = null;
    head = (head + 1) & MASK;
    size--;
    if (subscription != null) {
      subscription.sendWaiting(number, nowNanos);
    }
  }

  /** Nothing waits any more. */
  void clear() {
    Arrays.fill(of, null);
    size = 0;
  }
}
