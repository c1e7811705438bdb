package org.consultrelay.relay.signal.livekit.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.interfaces.DecodedJWT;
import com.fasterxml.jackson.databind.JsonNode;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.consultrelay.relay.consult.TestRelay;
import org.consultrelay.relay.room.DepartureReason;
import org.consultrelay.relay.room.Participant;
import org.consultrelay.relay.room.ParticipantKind;
import org.consultrelay.relay.room.ParticipantProfile;
import org.consultrelay.relay.room.ParticipantState;
import org.consultrelay.relay.room.Permission;
import org.consultrelay.relay.room.Room;
import org.consultrelay.relay.room.RoomResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a relay tells of its rooms. */
@Timeout(120)
class WebhookRelayTest {
  private static TestRelay relay(String urls, String... more) {
    String[] settings =
        java.util.stream.Stream.concat(
                java.util.stream.Stream.of(
                    "webhooks.urls=" + urls,
                    "webhooks.allowPrivate=true",
                    "webhooks.retry.first=20ms",
                    "webhooks.retry.most=100ms",
                    "rooms.departureTimeout=100ms"),
                java.util.stream.Stream.of(more))
            .toArray(String[]::new);
    return TestRelay.start("127.0.0.1", settings);
  }

  private static void inRoom(TestRelay relay, String name, java.util.function.Consumer<Room> task) {
    relay
        .relay()
        .rooms()
        .inRoom(
            name,
            room -> {
              task.accept(room);
              return new RoomResult.Done<>(room);
            })
        .join();
  }

  private static Participant enter(Room room, String identity) {
    RoomResult<Participant> entered =
        room.enter(
            new ParticipantProfile(
                identity,
                "Name of " + identity,
                "met\"adata",
                Map.of("role", "patient"),
                ParticipantKind.STANDARD,
                Permission.STANDARD));
    return ((RoomResult.Done<Participant>) entered).value();
  }

  @Test
  void tellsOfARoomFromItsBeginningToItsEnd() throws Exception {
    try (WebhookSink sink = WebhookSink.open();
        TestRelay relay = relay(sink.url())) {
      inRoom(
          relay,
          "Zürich \"7\"",
          room -> {
            Participant ann = enter(room, "ann");
            ann.advance(ParticipantState.ACTIVE);
            enter(room, "ben");
            // In Ben's place comes another one under his name.
            enter(room, "ben").advance(ParticipantState.ACTIVE);
            ann.remove(DepartureReason.REMOVED);
            room.close(DepartureReason.ROOM_DELETED);
          });
      assertThat(sink.await("Zürich \"7\"", 7))
          .containsExactly(
              "room_started",
              "participant_joined",
              "participant_connection_aborted",
              "participant_joined",
              "participant_left",
              "participant_left",
              "room_finished");
      JsonNode joined = sink.all().get(1).event();
      assertThat(joined.get("id").asText()).matches("EV_[A-Za-z0-9]{16}");
      assertThat(joined.get("createdAt").isTextual()).as("64 bits are a text").isTrue();
      assertThat(joined.get("createdAt").asLong())
          .isBetween(Instant.now().getEpochSecond() - 60, Instant.now().getEpochSecond() + 1);
      assertThat(joined.get("room").get("sid").asText()).startsWith("RM_");
      JsonNode participant = joined.get("participant");
      assertThat(participant.get("sid").asText()).startsWith("PA_");
      assertThat(participant.get("identity").asText()).isEqualTo("ann");
      assertThat(participant.get("name").asText()).isEqualTo("Name of ann");
      assertThat(participant.get("metadata").asText()).isEqualTo("met\"adata");
      assertThat(participant.get("attributes").get("role").asText()).isEqualTo("patient");
      assertThat(participant.get("state").asText()).isEqualTo("ACTIVE");
      JsonNode left = sink.all().get(4).event();
      assertThat(left.get("participant").get("disconnectReason").asText())
          .isEqualTo("PARTICIPANT_REMOVED");
      sink.all().forEach(WebhookRelayTest::expectSignature);
    }
  }

  private static void expectSignature(WebhookSink.Got got) {
    try {
      DecodedJWT token =
          JWT.require(Algorithm.HMAC256(TestRelay.SECRET))
              .withIssuer(TestRelay.KEY)
              .build()
              .verify(got.headers().get("Authorization"));
      assertThat(token.getClaim("sha256").asString())
          .isEqualTo(
              Base64.getEncoder()
                  .encodeToString(MessageDigest.getInstance("SHA-256").digest(got.body())));
      assertThat(Duration.between(Instant.now(), token.getExpiresAtAsInstant()))
          .isBetween(Duration.ofMinutes(3), Duration.ofMinutes(5));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aReceiverThatIsDownDoesNotHoldUpAnother() throws Exception {
    try (WebhookSink up = WebhookSink.open();
        WebhookSink down = WebhookSink.open().answers(503);
        TestRelay relay = relay(down.url() + "," + up.url())) {
      for (int i = 0; i < 30; i++) {
        inRoom(relay, "room" + i, room -> room.close(DepartureReason.ROOM_DELETED));
      }
      for (int i = 0; i < 30; i++) {
        assertThat(up.await("room" + i, 2)).containsExactly("room_started", "room_finished");
        assertThat(down.namesOf("room" + i)).doesNotContain("room_finished");
      }
      assertThat(relay.metric("relay_webhooks_pending")).isEqualTo(60);
      assertThat(relay.metric("relay_webhooks_total{event=\"room_started\",outcome=\"delivered\"}"))
          .isEqualTo(30);
      assertThat(relay.metric("relay_webhooks_total{event=\"room_started\",outcome=\"retried\"}"))
          .isPositive();
      assertThat(relay.metric("relay_webhook_delivery_seconds_count")).isEqualTo(60);
      down.answers(200);
      for (int i = 0; i < 30; i++) {
        assertThat(down.await("room" + i, 2)).containsExactly("room_started", "room_finished");
      }
    }
  }

  @Test
  void aRelayThatStopsTellsOfTheEndOfItsRooms() {
    try (WebhookSink sink = WebhookSink.open()) {
      try (TestRelay relay = relay(sink.url())) {
        inRoom(relay, "r", room -> enter(room, "ann").advance(ParticipantState.ACTIVE));
      }
      assertThat(sink.namesOf("r"))
          .containsExactly(
              "room_started", "participant_joined", "participant_left", "room_finished");
    }
  }

  @Test
  void whatIsGivenUpIsCountedAndTheRoomGoesOn() {
    try (WebhookSink sink = WebhookSink.open().answers(500);
        TestRelay relay =
            relay(sink.url(), "webhooks.retry.maxAge=1s", "rooms.departureTimeout=1m")) {
      inRoom(relay, "r", room -> {});
      String dead = "relay_webhooks_total{event=\"room_started\",outcome=\"dead\"}";
      for (int i = 0; i < 400 && relay.metric(dead) == 0; i++) {
        pause();
      }
      assertThat(relay.metric(dead)).isEqualTo(1);
      sink.answers(200);
      inRoom(relay, "r", room -> enter(room, "ann").advance(ParticipantState.ACTIVE));
      assertThat(sink.await("r", 2)).containsExactly("room_started", "participant_joined");
    }
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
