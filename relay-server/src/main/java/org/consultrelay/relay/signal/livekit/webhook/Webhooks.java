package org.consultrelay.relay.signal.livekit.webhook;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import org.consultrelay.relay.api.ApiKeyring;
import org.consultrelay.relay.config.WebhooksConfig;
import org.consultrelay.relay.room.RoomEvents;
import org.consultrelay.relay.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells receivers what happens in rooms: at least once, those of a room in order, also after a
 * restart. Nothing of it runs on the loops but the taking of notes. Thread-safe.
 */
public final class Webhooks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Webhooks.class);
  private static final int MARK_BYTES = 8;

  private final WebhooksConfig config;
  private final WebhookCounters counters = new WebhookCounters();
  private final Backlog backlog;
  private final OpenRooms openRooms;
  private final Map<String, Receiver> receivers = new LinkedHashMap<>();
  private final ExecutorService senders;
  private final ScheduledExecutorService timer;
  private final WebhookClient client;
  private final WebhookSignature signature;
  private final Intake intake;
  private final WebhookSource source;

  private Webhooks(
      WebhooksConfig config,
      ApiKeyring keys,
      Store store,
      Vertx vertx,
      Context context,
      InstantSource clock) {
    this.config = config;
    this.backlog = new Backlog(store);
    this.openRooms = new OpenRooms(store);
    // Not virtual threads: a name server that does not answer would hold those who carry all
    // others.
    ThreadFactory threads = Thread.ofPlatform().daemon().name("webhook-", 0).factory();
    this.senders = Executors.newCachedThreadPool(threads);
    this.timer = Executors.newSingleThreadScheduledExecutor(threads);
    this.client = new WebhookClient(vertx, context, config, InetAddress::getAllByName);
    this.signature = new WebhookSignature(config.apiKey(), keys, clock);
    Receiver.Surroundings around =
        new Receiver.Surroundings(backlog, counters, senders, timer, clock, System::nanoTime);
    for (URI url : config.urls()) {
      Receiver receiver =
          new Receiver(
              mark(url),
              url.getHost(),
              json -> send(url, json),
              new RoomQueues(
                  new RetryLimits(
                      config.retry().first(), config.retry().most(), config.retry().maxAge()),
                  config.parallel(),
                  new SplittableRandom()),
              config.maxPending().bytes(),
              around);
      receivers.put(receiver.mark(), receiver);
    }
    this.intake = new Intake(this::write, counters, receivers.size());
    this.source = new WebhookSource(intake::offer, clock, new SecureRandom());
  }

  /**
   * Starts, with what the store has of an earlier time.
   *
   * @param keys asked each time that something is sent
   * @param store keeps events until they are delivered
   * @param context of an event loop that carries no media
   * @param clock tells when things happen
   */
  public static Webhooks start(
      WebhooksConfig config,
      ApiKeyring keys,
      Store store,
      Vertx vertx,
      Context context,
      InstantSource clock) {
    Webhooks webhooks = new Webhooks(config, keys, store, vertx, context, clock);
    if (webhooks.isEnabled()) {
      webhooks.resume(clock);
      webhooks.announce(store);
      webhooks.intake.start();
    }
    return webhooks;
  }

  private void announce(Store store) {
    LOG.info("webhooks to {} receivers, {} of an earlier time", receivers.size(), pending());
    if (!store.isDurable()) {
      LOG.warn("webhooks: store.file is not set, what is not delivered ends with the process");
    }
    for (URI url : config.urls()) {
      if (!WebhookClient.isEncrypted(url)) {
        LOG.warn("webhooks to {}: names travel unencrypted, use https://", url.getHost());
      }
    }
  }

  /** What was not delivered goes on; what is for nobody any more waits until it is too old. */
  private void resume(InstantSource clock) {
    long oldest = clock.millis() - config.retry().maxAge().toMillis();
    int dropped = 0;
    for (Backlog.Entry entry : backlog.entries()) {
      Receiver receiver = receivers.get(entry.receiver());
      if (receiver != null) {
        receiver.add(entry);
      } else if (entry.createdAtMillis() < oldest) {
        backlog.remove(entry.number(), entry.receiver());
        counters.count(entry.name(), WebhookCounters.Outcome.DEAD);
        dropped++;
      }
    }
    if (dropped > 0) {
      LOG.warn(
          "webhooks: {} of an earlier time were for URLs that are not there any more", dropped);
    }
    write(openRooms.ends(clock.millis(), new SecureRandom()));
  }

  private void send(URI url, String json) throws Delivery.FailedException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    client.post(url, body, signature.of(body));
  }

  /** Keeps events for all receivers, and only then lets them go. On the intake's thread. */
  private void write(List<WebhookEvent> events) {
    try {
      keep(events);
    } finally {
      receivers.values().forEach(Receiver::written);
    }
    receivers.values().forEach(Receiver::pump);
  }

  private void keep(List<WebhookEvent> events) {
    List<Backlog.Entry> entries = new ArrayList<>();
    for (WebhookEvent event : events) {
      String json = event.json();
      openRooms.note(event);
      long bytes = Backlog.bytes(event.room().getName(), json);
      for (Receiver receiver : receivers.values()) {
        if (receiver.takes(event.name(), bytes)) {
          entries.add(backlog.add(event, json, receiver.mark()));
        }
      }
    }
    backlog.commit();
    for (Backlog.Entry entry : entries) {
      Receiver receiver = receivers.get(entry.receiver());
      if (receiver != null) {
        receiver.add(entry);
      }
    }
  }

  /** What tells the events of a URL from those of others, and says nothing of the URL. */
  private static String mark(URI url) {
    byte[] hash = WebhookSignature.sha256(url.toString().getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash, 0, MARK_BYTES);
  }

  /**
   * Signs by another key from now on; empty: the only one that there is. Where that is none of the
   * keys there are, the key stays that signed before.
   */
  public void signBy(String apiKey) {
    if (!signature.use(apiKey) && isEnabled()) {
      LOG.warn("webhooks: webhooks.apiKey says none of the keys, the one before goes on signing");
    }
  }

  /** Whether anybody is to be told. */
  public boolean isEnabled() {
    return !receivers.isEmpty();
  }

  /** Hears of rooms; only of use when somebody is to be told. */
  public RoomEvents source() {
    return source;
  }

  /** What became of events. */
  public WebhookCounters counters() {
    return counters;
  }

  /** Events that have not been taken yet, each counted once for every receiver. */
  public long pending() {
    return receivers.values().stream().mapToLong(Receiver::size).sum();
  }

  /** How long the oldest of them has been waiting, in nanoseconds. */
  public long oldestNanos() {
    return receivers.values().stream().mapToLong(Receiver::oldestNanos).max().orElse(0);
  }

  /** Delivers for a moment what can be delivered, and stops. The store keeps the rest. */
  @Override
  public void close() {
    if (isEnabled()) {
      intake.close(config.stopGrace().plus(Duration.ofSeconds(1)));
      long end = System.nanoTime() + config.stopGrace().toNanos();
      receivers
          .values()
          .forEach(each -> each.close(Duration.ofNanos(Math.max(0, end - System.nanoTime()))));
      long left = pending();
      if (left > 0) {
        LOG.warn("webhooks: {} are not delivered yet", left);
      }
    }
    senders.shutdown();
    timer.shutdownNow();
    client.close();
  }
}
