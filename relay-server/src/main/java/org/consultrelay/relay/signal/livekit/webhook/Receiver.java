package org.consultrelay.relay.signal.livekit.webhook;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.consultrelay.relay.signal.livekit.webhook.WebhookCounters.Outcome;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One URL: what it has yet to take, and the taking. Thread-safe; away from the loops. */
final class Receiver {
  private static final Logger LOG = LoggerFactory.getLogger(Receiver.class);

  /** No more than one line of a kind in this time. */
  private static final long QUIET_NANOS = Duration.ofMinutes(1).toNanos();

  /**
   * What all receivers share.
   *
   * @param backlog keeps the events
   * @param counters count them
   * @param senders run attempts, which block
   * @param timer runs what is short
   * @param clock tells how old what was kept is
   * @param nanoTime is the clock of this process
   */
  record Surroundings(
      Backlog backlog,
      WebhookCounters counters,
      Executor senders,
      ScheduledExecutorService timer,
      InstantSource clock,
      LongSupplier nanoTime) {}

  private final String mark;
  private final String host;
  private final Delivery delivery;
  private final RoomQueues queues;
  private final long mostBytes;
  private final Surroundings around;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition quiet = lock.newCondition();
  private @Nullable Future<?> wake;
  private long failureLoggedNanos;
  private long deathLoggedNanos;
  private long unloggedDeaths;

  /** Bytes of events that it takes and that have yet to be added. */
  private long reserved;

  private boolean failing;
  private boolean closed;

  /**
   * A receiver that has taken all so far.
   *
   * @param mark tells its events from those of the others, also after a restart
   * @param host what it is called in the log
   * @param mostBytes of events that are kept for it
   */
  Receiver(
      String mark,
      String host,
      Delivery delivery,
      RoomQueues queues,
      long mostBytes,
      Surroundings around) {
    this.mark = mark;
    this.host = host;
    this.delivery = delivery;
    this.queues = queues;
    this.mostBytes = mostBytes;
    this.around = around;
    long now = around.nanoTime().getAsLong();
    this.failureLoggedNanos = now - QUIET_NANOS;
    this.deathLoggedNanos = now - QUIET_NANOS;
  }

  String mark() {
    return mark;
  }

  /**
   * Whether an event of that size can be kept for it; if not, it is lost to this receiver. Its
   * place is kept until {@link #written}.
   */
  boolean takes(EventName name, long bytes) {
    lock.lock();
    try {
      if (closed || queues.bytes() + reserved + bytes > mostBytes) {
        dead(name, "more than webhooks.maxPending waits for it");
        return false;
      }
      reserved += bytes;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Puts an entry that is in the backlog behind those of its room. */
  void add(Backlog.Entry entry) {
    lock.lock();
    try {
      long age = Math.max(0, around.clock().millis() - entry.createdAtMillis());
      queues.add(
          new Pending(
              entry.number(),
              entry.name(),
              entry.room(),
              around.nanoTime().getAsLong() - TimeUnit.MILLISECONDS.toNanos(age),
              entry.bytes()));
    } finally {
      lock.unlock();
    }
  }

  /** What it said that it takes has been added, or could not be. */
  void written() {
    lock.lock();
    try {
      reserved = 0;
    } finally {
      lock.unlock();
    }
  }

  /** Sends what can be sent now, and sees to it that the rest follows. */
  void pump() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      long now = around.nanoTime().getAsLong();
      for (Pending next = queues.next(now); next != null; next = queues.next(now)) {
        Pending event = next;
        around.senders().execute(() -> attempt(event));
      }
      if (wake != null) {
        wake.cancel(false);
      }
      Long due = queues.dueNanos(now);
      wake =
          due == null
              ? null
              : around.timer().schedule(this::pump, Math.max(0, due - now), TimeUnit.NANOSECONDS);
    } finally {
      lock.unlock();
    }
  }

  private void attempt(Pending event) {
    String failure = null;
    try {
      String json = around.backlog().json(event.number(), mark);
      if (json != null) {
        delivery.deliver(json);
      }
    } catch (Delivery.FailedException e) {
      failure = e.reason();
    } catch (RuntimeException e) {
      failure = e.toString();
    }
    lock.lock();
    try {
      if (closed) {
        return;
      }
      if (failure == null) {
        delivered(event);
      } else {
        failed(event, failure);
      }
    } finally {
      // Whatever went wrong: the rooms behind this event go on.
      quiet.signalAll();
      lock.unlock();
      pump();
    }
  }

  private void delivered(Pending event) {
    queues.delivered(event);
    around.backlog().remove(event.number(), mark);
    around.counters().delivered(event.name(), around.nanoTime().getAsLong() - event.takenNanos());
    if (failing) {
      failing = false;
      LOG.info("webhooks to {}: it takes them again, {} wait", host, queues.size());
    }
  }

  private void failed(Pending event, String failure) {
    long now = around.nanoTime().getAsLong();
    List<Pending> dead = queues.failed(event, now);
    for (Pending each : dead) {
      around.backlog().remove(each.number(), mark);
      dead(each.name(), "older than webhooks.retry.maxAge: " + failure);
    }
    if (!dead.contains(event)) {
      around.counters().count(event.name(), Outcome.RETRIED);
    }
    if (now - failureLoggedNanos >= QUIET_NANOS) {
      failureLoggedNanos = now;
      failing = true;
      LOG.warn("webhooks to {}: not taken ({}); {} wait", host, failure, queues.size());
    }
  }

  private void dead(EventName name, String why) {
    around.counters().count(name, Outcome.DEAD);
    unloggedDeaths++;
    long now = around.nanoTime().getAsLong();
    if (now - deathLoggedNanos >= QUIET_NANOS) {
      deathLoggedNanos = now;
      LOG.error(
          "webhooks to {}: {} given up, last a {} ({})", host, unloggedDeaths, name.text(), why);
      unloggedDeaths = 0;
    }
  }

  int size() {
    lock.lock();
    try {
      return queues.size();
    } finally {
      lock.unlock();
    }
  }

  long oldestNanos() {
    lock.lock();
    try {
      return queues.oldestNanos(around.nanoTime().getAsLong());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Sends on until nothing is on its way and nothing more could be sent at once, or the time is
   * over; then nothing of the backlog is touched any more.
   */
  void close(Duration grace) {
    lock.lock();
    try {
      long left = grace.toNanos();
      while (queues.isBusy() && left > 0) {
        left = quiet.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closed = true;
      if (wake != null) {
        wake.cancel(false);
      }
      lock.unlock();
    }
  }
}
