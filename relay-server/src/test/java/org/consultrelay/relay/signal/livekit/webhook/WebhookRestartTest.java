package org.consultrelay.relay.signal.livekit.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.consultrelay.relay.consult.RelayChild;
import org.consultrelay.relay.sdp.ChromiumOffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A receiver that is down and a relay that is killed lose no event, and no room's order. */
@Timeout(120)
class WebhookRestartTest {
  private static final List<String> VISIT =
      List.of("room_started", "participant_connection_aborted", "room_finished");
  private static final List<String> ROOMS = List.of("cedar", "birch", "alder");

  @TempDir Path directory;

  private RelayChild start(WebhookSink sink) throws Exception {
    return RelayChild.start(
        "store.file=" + directory.resolve("relay.store"),
        "webhooks.urls=" + sink.url(),
        "webhooks.allowPrivate=true",
        "webhooks.retry.first=20ms",
        "webhooks.retry.most=200ms",
        // Whatever else the machine does: it is not what this is about.
        "admission.enabled=false");
  }

  private static String come(RelayChild relay, String room) {
    HttpResponse<String> created =
        relay.ask(
            "POST",
            "/whip/v1",
            relay.token(room, "patient"),
            ChromiumOffer.whip().text(),
            "application/sdp");
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    return created.headers().firstValue("Location").orElseThrow();
  }

  private static void comeAndGo(RelayChild relay, String room) {
    HttpResponse<String> gone =
        relay.ask("DELETE", come(relay, room), relay.token(room, "patient"), "", "text/plain");
    assertThat(gone.statusCode()).isEqualTo(200);
  }

  /** Everybody visits each room, one after the other: the next when the last room has ended. */
  private static void visits(RelayChild relay, double pendingAfter) throws InterruptedException {
    ROOMS.forEach(room -> comeAndGo(relay, room));
    awaitPending(relay, pendingAfter);
  }

  private static void awaitPending(RelayChild relay, double wanted) throws InterruptedException {
    double pending = -1;
    for (int i = 0; i < 600 && pending != wanted; i++) {
      TimeUnit.MILLISECONDS.sleep(50);
      pending =
          relay
              .ops("GET", "/metrics")
              .body()
              .lines()
              .filter(line -> line.startsWith("relay_webhooks_pending "))
              .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
              .sum();
    }
    assertThat(pending).isEqualTo(wanted);
  }

  @Test
  void nothingIsLostAndNoRoomIsOutOfOrder() throws Exception {
    try (WebhookSink sink = WebhookSink.open()) {
      int perRound = ROOMS.size() * VISIT.size();
      try (RelayChild relay = start(sink)) {
        ROOMS.forEach(room -> comeAndGo(relay, room));
        for (String room : ROOMS) {
          assertThat(sink.await(room, VISIT.size())).isEqualTo(VISIT);
        }
        // Also the last answer has come back.
        awaitPending(relay, 0);
        sink.stop();
        visits(relay, perRound);
        visits(relay, 2 * perRound);
        come(relay, "oak");
        awaitPending(relay, 2 * perRound + 1);
        // Killed: it cannot say good-bye to anybody.
      }
      try (RelayChild relay = start(sink)) {
        awaitPending(relay, 2 * perRound + 2);
        visits(relay, 3 * perRound + 2);
        sink.start();
        List<String> rounds = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          rounds.addAll(VISIT);
        }
        for (String room : ROOMS) {
          assertThat(sink.await(room, rounds.size())).as(room).isEqualTo(rounds);
          expectVisitsInOrder(sink.ofRoom(room));
        }
        assertThat(sink.await("oak", 2)).containsExactly("room_started", "room_finished");
        awaitPending(relay, 0);
        assertThat(relay.said()).noneMatch(line -> line.contains("/hook"));
      }
      try (RelayChild relay = start(sink)) {
        awaitPending(relay, 0);
        assertThat(sink.namesOf("oak")).hasSize(2);
      }
    }
  }

  private static void expectVisitsInOrder(List<WebhookSink.Got> all) {
    Set<String> sids = new HashSet<>();
    long last = 0;
    for (int i = 0; i < all.size(); i += VISIT.size()) {
      String sid = all.get(i).event().get("room").get("sid").asText();
      assertThat(sids.add(sid)).as("a room that ended does not come back").isTrue();
      for (WebhookSink.Got each : all.subList(i, i + VISIT.size())) {
        assertThat(each.event().get("room").get("sid").asText()).isEqualTo(sid);
        long at = each.event().get("createdAt").asLong();
        assertThat(at).isGreaterThanOrEqualTo(last);
        last = at;
      }
    }
  }
}
