package org.consultrelay.relay.signal.livekit.webhook;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.consultrelay.relay.signal.livekit.webhook.WebhookCounters.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes events from the loops, which must not wait for a disk, and hands them in their order to a
 * thread that may. Bounded: what comes when it is full is lost, and counted.
 */
final class Intake {
  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);
  private static final int MOST_EVENTS = 20_000;
  private static final int MOST_AT_ONCE = 256;
  private static final long PAUSE_MILLIS = 100;

  private final BlockingQueue<WebhookEvent> events = new ArrayBlockingQueue<>(MOST_EVENTS);
  private final Consumer<List<WebhookEvent>> writer;
  private final WebhookCounters counters;
  private final int receivers;
  private final AtomicBoolean lossLogged = new AtomicBoolean();
  private final Thread thread;
  private volatile boolean closing;

  /**
   * An intake that nothing is in.
   *
   * @param writer takes some events at a time, in order, and may block
   * @param receivers how many never know of an event that is lost
   */
  Intake(Consumer<List<WebhookEvent>> writer, WebhookCounters counters, int receivers) {
    this.writer = writer;
    this.counters = counters;
    this.receivers = receivers;
    this.thread = Thread.ofPlatform().daemon().name("webhooks").unstarted(this::run);
  }

  /** Begins to hand over. */
  void start() {
    thread.start();
  }

  /** Takes an event. Any thread; does not block. */
  void offer(WebhookEvent event) {
    if (!events.offer(event)) {
      lost(event);
      if (lossLogged.compareAndSet(false, true)) {
        LOG.error("webhooks: the store is too slow for what happens; events are lost");
      }
    }
  }

  private void lost(WebhookEvent event) {
    for (int i = 0; i < receivers; i++) {
      counters.count(event.name(), Outcome.DEAD);
    }
  }

  private void run() {
    List<WebhookEvent> some = new ArrayList<>();
    while (true) {
      boolean last = closing;
      try {
        WebhookEvent first = events.poll(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        if (first == null) {
          if (last) {
            return;
          }
          continue;
        }
        some.add(first);
        events.drainTo(some, MOST_AT_ONCE - 1);
        writer.accept(some);
      } catch (InterruptedException e) {
        return; // nobody interrupts it
      } catch (RuntimeException e) {
        some.forEach(this::lost);
        LOG.error("webhooks: {} events cannot be kept and are lost", some.size(), e);
      }
      some.clear();
    }
  }

  /** Hands over what is in, and ends. */
  void close(Duration patience) {
    closing = true;
    try {
      thread.join(patience);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
