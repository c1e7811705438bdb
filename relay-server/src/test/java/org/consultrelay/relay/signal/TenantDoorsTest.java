package org.consultrelay.relay.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.consult.TestRelay;
import org.consultrelay.relay.sdp.ChromiumOffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Two suppliers on one relay: neither gets at a room of the other, by any door. */
class TenantDoorsTest {
  private static final String NORTH = "north-0123456789abcdef0123456789abcdef";
  private static final String SOUTH = "south-0123456789abcdef0123456789abcdef";
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static TestRelay relay;

  @BeforeAll
  static void start() {
    relay =
        TestRelay.start(
            "127.0.0.1",
            "keys.north=" + NORTH,
            "keys.south=" + SOUTH,
            "tenants.north.roomPrefix=north-",
            "tenants.north.keys=north",
            "tenants.south.roomPrefix=south-",
            "tenants.south.keys=south",
            "tenants.south.maxRooms=1",
            "tenants.south.maxParticipants=2",
            "tenants.own.roomPrefix=",
            "tenants.own.keys=" + TestRelay.KEY);
  }

  @AfterAll
  static void stop() {
    relay.close();
    HTTP.close();
  }

  private static String north(String room) {
    return TestRelay.tokenOf("north", NORTH, Grants.join("ann", room));
  }

  private static String south(String room) {
    return TestRelay.tokenOf("south", SOUTH, Grants.join("ann", room));
  }

  /** A request with a token; a WebSocket is asked for without the upgrade, which comes later. */
  private static HttpResponse<String> ask(String method, String path, String token, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(relay.url() + path))
            .timeout(Duration.ofSeconds(20))
            .header("Authorization", "Bearer " + token)
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (method.equals("POST")) {
      request.header("Content-Type", "application/sdp");
    } else if (method.equals("PATCH")) {
      request.header("Content-Type", "application/trickle-ice-sdpfrag").header("If-Match", "*");
    }
    try {
      return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String publish(String token) {
    HttpResponse<String> created = ask("POST", "/whip/v1", token, ChromiumOffer.whip().text());
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    return created.headers().firstValue("Location").orElseThrow();
  }

  static Stream<Arguments> doors() {
    String whip = ChromiumOffer.whip().text();
    String whep = ChromiumOffer.whep().text();
    return Stream.of(
        Arguments.of("GET", "/rtc/validate?protocol=16", ""),
        Arguments.of("GET", "/rtc/v1/validate", ""),
        Arguments.of("GET", "/rtc?protocol=16&auto_subscribe=1", ""),
        Arguments.of("GET", "/rtc/v1", ""),
        Arguments.of("GET", "/rtc?protocol=16&reconnect=1&sid=PA_guessed", ""),
        Arguments.of("GET", "//rtc?protocol=13", ""),
        Arguments.of("POST", "/whip/v1", whip),
        Arguments.of("GET", "/whep/v1", ""),
        Arguments.of("HEAD", "/whep/v1", ""),
        Arguments.of("POST", "/whep/v1/ann", whep),
        Arguments.of(
            "PATCH", "SESSION", "a=ice-ufrag:fresh\r\na=ice-pwd:0123456789abcdef012345\r\n"),
        Arguments.of("DELETE", "SESSION", ""));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("doors")
  void anothersRoomIsRefused(String method, String path, String body) {
    // The room is there, with somebody of the very identity in it.
    String session = publish(north("north-7"));
    String real = path.equals("SESSION") ? session : path;

    HttpResponse<String> refused = ask(method, real, south("north-7"), body);
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(401);
    if (!method.equals("HEAD")) {
      assertThat(refused.body()).contains("not its API key's").doesNotContain("north");
    }
    // And neither an unknown room nor one without a prefix is anybody's by chance.
    for (String room : List.of("east-1", "south", "SOUTH-7", " south-7")) {
      assertThat(ask(method, real, south(room), body).statusCode()).as(room).isEqualTo(401);
    }
    HttpResponse<String> still = ask("PATCH", session, north("north-7"), "a=end-of-candidates\r\n");
    assertThat(still.statusCode()).as("the session is untouched").isEqualTo(204);
    ask("DELETE", session, north("north-7"), "");
  }

  @Test
  void aSessionIsNotReachedWithATokenForAnOwnRoom() {
    String session = publish(north("north-8"));
    for (String method : List.of("PATCH", "DELETE")) {
      assertThat(ask(method, session, south("south-8"), "a=end-of-candidates\r\n").statusCode())
          .isEqualTo(404);
    }
    assertThat(ask("DELETE", session, north("north-8"), "").statusCode()).isEqualTo(200);
  }

  @Test
  void theOperatorsOwnKeyMayUseAnyRoom() {
    String session = publish(north("north-9"));
    assertThat(ask("GET", "/whep/v1", relay.token("north-9", "operator"), "").body())
        .contains("\"ann\"");
    ask("DELETE", session, north("north-9"), "");
    assertThat(ask("GET", "/rtc/validate?protocol=16", relay.token("any", "x"), "").statusCode())
        .isEqualTo(200);
  }

  @Test
  void oneThatIsFullIsTold503AndIsCounted() {
    double before = relay.metric("relay_tenant_refusals_total{tenant=\"south\"}");
    String session = publish(south("south-1"));
    HttpResponse<String> room =
        ask("POST", "/whip/v1", south("south-2"), ChromiumOffer.whip().text());
    assertThat(room.statusCode()).isEqualTo(503);
    assertThat(room.headers().firstValue("Retry-After")).isPresent();
    assertThat(room.body()).contains("as many rooms or participants");
    HttpResponse<String> asked = ask("GET", "/rtc/validate?protocol=16", south("south-2"), "");
    assertThat(asked.statusCode()).isEqualTo(503);
    assertThat(asked.headers().firstValue("Retry-After")).isPresent();
    String other = publish(TestRelay.tokenOf("south", SOUTH, Grants.join("bob", "south-1")));
    String third = TestRelay.tokenOf("south", SOUTH, Grants.join("carl", "south-1"));
    assertThat(ask("POST", "/whip/v1", third, ChromiumOffer.whip().text()).statusCode())
        .isEqualTo(503);
    assertThat(ask("POST", "/whip/v1", north("north-1"), ChromiumOffer.whip().text()).statusCode())
        .as("the other one is not full")
        .isEqualTo(201);

    assertThat(relay.metric("relay_tenant_refusals_total{tenant=\"south\"}")).isEqualTo(before + 2);
    assertThat(relay.metric("relay_tenant_rooms{tenant=\"south\"}")).isEqualTo(1);
    assertThat(relay.metric("relay_tenant_participants{tenant=\"south\"}")).isEqualTo(2);
    assertThat(relay.metric("relay_room_refusals_total{reason=\"tenant_full\"}")).isPositive();
    ask("DELETE", session, south("south-1"), "");
    ask("DELETE", other, TestRelay.tokenOf("south", SOUTH, Grants.join("bob", "south-1")), "");
  }

  /** A consultation is its tenant's: others find nothing, and make none in its rooms. */
  @Test
  void anothersConsultationIsNotFound() throws Exception {
    String ours = TestRelay.tokenOf("north", NORTH, Grants.server(""));
    String theirs = TestRelay.tokenOf("south", SOUTH, Grants.server(""));
    HttpResponse<String> made = json("POST", "/consult/v1/consultations", ours, "{}");
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    JsonObject booked = new JsonObject(made.body());
    assertThat(booked.getString("room")).startsWith("north-");
    String path = "/consult/v1/consultations/" + booked.getString("id");
    String link = booked.getJsonObject("patient").getString("linkId");
    for (String[] request :
        new String[][] {
          {"GET", path, ""},
          {"DELETE", path, ""},
          {"POST", path + "/links", "{\"role\":\"guest\"}"},
          {"DELETE", path + "/links/" + link, ""}
        }) {
      assertThat(json(request[0], request[1], theirs, request[2]).statusCode())
          .as(request[0] + " " + request[1])
          .isEqualTo(404);
    }
    // Nor does a token of theirs open its room, or one of ours that nobody has admitted.
    assertThat(ask("GET", "/rtc/validate", south(booked.getString("room")), "").statusCode())
        .isEqualTo(401);
    assertThat(ask("GET", "/rtc/validate", north(booked.getString("room")), "").statusCode())
        .isEqualTo(403);
    assertThat(json("GET", path, ours, "").statusCode()).isEqualTo(200);
    assertThat(json("DELETE", path, ours, "").statusCode()).isEqualTo(204);
  }

  private static HttpResponse<String> json(String method, String path, String token, String body)
      throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(relay.url() + path))
            .timeout(Duration.ofSeconds(20))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void tokensAreCountedByKey() {
    double covered =
        relay.metric("relay_api_key_tokens_total{key=\"south\",outcome=\"not_covered\"}");
    ask("GET", "/whep/v1", south("north-1"), "");
    assertThat(relay.metric("relay_api_key_tokens_total{key=\"south\",outcome=\"not_covered\"}"))
        .isEqualTo(covered + 1);
  }

  /** The server API, with a token that allows everything but in others' rooms. */
  private static HttpResponse<String> api(String method, String key, String secret, String body) {
    String token = TestRelay.tokenOf(key, secret, Grants.server(key + "-api"));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(relay.url() + "/twirp/livekit.RoomService/" + method))
            .timeout(Duration.ofSeconds(20))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void backEndsMakeSeeAndTouchTheirOwnRoomsOnly() {
    String room = "{\"name\":\"north-api\"}";
    assertThat(api("CreateRoom", "south", SOUTH, room).statusCode()).isEqualTo(401);
    assertThat(api("CreateRoom", "north", NORTH, room).statusCode()).isEqualTo(200);
    assertThat(api("ListRooms", "south", SOUTH, "{}").body()).doesNotContain("north-");
    assertThat(api("ListRooms", "north", NORTH, "{}").body()).contains("north-api");
    String about = "{\"room\":\"north-api\",\"identity\":\"ann\"}";
    for (String method : List.of("ListParticipants", "RemoveParticipant", "DeleteRoom")) {
      HttpResponse<String> refused = api(method, "south", SOUTH, about);
      assertThat(refused.statusCode()).as(method).isEqualTo(401);
      assertThat(refused.body()).contains("permissions denied");
    }
    assertThat(api("DeleteRoom", "north", NORTH, about).statusCode()).isEqualTo(200);
  }
}
