package org.consultrelay.relay.signal.livekit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import livekit.LivekitModels.DataPacket;
import livekit.LivekitModels.RpcAck;
import livekit.LivekitModels.RpcError;
import livekit.LivekitModels.RpcRequest;
import livekit.LivekitModels.RpcResponse;
import livekit.LivekitModels.UserPacket;
import livekit.LivekitRoom.SendDataRequest;
import livekit.LivekitRoom.SendDataResponse;
import org.consultrelay.relay.consult.TestRelay;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Data and calls over the server API, to clients with SCTP of libwebrtc's. */
@ExtendWith(RelayFixture.class)
class DataApiTest {
  private static JsonObject data(String room, String text) {
    return new JsonObject()
        .put("room", room)
        .put("data", Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static String text(DataPeer.Received received) {
    return received.packet().getUser().getPayload().toStringUtf8();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void dataGoesToAllOrToThoseNamed(boolean single, TestRelay relay) throws Exception {
    ApiClient api = new ApiClient(relay);
    String room = RelayFixture.freshRoom();
    try (DataPeer ann = DataPeer.join(relay, relay.token(room, "ann"), single);
        DataPeer bob = DataPeer.join(relay, relay.token(room, "bob"), single)) {
      assertThat(api.ok("SendData", room, data(room, "for all").put("topic", "queue"))).isEmpty();
      for (DataPeer each : new DataPeer[] {ann, bob}) {
        DataPeer.Received received = each.next();
        assertThat(received.label()).isEqualTo("_reliable");
        assertThat(text(received)).isEqualTo("for all");
        assertThat(received.packet().getUser().getTopic()).isEqualTo("queue");
        assertThat(received.packet().getParticipantIdentity()).isEmpty();
      }
      api.ok(
          "SendData",
          room,
          SendDataRequest.newBuilder()
              .setRoom(room)
              .setData(ByteString.copyFromUtf8("for bob"))
              .setKind(DataPacket.Kind.LOSSY)
              .addDestinationIdentities("bob")
              .build(),
          SendDataResponse.getDefaultInstance());
      DataPeer.Received received = bob.next();
      assertThat(received.label()).isEqualTo("_lossy");
      assertThat(text(received)).isEqualTo("for bob");
      api.ok("SendData", room, data(room, "last"));
      assertThat(text(ann.next())).isEqualTo("last");
    }
  }

  @Test
  void whatIsSentAgainComesOnce(TestRelay relay) throws Exception {
    ApiClient api = new ApiClient(relay);
    String room = RelayFixture.freshRoom();
    try (DataPeer ann = DataPeer.join(relay, relay.token(room, "ann"), true)) {
      JsonObject once = data(room, "once").put("nonce", "AAECAwQFBgcICQoLDA0ODw==");
      api.ok("SendData", room, once);
      api.ok("SendData", room, once);
      api.ok("SendData", room, data(room, "no nonce"));
      api.ok("SendData", room, data(room, "no nonce"));
      assertThat(text(ann.next())).isEqualTo("once");
      assertThat(text(ann.next())).isEqualTo("no nonce");
      assertThat(text(ann.next())).isEqualTo("no nonce");
    }
  }

  @Test
  void whatIsTooLongOrForNobodyIsRefused(TestRelay relay) {
    ApiClient api = new ApiClient(relay);
    String room = RelayFixture.freshRoom();
    api.fails("SendData", room, data(room, "x"), 404, "not_found", "room does not exist");
    api.fails(
        "SendData",
        room,
        data(room, "x".repeat(64_001)),
        400,
        "invalid_argument",
        "data is longer");
    JsonArray many = new JsonArray();
    for (int i = 0; i <= 1_000; i++) {
      many.add("p" + i);
    }
    api.fails(
        "SendData",
        room,
        data(room, "x").put("destination_identities", many),
        400,
        "invalid_argument",
        "too long");
  }

  /** A participant's data may be taken away at any moment, and given back. */
  @Test
  void whoseDataIsTakenAwayIsNotHeardFromThenOn(TestRelay relay) throws Exception {
    ApiClient api = new ApiClient(relay);
    String room = RelayFixture.freshRoom();
    try (DataPeer ann = DataPeer.join(relay, relay.token(room, "ann"), true);
        DataPeer bob = DataPeer.join(relay, relay.token(room, "bob"), true)) {
      ann.send("_reliable", user("before"));
      assertThat(text(bob.next())).isEqualTo("before");
      permit(api, room, false);
      ann.send("_reliable", user("not to be heard"));
      // What comes back to ann was sent after hers had arrived: one connection is in order.
      JsonObject ask = call(room, "ann", "ready");
      CompletableFuture<HttpResponse<byte[]>> asked =
          CompletableFuture.supplyAsync(() -> api.json("PerformRpc", api.token(room), ask));
      answer(ann, ann.next().packet(), response -> response.setPayload("yes"));
      assertThat(asked.join().statusCode()).isEqualTo(200);
      permit(api, room, true);
      ann.send("_reliable", user("after"));
      assertThat(text(bob.next())).isEqualTo("after");
    }
  }

  private static DataPacket.Builder user(String text) {
    return DataPacket.newBuilder()
        .setUser(UserPacket.newBuilder().setPayload(ByteString.copyFromUtf8(text)));
  }

  private static void permit(ApiClient api, String room, boolean data) {
    api.ok(
        "UpdateParticipant",
        room,
        new JsonObject()
            .put("room", room)
            .put("identity", "ann")
            .put(
                "permission",
                new JsonObject().put("can_subscribe", true).put("can_publish_data", data)));
  }

  private static JsonObject call(String room, String identity, String method) {
    return new JsonObject()
        .put("room", room)
        .put("destination_identity", identity)
        .put("method", method)
        .put("payload", "{}");
  }

  private static void answer(
      DataPeer peer, DataPacket request, java.util.function.Consumer<RpcResponse.Builder> said) {
    String id = request.getRpcRequest().getId();
    DataPacket.Builder back =
        DataPacket.newBuilder().addDestinationIdentities(request.getParticipantIdentity());
    peer.send("_reliable", back.clone().setRpcAck(RpcAck.newBuilder().setRequestId(id)));
    RpcResponse.Builder response = RpcResponse.newBuilder().setRequestId(id);
    said.accept(response);
    peer.send("_reliable", back.clone().setRpcResponse(response));
  }

  @Test
  void aCallIsAnsweredByItsReceiverAlone(TestRelay relay) throws Exception {
    ApiClient api = new ApiClient(relay);
    String room = RelayFixture.freshRoom();
    try (DataPeer ann = DataPeer.join(relay, relay.token(room, "ann"), true);
        DataPeer eve = DataPeer.join(relay, relay.token(room, "eve"), false)) {
      CompletableFuture<HttpResponse<byte[]>> pending =
          CompletableFuture.supplyAsync(
              () -> api.json("PerformRpc", api.token(room), call(room, "ann", "triage")));
      DataPacket packet = ann.next().packet();
      RpcRequest request = packet.getRpcRequest();
      assertThat(request.getMethod()).isEqualTo("triage");
      assertThat(request.getPayload()).isEqualTo("{}");
      assertThat(request.getVersion()).isEqualTo(1);
      assertThat(request.getResponseTimeoutMs()).isEqualTo(10_000);
      // SDKs pass a call over whose caller has no name.
      assertThat(packet.getParticipantIdentity()).isEqualTo(request.getId()).hasSizeGreaterThan(30);
      answer(eve, packet, response -> response.setPayload("forged"));
      // Hers has come when somebody gets what she sent after it.
      eve.send("_reliable", user("done"));
      assertThat(text(ann.next())).isEqualTo("done");
      answer(ann, packet, response -> response.setPayload("urgent"));
      HttpResponse<byte[]> answer = pending.join();
      assertThat(ApiClient.text(answer)).isEqualTo("{\"payload\":\"urgent\"}");
      assertThat(eve.hasReceived()).as("what was for the server").isFalse();
    }
  }

  @Test
  void aCallThatFailsSaysHow(TestRelay relay) throws Exception {
    ApiClient api = new ApiClient(relay);
    String room = RelayFixture.freshRoom();
    api.fails("PerformRpc", room, call(room, "ann", "m"), 404, "not_found", "room does not");
    try (DataPeer ann = DataPeer.join(relay, relay.token(room, "ann"), true)) {
      api.fails("PerformRpc", room, call(room, "bob", "m"), 404, "not_found", "participant");
      String invalid = "invalid_argument";
      api.fails("PerformRpc", room, call(room, "ann", ""), 400, invalid, "method");
      api.fails("PerformRpc", room, call(room, "ann", "m".repeat(65)), 400, invalid, "method");
      JsonObject long1 = call(room, "ann", "m").put("payload", "x".repeat((15 << 10) + 1));
      api.fails("PerformRpc", room, long1, 400, invalid, "payload");
      JsonObject long2 = call(room, "ann", "m").put("response_timeout_ms", 60_000);
      api.fails("PerformRpc", room, long2, 400, invalid, "response_timeout_ms");

      JsonObject hasty = call(room, "ann", "m").put("response_timeout_ms", 100);
      api.fails("PerformRpc", room, hasty, 408, "deadline_exceeded", "Connection timeout");
      ann.next();
      failing(api, ann, room, 1_400, 400, invalid);
      failing(api, ann, room, 1_500, 409, "aborted");
      failing(api, ann, room, 7, 409, "aborted");

      CompletableFuture<HttpResponse<byte[]>> last =
          CompletableFuture.supplyAsync(
              () -> api.json("PerformRpc", api.token(room), call(room, "ann", "m")));
      ann.next();
      api.ok("RemoveParticipant", room, new JsonObject().put("room", room).put("identity", "ann"));
      ApiClient.failed(last.join(), 503, "unavailable", "disconnected");
    }
  }

  private static void failing(
      ApiClient api, DataPeer ann, String room, int rpcCode, int status, String code)
      throws Exception {
    CompletableFuture<HttpResponse<byte[]>> pending =
        CompletableFuture.supplyAsync(
            () -> api.json("PerformRpc", api.token(room), call(room, "ann", "m")));
    answer(
        ann,
        ann.next().packet(),
        response ->
            response.setError(
                RpcError.newBuilder().setCode(rpcCode).setMessage("will not").setData("busy")));
    HttpResponse<byte[]> answer = pending.join();
    ApiClient.failed(answer, status, code, "will not");
    assertThat(new JsonObject(ApiClient.text(answer)).getJsonObject("meta"))
        .isEqualTo(
            new JsonObject().put("rpc_code", Integer.toString(rpcCode)).put("rpc_data", "busy"));
  }
}
