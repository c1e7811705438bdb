package org.consultrelay.relay.signal.livekit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.signal.livekit.ApiClient.JSON;
import static org.consultrelay.relay.signal.livekit.ApiClient.failed;
import static org.consultrelay.relay.signal.livekit.ApiClient.path;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.consultrelay.relay.consult.TestRelay;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may use the server API, and what of HTTP is taken. */
@ExtendWith(RelayFixture.class)
class ApiAccessTest {
  private static final byte[] EMPTY = "{}".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CreateRoom",
        "ListRooms",
        "DeleteRoom",
        "UpdateRoomMetadata",
        "ListParticipants",
        "GetParticipant",
        "RemoveParticipant",
        "MutePublishedTrack",
        "UpdateParticipant",
        "UpdateSubscriptions",
        "SendData",
        "PerformRpc"
      })
  void everyMethodNeedsItsGrantInItsRoom(String method, TestRelay relay) {
    ApiClient api = new ApiClient(relay);
    String room = RelayFixture.freshRoom();
    JsonObject request =
        new JsonObject().put(method.equals("CreateRoom") ? "name" : "room", room).put("x", 1);
    String unauthenticated = "unauthenticated";
    failed(api.json(method, null, request), 401, unauthenticated, "no token");
    failed(api.json(method, "not.a.token", request), 401, unauthenticated, "JSON Web Token");
    failed(api.json(method, relay.token(room, "ann"), request), 401, unauthenticated, "denied");
    boolean rooms = method.endsWith("Room") || method.equals("ListRooms");
    boolean lists = method.equals("ListRooms");
    String allButThat = api.token(room, !rooms || lists, !lists, rooms);
    failed(api.json(method, allButThat, request), 401, unauthenticated, "denied");
    if (!rooms) {
      String elsewhere = api.token(RelayFixture.freshRoom());
      failed(api.json(method, elsewhere, request), 401, unauthenticated, "denied");
      failed(api.json(method, api.token(""), request), 401, unauthenticated, "denied");
      failed(api.json(method, api.token(""), new JsonObject()), 400, "invalid_argument", "no name");
    }
    RelayFixture.freshRoom();
    assertThat(
            relay.metric(
                "relay_server_api_requests_total{method=\"%s\",outcome=\"unauthenticated\"}"
                    .formatted(method)))
        .isPositive();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "livekit.RoomService/ForwardParticipant",
        "livekit.RoomService/MoveParticipant",
        "livekit.Egress/ListEgress",
        "livekit.Ingress/CreateIngress",
        "livekit.SIP/ListSIPInboundTrunk",
        "livekit.AgentDispatchService/CreateDispatch"
      })
  void whatIsNotThereSaysSo(String method, TestRelay relay) {
    ApiClient api = new ApiClient(relay);
    String path = "/twirp/" + method;
    failed(api.send(path, api.token("r"), JSON, EMPTY), 501, "unimplemented", "here");
    failed(api.send(path, null, JSON, EMPTY), 401, "unauthenticated", "no token");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/twirp/livekit.RoomService/Nothing",
        "/twirp/livekit.RoomService",
        "/twirp/livekit.Nothing/CreateRoom",
        "/twirp/other.RoomService/CreateRoom",
        "/twirp/",
        "/twirp"
      })
  void aPathThatIsNoneIsABadRoute(String path, TestRelay relay) {
    ApiClient api = new ApiClient(relay);
    failed(api.send(path, api.token("r"), JSON, EMPTY), 404, "bad_route", "no handler");
  }

  @Test
  void onlyPostAndTheTwoTypesAreTaken(TestRelay relay) {
    ApiClient api = new ApiClient(relay);
    String token = api.token("r");
    failed(api.send(path("ListRooms"), token, "text/plain", EMPTY), 404, "bad_route", "Type");
    HttpRequest.Builder get = HttpRequest.newBuilder(URI.create(relay.url() + path("ListRooms")));
    failed(api.send(get.GET()), 404, "bad_route", "POST");
    // Parameters do not matter, nor does case; neither do slashes too many.
    for (String type : new String[] {"application/json;charset=UTF-8", "Application/JSON ; x=y"}) {
      HttpResponse<byte[]> taken =
          api.send("//twirp//livekit.RoomService/ListRooms", token, type, EMPTY);
      assertThat(taken.statusCode()).isEqualTo(200);
      assertThat(taken.headers().firstValue("Content-Type")).contains(JSON);
    }
  }

  @Test
  void bodiesThatCannotBeReadAreRefused(TestRelay relay) {
    ApiClient api = new ApiClient(relay);
    String token = api.token("r");
    for (String body : new String[] {"", "{", "[]", "\"x\"", "{\"room\":{}}", "[".repeat(50_000)}) {
      failed(
          api.send(path("DeleteRoom"), token, JSON, body.getBytes(StandardCharsets.UTF_8)),
          400,
          "malformed",
          "no Delete");
    }
    failed(
        api.send(path("DeleteRoom"), token, JSON, new byte[] {'"', (byte) 0xFF, '"'}),
        400,
        "malformed",
        "no Delete");
    failed(
        api.send(path("DeleteRoom"), token, ApiClient.PROTOBUF, new byte[] {10, 100}),
        400,
        "malformed",
        "no Delete");
    failed(
        api.send(path("DeleteRoom"), token, JSON, new byte[(1 << 20) + 1]),
        413,
        "invalid_argument",
        "longer");
    // The token comes first.
    failed(
        api.send(path("DeleteRoom"), null, JSON, new byte[(1 << 20) + 1]),
        401,
        "unauthenticated",
        "no token");
  }

  @Test
  void aPageOfAnyOriginMayAsk(TestRelay relay) {
    ApiClient api = new ApiClient(relay);
    URI uri = URI.create(relay.url() + path("ListRooms"));
    HttpResponse<byte[]> preflight =
        api.send(
            HttpRequest.newBuilder(uri)
                .method("OPTIONS", BodyPublishers.noBody())
                .header("Origin", "https://practice.example")
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization,content-type"));
    assertThat(preflight.statusCode()).isEqualTo(204);
    assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
    assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers").orElse(""))
        .containsIgnoringCase("authorization");
    HttpResponse<byte[]> refused =
        api.send(
            HttpRequest.newBuilder(uri)
                .POST(BodyPublishers.ofByteArray(EMPTY))
                .header("Content-Type", JSON)
                .header("Origin", "https://practice.example"));
    failed(refused, 401, "unauthenticated", "no token");
    assertThat(refused.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
  }
}
