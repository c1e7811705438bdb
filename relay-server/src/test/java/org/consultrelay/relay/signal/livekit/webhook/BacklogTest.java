package org.consultrelay.relay.signal.livekit.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import livekit.LivekitModels.Room;
import org.consultrelay.relay.store.Store;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BacklogTest {
  @TempDir Path directory;

  private static WebhookEvent event(String id, String room) {
    return new WebhookEvent(
        id,
        EventName.ROOM_STARTED,
        1_700_000_000_123L,
        Room.newBuilder().setName(room).build(),
        null,
        null);
  }

  @Test
  void whatWasCommittedOutlivesAKillInItsOrder() throws Exception {
    Path file = directory.resolve("relay.store");
    Path asKilled = directory.resolve("killed.store");
    String odd = "line\nbreak 3 Zürich";
    try (Store store = Store.open(Optional.of(file))) {
      Backlog backlog = new Backlog(store);
      for (int i = 0; i < 20; i++) {
        WebhookEvent event = event("EV_" + i, odd);
        backlog.add(event, event.json(), i % 2 == 0 ? "even" : "odd");
      }
      backlog.commit();
      Files.copy(file, asKilled);
    }
    try (Store store = Store.open(Optional.of(asKilled))) {
      Backlog backlog = new Backlog(store);
      assertThat(backlog.entries())
          .hasSize(20)
          .isSortedAccordingTo((a, b) -> Long.compare(a.number(), b.number()));
      Backlog.Entry third = backlog.entries().get(2);
      WebhookEvent same = event("EV_2", odd);
      assertThat(third)
          .isEqualTo(
              new Backlog.Entry(
                  third.number(),
                  "even",
                  EventName.ROOM_STARTED,
                  odd,
                  1_700_000_000_123L,
                  Backlog.bytes(odd, same.json())));
      assertThat(backlog.json(third.number(), "even")).isEqualTo(same.json());
      assertThat(backlog.json(third.number(), "odd")).isNull();
      WebhookEvent next = event("EV_next", "r");
      assertThat(backlog.add(next, next.json(), "even").number())
          .isGreaterThan(backlog.entries().get(19).number());
    }
  }

  @Test
  void whatCannotBeReadIsLeftOut() throws Exception {
    try (Store store = Store.open(Optional.empty())) {
      store.map("webhooks").put("x", "y");
      store.map("webhooks").put("0000000000000001.a", "1 ROOM_STARTED 99\nroom{}");
      store.map("webhooks").put("0000000000000002.a", "1 ROOM_STARTED -9\nroom{}");
      store.map("webhooks").put("0000000000000003.a", "1 NOBODY_KNOWS 4\nroom{}");
      store.map("webhooks").put("0000000000000004.a", "1 ROOM_STARTED 4\nroom{}");
      Backlog backlog = new Backlog(store);
      assertThat(backlog.entries()).extracting(Backlog.Entry::number).containsExactly(4L);
      assertThat(backlog.json(4, "a")).isEqualTo("{}");
      assertThat(store.map("webhooks")).hasSize(1);
    }
  }
}
