package org.consultrelay.relay.signal.livekit.webhook;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What one receiver has yet to take, a line for each room: at most one event of a room is on its
 * way, and the next one goes when it has been taken or given up. A room whose first event fails
 * waits, longer with each failure; the others go on. When many rooms fail and none gets through,
 * the receiver counts as down: then one event at a time finds out whether it is back. Takes the
 * time and does nothing by itself; one thread at a time.
 */
final class RoomQueues {
  /** So many rooms that fail, and nothing taken between, mean that the receiver is down. */
  private static final int LEAST_FAILING = 4;

  private static final class Line {
    private final String room;
    private final ArrayDeque<Pending> events = new ArrayDeque<>();
    private int failures;
    private long dueNanos;
    private boolean inFlight;

    private Line(String room) {
      this.room = room;
    }
  }

  private final RetryLimits limits;
  private final int parallel;
  private final int failing;
  private final RandomGenerator random;
  private final Map<String, Line> lines = new HashMap<>();
  private final ArrayDeque<Line> ready = new ArrayDeque<>();
  private final PriorityQueue<Line> waiting =
      new PriorityQueue<>((a, b) -> Long.signum(a.dueNanos - b.dueNanos));
  private int inFlight;
  private int size;
  private long bytes;
  private int failuresInARow;
  private int failingLines;
  private boolean down;
  private long probeNanos;

  /**
   * Empty queues.
   *
   * @param parallel how many events may be on their way at a time, of as many rooms
   * @param random of the waits, so that what failed together does not come back together
   */
  RoomQueues(RetryLimits limits, int parallel, RandomGenerator random) {
    this.limits = limits;
    this.parallel = parallel;
    this.failing = Math.max(LEAST_FAILING, parallel);
    this.random = random;
  }

  /** Puts an event behind those of its room. */
  void add(Pending event) {
    Line line = lines.computeIfAbsent(event.room(), Line::new);
    line.events.add(event);
    size++;
    bytes += event.bytes();
    if (line.events.size() == 1) {
      ready.add(line);
    }
  }

  /** The next event to send, which is on its way from now on; null when there is none now. */
  @Nullable Pending next(long nowNanos) {
    while (!waiting.isEmpty() && waiting.element().dueNanos - nowNanos <= 0) {
      ready.add(waiting.remove());
    }
    Line line = null;
    if (!down && inFlight < parallel) {
      line = ready.poll();
    } else if (down && inFlight == 0 && probeNanos - nowNanos <= 0) {
      line = ready.isEmpty() ? waiting.poll() : ready.poll();
    }
    if (line == null) {
      return null;
    }
    line.inFlight = true;
    inFlight++;
    return line.events.element();
  }

  /** The receiver has taken it. */
  void delivered(Pending event) {
    Line line = landed(event);
    failuresInARow = 0;
    if (down) {
      down = false;
      // The receiver is back: nobody waits any longer for what it did before.
      ready.addAll(waiting);
      waiting.clear();
    }
    forgetFirst(line);
    if (!line.events.isEmpty()) {
      ready.add(line);
    }
  }

  /**
   * The receiver has not taken it.
   *
   * @return what is given up, in the order of happening within each room: often nothing, and not
   *     only this event once the receiver is down
   */
  List<Pending> failed(Pending event, long nowNanos) {
    Line line = landed(event);
    if (line.failures++ == 0) {
      failingLines++;
    }
    failuresInARow++;
    line.dueNanos = nowNanos + jittered(line.failures);
    List<Pending> dead = new ArrayList<>();
    giveUp(line, nowNanos, 1, dead);
    if (!line.events.isEmpty()) {
      if (line.failures == 0) {
        ready.add(line);
      } else {
        waiting.add(line);
      }
    }
    if (failuresInARow >= failing && (down || failingLines >= failing)) {
      down = true;
      probeNanos = nowNanos + jittered(failuresInARow - failing + 1);
      giveUpAll(nowNanos, dead);
    }
    return dead;
  }

  private Line landed(Pending event) {
    Line line = lines.get(event.room());
    if (line == null || !line.inFlight || line.events.element().number() != event.number()) {
      throw new IllegalStateException("not on its way: event " + event.number());
    }
    line.inFlight = false;
    inFlight--;
    return line;
  }

  private void forgetFirst(Line line) {
    Pending first = line.events.remove();
    size--;
    bytes -= first.bytes();
    if (line.failures > 0) {
      line.failures = 0;
      failingLines--;
    }
    if (line.events.isEmpty()) {
      lines.remove(line.room);
    }
  }

  /** The first events of a line that are too old, no more than {@code most} of them. */
  private void giveUp(Line line, long nowNanos, int most, List<Pending> dead) {
    for (int i = 0; i < most && !line.events.isEmpty(); i++) {
      Pending first = line.events.element();
      if (nowNanos - first.takenNanos() <= limits.maxAge().toNanos()) {
        return;
      }
      dead.add(first);
      forgetFirst(line);
    }
  }

  private void giveUpAll(long nowNanos, List<Pending> dead) {
    int before = dead.size();
    for (Line line : List.copyOf(lines.values())) {
      if (!line.inFlight) {
        giveUp(line, nowNanos, Integer.MAX_VALUE, dead);
      }
    }
    if (dead.size() > before) {
      ready.removeIf(line -> line.events.isEmpty());
      waiting.removeIf(line -> line.events.isEmpty());
    }
  }

  /** Between half of the wait and all of it. */
  private long jittered(int failures) {
    long most = limits.backOffNanos(failures);
    return most / 2 + random.nextLong(most / 2 + 1);
  }

  /** When {@link #next} is worth a call without a new event or an end of one; null: not before. */
  @Nullable Long dueNanos(long nowNanos) {
    if (down) {
      return inFlight > 0 || size == 0 ? null : Long.valueOf(probeNanos);
    }
    if (inFlight == parallel) {
      return null;
    }
    if (!ready.isEmpty()) {
      return nowNanos;
    }
    return waiting.isEmpty() ? null : Long.valueOf(waiting.element().dueNanos);
  }

  /** Whether something is on its way or could be at once. */
  boolean isBusy() {
    return inFlight > 0 || (!down && !ready.isEmpty());
  }

  /** Whether the receiver counts as down. */
  boolean isDown() {
    return down;
  }

  /** How many events there are. */
  int size() {
    return size;
  }

  /** What they cost to keep. */
  long bytes() {
    return bytes;
  }

  /** How long the oldest event has been waiting, in nanoseconds; 0 when there is none. */
  long oldestNanos(long nowNanos) {
    long oldest = 0;
    for (Line line : lines.values()) {
      oldest = Math.max(oldest, nowNanos - line.events.element().takenNanos());
    }
    return oldest;
  }
}
