package org.consultrelay.relay.net;

import io.vertx.core.internal.ContextInternal;
import java.util.Arrays;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The rings that lead to one loop, and how it is woken: once, however many packets wait. */
final class HandoverInbox {
  private final AtomicBoolean woken = new AtomicBoolean();
  private final FailureLog failures = new FailureLog("a handover");
  private final Runnable drain = this::drain;
  private HandoverRing[] rings = {};
  private volatile @Nullable MediaLoop loop;
  private @Nullable HandoverHandler handler;

  /** Packets that were handed over and found no slot. The loop's. */
  long noSlot;

  /** Before the loops use it. */
  void add(HandoverRing ring) {
    rings = Arrays.copyOf(rings, rings.length + 1);
    rings[rings.length - 1] = ring;
  }

  /** From now on this loop receives. On its thread. */
  void open(MediaLoop receiving, HandoverHandler receiver) {
    handler = receiver;
    loop = receiving;
    wake();
  }

  /** Nothing is received any more. On the loop's thread. */
  void close() {
    loop = null;
  }

  /** There is something in a ring. Any thread. */
  void wake() {
    MediaLoop receiving = loop;
    if (receiving != null && woken.compareAndSet(false, true)) {
      try {
        receiving.context().nettyEventLoop().execute(drain);
      } catch (RejectedExecutionException e) {
        // The event loops are gone, and with them whoever would receive.
        loop = null;
      }
    }
  }

  private void drain() {
    // First, so that who publishes after the last look wakes us again.
    woken.set(false);
    MediaLoop receiving = loop;
    HandoverHandler receiver = handler;
    if (receiving == null || receiver == null) {
      return;
    }
    ContextInternal outer = receiving.beginTurn();
    int count = 0;
    for (HandoverRing ring : rings) {
      count += ring.drain(receiving, receiver, failures);
    }
    receiving.endTurn(outer, receiver, count, failures);
  }
}
