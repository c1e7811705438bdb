package org.consultrelay.relay.consult;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.auth0.jwt.JWT;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.api.VideoGrant;
import org.consultrelay.relay.room.RoomResult;
import org.consultrelay.relay.sdp.ChromiumOffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Nobody is in the room of a consultation, nor learns of it, whom the service has not let in: at
 * every door, with whatever token.
 */
class GuardedRoomTest {
  /** Both generations of the client protocol, each to join anew and to resume. */
  private static final Map<String, List<String>> LIVEKIT =
      Map.of(
          "/rtc", List.of("", "&reconnect=1&sid=PA_none"),
          // A JoinRequest with nothing, and one with reconnect, each in its wrapper.
          "/rtc/v1", List.of("&join_request=EgA%3D", "&join_request=EgI4AQ%3D%3D"));

  private static TestRelay relay;
  private static Practitioner practice;

  @BeforeAll
  static void start() {
    relay = TestRelay.start("127.0.0.1");
    practice = new Practitioner(relay);
  }

  @AfterAll
  static void stop() {
    relay.close();
  }

  private static HttpResponse<String> whip(String token) {
    return practice.send(
        "POST",
        "/whip/v1",
        ChromiumOffer.whip().text(),
        "Authorization",
        "Bearer " + token,
        "Content-Type",
        "application/sdp");
  }

  private static HttpResponse<String> whep(String token, String publisher) {
    return practice.send(
        "POST",
        "/whep/v1/" + publisher,
        ChromiumOffer.whep().text(),
        "Authorization",
        "Bearer " + token,
        "Content-Type",
        "application/sdp");
  }

  private static HttpResponse<String> list(String token) {
    return practice.send("GET", "/whep/v1", "", "Authorization", "Bearer " + token);
  }

  private static int roomService(String method, String token, String room) {
    return practice
        .send(
            "POST",
            "/twirp/livekit.RoomService/" + method,
            "{\"room\": \"" + room + "\"}",
            "Authorization",
            "Bearer " + token,
            "Content-Type",
            "application/json")
        .statusCode();
  }

  private static CompletableFuture<WebSocket> livekit(
      String door, String token, WebSocket.Listener listener) {
    return HttpClient.newHttpClient()
        .newWebSocketBuilder()
        .buildAsync(
            URI.create(
                relay.url().replace("http", "ws") + door + "?protocol=16&access_token=" + token),
            listener);
  }

  /** No door lets the bearer of this token in, or tells of the room, whomever they ask about. */
  private static void shutOut(String token, String publisher, int status) {
    for (String door : LIVEKIT.keySet()) {
      for (String way : LIVEKIT.get(door)) {
        assertThatThrownBy(() -> livekit(door, token + way, new WebSocket.Listener() {}).join())
            .as(door + way)
            .hasCauseInstanceOf(WebSocketHandshakeException.class)
            .satisfies(failure ->
                assertThat(
                        ((WebSocketHandshakeException) failure.getCause())
                            .getResponse()
                            .statusCode())
                    .isEqualTo(status));
        assertThat(
                practice
                    .send("GET", door + "/validate?access_token=" + token + way, "")
                    .statusCode())
            .as(door + "/validate" + way)
            .isEqualTo(status);
      }
    }
    assertThat(whip(token).statusCode()).as("WHIP").isEqualTo(status);
    assertThat(whep(token, publisher).statusCode()).as("WHEP").isEqualTo(status);
    HttpResponse<String> listed = list(token);
    assertThat(listed.statusCode()).as("WHEP list").isEqualTo(status);
    assertThat(listed.body()).doesNotContain(publisher);
  }

  private static List<String> inRoom(String room) {
    return relay
                .relay()
                .rooms()
                .<List<String>>inExistingRoom(
                    room,
                    found ->
                        new RoomResult.Done<>(
                            found.participants().stream().map(each -> each.identity()).toList()))
                .join()
            instanceof RoomResult.Done<List<String>>(List<String> people)
        ? people
        : List.of();
  }

  private static String identity(String token) {
    return JWT.decode(token).getSubject();
  }

  @Test
  void beforeAdmissionThereIsNoWayInAndNoRoomIsMade() {
    JsonNode made = practice.make("");
    String room = made.get("room").asText();
    try (VisitPage patient = VisitPage.come(relay, made.get("patient"), "Pat")) {
      String visit = patient.await("welcome").get("visit").asText();
      // What a patient has: the link's token. Whoever has the secret could sign more.
      shutOut(made.get("patient").get("token").asText(), "c-1", 401);
      for (String guess : List.of("p-" + visit, visit, "patient", "c-1")) {
        shutOut(relay.token(room, guess), "c-1", 403);
      }
      Grants everything =
          new Grants(
              "p-1",
              "",
              "",
              Map.of("role", "clinician"),
              "",
              new VideoGrant(
                  room, true, true, true, true, List.of(), true, true, true, true, true, true, true,
                  true, true, ""));
      shutOut(relay.token(everything), "c-1", 403);
      assertThat(
              relay
                  .relay()
                  .rooms()
                  .inExistingRoom(room, found -> new RoomResult.Done<>(found))
                  .join())
          .as("the room")
          .isInstanceOf(RoomResult.Refused.class);
    }
  }

  @Test
  void whoIsLetInComesInAndWhoIsPutOutStaysOut() {
    JsonNode made = practice.make("\"clinicianName\": \"Dr Jones\"");
    String room = made.get("room").asText();
    try (VisitPage clinician = VisitPage.come(relay, made.get("clinician"), "");
        VisitPage patient = VisitPage.come(relay, made.get("patient"), "Pat")) {
      String clinicianToken = clinician.await("admitted").get("token").asText();
      assertThat(whip(clinicianToken).statusCode()).isEqualTo(201);
      assertThat(inRoom(room)).containsExactly(identity(clinicianToken));
      String visit = clinician.waiting(1).get(0).get("visit").asText();

      // A token is no use to one who waits, even in a room that is there.
      shutOut(relay.token(room, "p-" + visit), identity(clinicianToken), 403);

      clinician.say(VisitPage.object("admit").put("visit", visit));
      String patientToken = patient.await("admitted").get("token").asText();
      assertThat(identity(patientToken)).startsWith("p-");
      Closing closing = new Closing();
      WebSocket signal = livekit("/rtc", patientToken, closing).join();
      assertThat(whep(patientToken, identity(clinicianToken)).statusCode()).isEqualTo(201);
      assertThat(list(patientToken).body()).contains("Dr Jones");
      assertThat(inRoom(room)).contains(identity(patientToken));

      clinician.say(VisitPage.object("remove").put("visit", visit));
      patient.ended("removed");
      assertThat(closing.closed.orTimeout(20, TimeUnit.SECONDS).join()).isNotNegative();
      assertThat(inRoom(room)).containsExactly(identity(clinicianToken));
      shutOut(patientToken, identity(clinicianToken), 403);
      assertThat(roomService("ListParticipants", patientToken, room)).isIn(401, 403);
      assertThat(roomService("ListRooms", patientToken, room)).isIn(401, 403);
      assertThat(roomService("ListParticipants", clinicianToken, room)).isIn(401, 403);
      signal.abort();

      // They may wait again; what they had before is worth nothing still.
      try (VisitPage again = VisitPage.come(relay, made.get("patient"), "Pat")) {
        again.await("waiting");
        shutOut(patientToken, identity(clinicianToken), 403);
        clinician.admitTheOne();
        String fresh = again.await("admitted").get("token").asText();
        assertThat(identity(fresh)).isNotEqualTo(identity(patientToken));
        shutOut(patientToken, identity(clinicianToken), 403);
        assertThat(whep(fresh, identity(clinicianToken)).statusCode()).isEqualTo(201);
        assertThat(
                practice
                    .ask(
                        "DELETE",
                        Practitioner.path(made)
                            + "/links/"
                            + made.get("patient").get("linkId").asText(),
                        "")
                    .statusCode())
            .isEqualTo(204);
        again.ended("revoked");
        shutOut(fresh, identity(clinicianToken), 403);
      }
      try (VisitPage revoked = VisitPage.come(relay, made.get("patient"), "Pat")) {
        revoked.refused("gone");
      }
      assertThat(inRoom(room)).containsExactly(identity(clinicianToken));

      assertThat(practice.ask("DELETE", Practitioner.path(made), "").statusCode()).isEqualTo(204);
      clinician.ended("ended");
      shutOut(clinicianToken, identity(clinicianToken), 403);
      assertThat(inRoom(room)).isEmpty();
    }
  }

  @Test
  void whatPeopleMayDoIsInTheirTokens() {
    JsonNode made = practice.make("\"urgent\": true");
    try (VisitPage clinician = VisitPage.come(relay, made.get("clinician"), "");
        VisitPage patient = VisitPage.come(relay, made.get("patient"), "Pat")) {
      String own = clinician.await("admitted").get("token").asText();
      clinician.admitTheOne();
      String theirs = patient.await("admitted").get("token").asText();
      Map<String, Object> clinicianMay = JWT.decode(own).getClaim("video").asMap();
      Map<String, Object> patientMay = JWT.decode(theirs).getClaim("video").asMap();
      assertThat(patientMay)
          .containsEntry("canPublishSources", List.of("camera", "microphone"))
          .containsEntry("canPublishData", true)
          .containsEntry("room", made.get("room").asText())
          .doesNotContainKeys(
              "canUpdateOwnMetadata", "roomAdmin", "roomList", "roomCreate", "hidden");
      assertThat(clinicianMay)
          .containsEntry(
              "canPublishSources",
              List.of("camera", "microphone", "screen_share", "screen_share_audio"));
      assertThat(JWT.decode(theirs).getClaim("attributes").asMap())
          .containsEntry("role", "patient")
          .containsEntry("urgent", "true");
      assertThat(JWT.decode(theirs).getIssuer()).isEqualTo(TestRelay.KEY);
    }
  }

  @Test
  void roomsOfOthersAreOpenAsTheyWere() {
    assertThat(whip(relay.token("consult~short", "ann")).statusCode()).isEqualTo(201);
    assertThat(inRoom("consult~short")).containsExactly("ann");
  }

  /** Waits for the end of a signalling connection. */
  private static final class Closing implements WebSocket.Listener {
    final CompletableFuture<Integer> closed = new CompletableFuture<>();

    @Override
    public @Nullable CompletionStage<?> onClose(
        WebSocket webSocket, int statusCode, String reason) {
      closed.complete(statusCode);
      return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
      closed.complete(1_006);
    }
  }
}
