package org.consultrelay.relay.signal.whip;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Map;
import org.consultrelay.relay.consult.RelayChild;
import org.consultrelay.relay.sdp.ChromiumOffer;
import org.junit.jupiter.api.Test;

/** A relay that is told to stop while people talk. */
class DrainedCallTest {
  private static HttpResponse<String> publish(RelayChild relay, String room, String identity) {
    return relay.ask(
        "POST", "/whip/v1", relay.token(room, identity), ChromiumOffer.whip().text(), Door.SDP);
  }

  @Test
  void theCallGoesOnAndTheProcessEndsAfterIt() throws Exception {
    try (RelayChild relay = RelayChild.start("ops.drainDeadline=1h")) {
      String patient = relay.token("r", "patient");
      try (NativePeerProcess publisher =
              NativePeerProcess.start("VP8", relay.url() + "/whip/v1", patient);
          NativePeerProcess player = player(relay, publisher)) {
        long before = frames(player.awaitReport(each -> frames(each) > 30));
        assertThat(relay.ops("GET", "/health/ready").statusCode()).isEqualTo(200);

        checkLook(relay);
        relay.terminate();

        HttpResponse<String> ready = relay.ops("GET", "/health/ready");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body()).contains("\"drain\"").contains("1 rooms with 2 participants left");
        assertThat(relay.ops("GET", "/health/live").statusCode()).isEqualTo(200);
        HttpResponse<String> refused = publish(relay, "other", "somebody");
        Door.refused(refused, 503, "about to stop");
        assertThat(Door.header(refused, "Retry-After")).isEqualTo("1");
        HttpResponse<String> livekit =
            relay.ask("GET", "/rtc/validate", relay.token("other", "x"), "", "text/plain");
        assertThat(livekit.statusCode()).isEqualTo(503);
        assertThat(Door.header(livekit, "Retry-After")).isEqualTo("1");
        assertThat(publish(relay, "r", "interpreter").statusCode())
            .as("into a room that exists")
            .isEqualTo(201);
        assertThat(relay.ops("GET", "/metrics").body())
            .contains("relay_draining 1.0")
            .contains("relay_drain_rooms_left 1.0")
            .contains("relay_room_refusals_total{reason=\"draining\"} 1.0");
        assertThat(relay.ops("DELETE", "/drain").statusCode())
            .as("the system wants it to end")
            .isEqualTo(409);

        Map<String, String> after = player.awaitReport(each -> frames(each) > before + 60);
        assertThat(after).containsEntry("videoLost", "0").containsEntry("audioLost", "0");
        assertThat(relay.isAlive()).isTrue();
        player.end();
        publisher.end();
      }
      // Native peers end without a word; their sessions are ended as their apps would.
      endAll(relay);
      assertThat(relay.awaitExit()).isZero();
      assertThat(relay.said()).anyMatch(line -> line.contains("drained: nobody is here any more"));
      assertThat(relay.said())
          .as("how the calls were")
          .anyMatch(line -> line.matches(".* ended: CLOSED_BY_PEER after \\d+ s; score 4.4, .*"));
    }
  }

  /** Somebody on call sees both connections, and no name. */
  private static void checkLook(RelayChild relay) {
    JsonArray rooms = new JsonObject(relay.ops("GET", "/debug").body()).getJsonArray("list");
    assertThat(rooms.size()).isEqualTo(1);
    String room = rooms.getJsonObject(0).getString("room");
    HttpResponse<String> look = relay.ops("GET", "/debug?room=" + room);
    assertThat(look.body()).doesNotContain("patient").doesNotContain("clinician");
    JsonArray people = new JsonObject(look.body()).getJsonArray("list");
    assertThat(people.size()).isEqualTo(2);
    for (int i = 0; i < 2; i++) {
      JsonObject session = people.getJsonObject(i).getJsonArray("sessions").getJsonObject(0);
      assertThat(session.getMap())
          .containsEntry("ice", "connected")
          .containsEntry("dtls", "connected")
          .containsEntry("way", "udp");
      boolean publishes = i == 0;
      assertThat(session.getJsonArray("incoming").size()).isEqualTo(publishes ? 2 : 0);
      assertThat(session.getJsonArray("outgoing").size()).isEqualTo(publishes ? 0 : 2);
    }
  }

  private static NativePeerProcess player(RelayChild relay, NativePeerProcess publisher)
      throws Exception {
    assertThat(publisher.location()).startsWith("/whip/v1/");
    return NativePeerProcess.start(
        "play", relay.url() + "/whep/v1/patient", relay.token("r", "clinician"));
  }

  private static long frames(Map<String, String> report) {
    return Long.parseLong(report.get("frames"));
  }

  /** Whoever comes anew in somebody's place and is let go takes their session along. */
  private static void endAll(RelayChild relay) {
    for (String identity : new String[] {"patient", "interpreter"}) {
      HttpResponse<String> again = publish(relay, "r", identity);
      if (again.statusCode() == 201) {
        relay.ask("DELETE", Door.header(again, "Location"), relay.token("r", identity), "", "x/y");
      }
    }
  }

  @Test
  void anOrderOfTheOperatorsIsTakenBackOrObeyed() throws Exception {
    try (RelayChild relay = RelayChild.start("ops.drainDeadline=1h")) {
      HttpResponse<String> created = publish(relay, "r", "patient");
      assertThat(new JsonObject(relay.ops("POST", "/drain").body()).getInteger("rooms"))
          .isEqualTo(1);
      assertThat(publish(relay, "s", "patient").statusCode()).isEqualTo(503);
      assertThat(relay.ops("DELETE", "/drain").statusCode()).isEqualTo(200);
      HttpResponse<String> other = publish(relay, "s", "patient");
      assertThat(other.statusCode()).isEqualTo(201);
      assertThat(relay.ops("GET", "/health/ready").statusCode()).isEqualTo(200);
      relay.ops("POST", "/drain");
      relay.ask("DELETE", Door.header(created, "Location"), relay.token("r", "patient"), "", "x/y");
      relay.ask("DELETE", Door.header(other, "Location"), relay.token("s", "patient"), "", "x/y");
      assertThat(relay.awaitExit()).isZero();
    }
  }
}
