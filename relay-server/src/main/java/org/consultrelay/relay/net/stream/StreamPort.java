package org.consultrelay.relay.net.stream;

import io.vertx.core.internal.ContextInternal;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.consultrelay.relay.net.MediaLoop;
import org.consultrelay.relay.net.TimerWheel;
import org.consultrelay.relay.wire.SlotPool;

/** The connections of one kind on one media loop. On its thread. */
public final class StreamPort {
  /** How much may wait for a slow reader, in bytes; beyond that its packets are dropped. */
  static final int MOST_WAITING = 256 << 10;

  /** The longest packet of ours, with what frames it, in bytes. */
  static final int MOST_PACKET = 1 << 16;

  private static final long SECOND = 1_000_000_000L;

  private final MediaLoop loop;
  private final StreamFraming framing;
  private final StreamHandler handler;
  private final StreamCounters counters;
  private final long idleNanos;
  private final List<StreamConnection> connections = new ArrayList<>();
  private final List<StreamConnection> dirty = new ArrayList<>();
  private final ByteBuffer slots;
  private final ByteBuffer scratchView;
  private final MemorySegment scratch;
  private ContextInternal outer;

  /**
   * A port without connections. On the loop.
   *
   * @param framing how packets stand in the streams
   * @param idleNanos after how long a connection from which nothing comes is ended, in nanoseconds
   * @param handler what to do with them
   */
  public StreamPort(
      MediaLoop loop,
      StreamFraming framing,
      long idleNanos,
      StreamHandler handler,
      StreamCounters counters) {
    this.loop = loop;
    this.framing = framing;
    this.idleNanos = idleNanos;
    this.handler = handler;
    this.counters = counters;
    this.slots = loop.slots().memory().asByteBuffer();
    this.scratch = Arena.ofAuto().allocate(MOST_PACKET, 64);
    this.scratchView = scratch.asByteBuffer();
    this.outer = loop.context();
    loop.onFlush(this::flush);
    new Sweep().start();
  }

  /** Looks every second for those who are silent or do not read. */
  private final class Sweep extends TimerWheel.Timer {
    void start() {
      loop.timers().schedule(this, loop.nowNanos() + SECOND);
    }

    @Override
    protected void onTimer(long nowNanos) {
      for (StreamConnection each : List.copyOf(connections)) {
        each.check(nowNanos, idleNanos);
      }
      start();
    }
  }

  private void flush() {
    // A connection that fails while it is flushed takes itself out of other lists only.
    for (int i = 0; i < dirty.size(); i++) {
      dirty.get(i).flush();
    }
    dirty.clear();
  }

  void dirty(StreamConnection connection) {
    dirty.add(connection);
  }

  void opened(StreamConnection connection) {
    connections.add(connection);
    counters.accepted.increment();
    counters.active.increment();
    handler.opened(connection);
  }

  void closed(StreamConnection connection) {
    if (connections.remove(connection)) {
      counters.active.decrement();
      handler.closed(connection);
      loop.flush();
    }
  }

  void beginTurn() {
    outer = loop.beginTurn();
  }

  void endTurn(int received) {
    handler.endOfTurn(loop.nowNanos());
    loop.endTurn(outer, received);
  }

  MediaLoop loop() {
    return loop;
  }

  StreamFraming framing() {
    return framing;
  }

  StreamHandler handler() {
    return handler;
  }

  StreamCounters counters() {
    return counters;
  }

  SlotPool pool() {
    return loop.slots();
  }

  /** The slots' memory, to be written by position and limit. */
  ByteBuffer slotBytes() {
    return slots;
  }

  /** Where a packet is written before it joins its stream. */
  MemorySegment scratch() {
    return scratch;
  }

  ByteBuffer scratchBytes() {
    return scratchView;
  }
}
