package org.consultrelay.relay.signal.livekit.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import livekit.LivekitModels;
import org.consultrelay.relay.store.Store;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one receiver is sent, attempt by attempt. */
class ReceiverTest {
  private static final String MARK = "receiver";
  private static final long MOST_BYTES = 2_000;

  private final Queue<Runnable> attempts = new ArrayDeque<>();
  private final List<String> delivered = new ArrayList<>();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private boolean clockFails;
  private Store store;
  private Backlog backlog;
  private Receiver receiver;

  @BeforeEach
  void open() throws Exception {
    store = Store.open(Optional.empty());
    backlog = new Backlog(store);
    receiver =
        new Receiver(
            MARK,
            "host",
            delivered::add,
            new RoomQueues(
                new RetryLimits(Duration.ofSeconds(1), Duration.ofSeconds(9), Duration.ofHours(1)),
                1,
                new SplittableRandom(1)),
            MOST_BYTES,
            new Receiver.Surroundings(
                backlog,
                new WebhookCounters(),
                attempts::add,
                timer,
                () -> Instant.EPOCH,
                this::nanos));
  }

  private long nanos() {
    if (clockFails) {
      clockFails = false;
      throw new IllegalStateException("something unforeseen");
    }
    return 0;
  }

  @AfterEach
  void close() {
    timer.shutdownNow();
    store.close();
  }

  private Backlog.Entry entry(String room) {
    WebhookEvent event =
        new WebhookEvent(
            "EV_" + room,
            EventName.ROOM_STARTED,
            0,
            LivekitModels.Room.newBuilder().setName(room).build(),
            null,
            null);
    return backlog.add(event, event.json(), MARK);
  }

  @Test
  void goesOnAfterWhatWasNotForeseen() {
    receiver.add(entry("a"));
    receiver.add(entry("b"));
    receiver.pump();
    clockFails = true;
    assertThatThrownBy(attempts.remove()::run).hasMessage("something unforeseen");
    attempts.remove().run();
    assertThat(delivered).hasSize(2);
    assertThat(receiver.size()).isZero();
  }

  @Test
  void takesNoMoreThanItsShareAlsoWithinABatch() {
    Backlog.Entry entry = entry("a");
    long most = MOST_BYTES / entry.bytes();
    for (int i = 0; i < most; i++) {
      assertThat(receiver.takes(entry.name(), entry.bytes())).isTrue();
    }
    assertThat(receiver.takes(entry.name(), entry.bytes())).isFalse();
    receiver.written();
    assertThat(receiver.takes(entry.name(), entry.bytes())).as("none was kept").isTrue();
    receiver.add(entry);
    receiver.written();
    for (int i = 1; i < most; i++) {
      assertThat(receiver.takes(entry.name(), entry.bytes())).isTrue();
    }
    assertThat(receiver.takes(entry.name(), entry.bytes())).isFalse();
  }
}
