package org.consultrelay.relay.net.stream;

import io.netty.buffer.ByteBuf;
import io.vertx.core.internal.ContextInternal;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.consultrelay.relay.net.FailureLog;
import org.consultrelay.relay.net.MediaLoop;
import org.consultrelay.relay.net.TimerWheel;

/** The connections of one kind on one media loop. On its thread. */
public final class StreamPort {
  /** How much may wait for a slow reader, in bytes; beyond that its packets are dropped. */
  static final int MOST_WAITING = 256 << 10;

  /** The longest packet of ours, with what frames it, in bytes. */
  static final int MOST_PACKET = 1 << 16;

  private static final int PIECE = 16 << 10;

  /** How often limits are looked after, in nanoseconds. */
  private static final long SWEEP = 1_000_000_000L;

  private final MediaLoop loop;
  private final StreamFraming framing;
  private final StreamHandler handler;
  private final StreamCounters counters;
  private final StreamLimits limits;
  private final FailureLog failures = new FailureLog("a connection's handler");
  private final List<StreamConnection> connections = new ArrayList<>();
  private final List<StreamConnection> dirty = new ArrayList<>();

  /** Where a piece of a stream lies while it is cut: one for all, for it is done at once. */
  private final byte[] pieceBytes = new byte[PIECE];

  private final MemorySegment piece = MemorySegment.ofArray(pieceBytes);
  private final ByteBuffer scratchView;
  private final MemorySegment scratch;

  /**
   * A port without connections. On the loop.
   *
   * @param framing how packets stand in the streams
   * @param limits how long connections may keep us waiting
   * @param handler what to do with them
   */
  public StreamPort(
      MediaLoop loop,
      StreamFraming framing,
      StreamLimits limits,
      StreamHandler handler,
      StreamCounters counters) {
    this.loop = loop;
    this.framing = framing;
    this.limits = limits;
    this.handler = handler;
    this.counters = counters;
    this.scratch = Arena.ofAuto().allocate(MOST_PACKET, 64);
    this.scratchView = scratch.asByteBuffer();
    loop.onFlush(this::flush);
    new Sweep().start();
  }

  /** Looks every second for those who are silent or do not read. */
  private final class Sweep extends TimerWheel.Timer {
    void start() {
      loop.timers().schedule(this, loop.nowNanos() + Math.min(SWEEP, shortest()));
    }

    @Override
    protected void onTimer(long nowNanos) {
      // From the end, because one that ends leaves its place to the last.
      for (int i = connections.size() - 1; i >= 0; i--) {
        connections.get(i).check(nowNanos, limits);
      }
      start();
    }
  }

  private long shortest() {
    return Math.min(
        Math.min(limits.idle(), limits.packet()), Math.min(limits.proof(), limits.stalled()));
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
    connection.index = connections.size();
    connections.add(connection);
    counters.accepted.increment();
    counters.active.increment();
    handler.opened(connection);
  }

  void closed(StreamConnection connection) {
    if (connection.index < 0) {
      return;
    }
    StreamConnection last = connections.removeLast();
    if (last != connection) {
      connections.set(connection.index, last);
      last.index = connection.index;
    }
    connection.index = -1;
    counters.active.decrement();
    try {
      handler.closed(connection);
    } catch (RuntimeException | Error failure) {
      failed(failure);
    }
    loop.flush();
  }

  void endTurn(ContextInternal outer, int received) {
    try {
      handler.endOfTurn(loop.nowNanos());
    } catch (RuntimeException | Error failure) {
      failed(failure);
    }
    loop.endTurn(outer, received);
  }

  /** What must not stop the loop is logged and counted. */
  void failed(Throwable failure) {
    failures.add(failure);
    counters.failures.increment();
  }

  /** Takes a piece of a stream out of a buffer, into {@link #piece}: its length in bytes. */
  int readPiece(ByteBuf in) {
    int length = Math.min(in.readableBytes(), PIECE);
    in.readBytes(pieceBytes, 0, length);
    return length;
  }

  MemorySegment piece() {
    return piece;
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

  /** Where a packet is written before it joins its stream. */
  MemorySegment scratch() {
    return scratch;
  }

  ByteBuffer scratchBytes() {
    return scratchView;
  }
}
