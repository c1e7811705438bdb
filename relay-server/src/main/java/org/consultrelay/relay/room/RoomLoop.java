package org.consultrelay.relay.room;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.consultrelay.relay.net.TimerWheel;
import org.consultrelay.relay.transport.Demultiplexer;

/** A media loop as rooms see it: where they run, what carries their media, and how full it is. */
public final class RoomLoop {
  private final Executor executor;
  private final LongSupplier clock;
  private final TimerWheel timers;
  private final Demultiplexer demultiplexer;
  private volatile List<String> candidates;
  private final AtomicInteger participants = new AtomicInteger();
  private volatile boolean busy;
  private final AtomicInteger rooms = new AtomicInteger();

  /**
   * A loop without rooms.
   *
   * @param executor runs tasks on the loop, in order
   * @param clock the loop's time in nanoseconds
   * @param timers the loop's timers
   * @param demultiplexer the loop's connections
   * @param candidates ICE candidates of the loop's ports, from {@code candidate:} on (RFC 8839)
   */
  public RoomLoop(
      Executor executor,
      LongSupplier clock,
      TimerWheel timers,
      Demultiplexer demultiplexer,
      List<String> candidates) {
    this.executor = executor;
    this.clock = clock;
    this.timers = timers;
    this.demultiplexer = demultiplexer;
    this.candidates = List.copyOf(candidates);
  }

  /** Runs a task on the loop. Any thread. */
  public void execute(Runnable task) {
    executor.execute(task);
  }

  /** The time in nanoseconds; on the loop. */
  public long nowNanos() {
    return clock.getAsLong();
  }

  /** More ways to this loop's media, less preferred. Before the first room. */
  public void addCandidates(List<String> more) {
    List<String> all = new ArrayList<>(candidates);
    all.addAll(more);
    candidates = List.copyOf(all);
  }

  /** Where peers find this loop's media. Any thread. */
  public List<String> candidates() {
    return candidates;
  }

  /** The loop's connections; on the loop. */
  public Demultiplexer demultiplexer() {
    return demultiplexer;
  }

  /** How many participants its rooms have. Any thread. */
  public int participants() {
    return participants.get();
  }

  /** The loop's timers; on the loop. */
  public TimerWheel timers() {
    return timers;
  }

  /**
   * How full it is, for placing rooms: a room counts from the moment it is placed, or else all that
   * open in the same instant, as consultations do, would see the same empty loop.
   */
  int load() {
    return rooms.get() + participants.get();
  }

  /**
   * Whether it has so much to do that rooms rather go to another loop, if one has not. Any thread.
   */
  public void busy(boolean now) {
    busy = now;
  }

  boolean isBusy() {
    return busy;
  }

  /** The one to place a room on; one at least must be given. */
  static RoomLoop emptiest(List<RoomLoop> loops) {
    RoomLoop best = loops.getFirst();
    for (RoomLoop loop : loops) {
      // What one loop has too much of others may have to spare, whatever the numbers say.
      boolean rather = loop.isBusy() == best.isBusy() ? loop.load() < best.load() : best.isBusy();
      if (rather) {
        best = loop;
      }
    }
    return best;
  }

  void placed() {
    rooms.incrementAndGet();
  }

  void vacated() {
    rooms.decrementAndGet();
  }

  void joined() {
    participants.incrementAndGet();
  }

  void left() {
    participants.decrementAndGet();
  }
}
