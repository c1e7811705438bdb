package org.consultrelay.relay.signal.livekit.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import livekit.LivekitModels;
import org.consultrelay.relay.store.Store;
import org.jspecify.annotations.Nullable;

/**
 * A receiver, the way to it, and a relay that may be killed at any time, all in virtual time: a
 * thousand events of a day pass in milliseconds, the same with each seed.
 */
final class SimulatedDelivery implements AutoCloseable {
  static final String MARK = "receiver";
  private static final long SECOND = 1_000_000_000;

  /** What the receiver has got, by room: each event at its first coming. */
  final Map<String, List<String>> received = new HashMap<>();

  final Set<String> given = new HashSet<>();
  final Set<String> dead = new HashSet<>();
  int attempts;
  int mostInFlight;

  /** Whether the receiver takes an event now. */
  interface Mood {
    boolean takes(String room, long nowNanos);
  }

  private record Arrival(long nanos, int epoch, Pending event, boolean taken, boolean answered) {}

  private final Random random;
  private final RetryLimits limits;
  private final int parallel;
  private final Store store = open();
  private Backlog backlog = new Backlog(store);
  private final Map<Long, String> ids = new HashMap<>();
  private final Set<String> seen = new HashSet<>();
  private final PriorityQueue<Arrival> arrivals =
      new PriorityQueue<>((a, b) -> Long.compare(a.nanos, b.nanos));
  private final Map<String, Integer> inFlight = new HashMap<>();
  private final List<Pending> unwritten = new ArrayList<>();
  private RoomQueues queues;
  private int epoch;
  private long now;
  Mood mood = (_, _) -> true;

  /** The answer is lost so often that the receiver has taken it all the same. */
  double lostAnswers;

  SimulatedDelivery(long seed, RetryLimits limits, int parallel) {
    this.random = new Random(seed);
    this.limits = limits;
    this.parallel = parallel;
    this.queues = new RoomQueues(limits, parallel, new SplittableRandom(seed));
  }

  private static Store open() {
    try {
      return Store.open(Optional.empty());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long nowNanos() {
    return now;
  }

  RoomQueues queues() {
    return queues;
  }

  /** Something happens in a room. */
  void happen(String room, String id) {
    WebhookEvent event =
        new WebhookEvent(
            id,
            EventName.TRACK_PUBLISHED,
            now / 1_000_000,
            LivekitModels.Room.newBuilder().setName(room).build(),
            null,
            null);
    Backlog.Entry entry = backlog.add(event, event.json(), MARK);
    ids.put(entry.number(), id);
    given.add(id);
    queues.add(pending(entry));
  }

  private static Pending pending(Backlog.Entry entry) {
    return new Pending(
        entry.number(),
        entry.name(),
        entry.room(),
        entry.createdAtMillis() * 1_000_000,
        entry.bytes());
  }

  /** Time passes until then, whatever comes of it. */
  void runUntil(long end) {
    while (true) {
      send();
      Long due = queues.dueNanos(now);
      long next = Math.min(end, due == null ? Long.MAX_VALUE : due);
      if (!arrivals.isEmpty()) {
        next = Math.min(next, arrivals.element().nanos);
      }
      now = Math.max(now, next);
      while (!arrivals.isEmpty() && arrivals.element().nanos <= now) {
        arrive(arrivals.remove());
      }
      if (now >= end) {
        return;
      }
    }
  }

  private void send() {
    for (@Nullable Pending next = queues.next(now); next != null; next = queues.next(now)) {
      attempts++;
      assertThat(inFlight.merge(next.room(), 1, Integer::sum)).as("one of a room").isEqualTo(1);
      mostInFlight = Math.max(mostInFlight, inFlight.size());
      assertThat(backlog.json(next.number(), MARK)).contains(id(next));
      boolean taken = mood.takes(next.room(), now);
      boolean answered = taken && random.nextDouble() >= lostAnswers;
      if (taken) {
        take(next);
      }
      long duration = (long) (random.nextDouble() * (taken ? SECOND / 5 : 2 * SECOND));
      arrivals.add(new Arrival(now + duration, epoch, next, taken, answered));
    }
  }

  private String id(Pending event) {
    return ids.get(event.number());
  }

  private void take(Pending event) {
    if (seen.add(id(event))) {
      received.computeIfAbsent(event.room(), _ -> new ArrayList<>()).add(id(event));
    }
  }

  private void arrive(Arrival arrival) {
    if (arrival.epoch != epoch) {
      return; // of a process that is no more
    }
    inFlight.remove(arrival.event.room());
    if (arrival.answered) {
      queues.delivered(arrival.event);
      unwritten.add(arrival.event);
      // The store writes removals down a moment later.
      while (unwritten.size() > 5) {
        backlog.remove(unwritten.removeFirst().number(), MARK);
      }
    } else {
      for (Pending each : queues.failed(arrival.event, now)) {
        dead.add(id(each));
        backlog.remove(each.number(), MARK);
      }
    }
  }

  /** The process is killed, and comes back at once. */
  void restart() {
    epoch++;
    inFlight.clear();
    unwritten.clear();
    backlog = new Backlog(store);
    queues = new RoomQueues(limits, parallel, new SplittableRandom(random.nextLong()));
    backlog.entries().forEach(entry -> queues.add(pending(entry)));
  }

  @Override
  public void close() {
    store.close();
  }
}
