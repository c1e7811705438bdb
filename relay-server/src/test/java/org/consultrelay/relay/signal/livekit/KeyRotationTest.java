package org.consultrelay.relay.signal.livekit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.auth0.jwt.JWT;
import com.google.protobuf.ByteString;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import livekit.LivekitModels.DataPacket;
import livekit.LivekitModels.UserPacket;
import livekit.LivekitRtc.JoinRequest;
import livekit.LivekitRtc.LeaveRequest.Action;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.consult.TestRelay;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** API keys are changed, and the configuration is read again, while people talk. */
class KeyRotationTest {
  private static final String OLD = "old-0123456789abcdef0123456789abcdef01";
  private static final String NEW = "new-0123456789abcdef0123456789abcdef01";
  private static final String SOUTH = "south-0123456789abcdef0123456789abcdef";
  private static final String TENANTS =
      """
      tenants:
        north:
          roomPrefix: north-
        south:
          roomPrefix: south-
      """;

  @TempDir Path directory;
  private Path keys;
  private Path yaml;
  private TestRelay relay;

  @BeforeEach
  void start() throws Exception {
    keys = directory.resolve("keys");
    yaml = directory.resolve("relay.yaml");
    keys("old=" + OLD + " tenant=north", "south=" + SOUTH + " tenant=south");
    write(yaml, TENANTS + "keysFile: " + keys + "\n");
    relay = TestRelay.startFrom(yaml);
  }

  @AfterEach
  void stop() {
    relay.close();
  }

  /** As secrets are replaced that are mounted: at once. */
  private void write(Path file, String text) throws Exception {
    Path fresh = Files.writeString(directory.resolve("fresh"), text);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private void keys(String... lines) throws Exception {
    write(keys, String.join("\n", lines) + "\n");
  }

  private static String old(String identity) {
    return TestRelay.tokenOf("old", OLD, Grants.join(identity, "north-1"));
  }

  private static String fresh(String identity) {
    return TestRelay.tokenOf("new", NEW, Grants.join(identity, "north-1"));
  }

  private double reloads(String outcome) {
    return relay.metric("relay_config_reloads_total{outcome=\"" + outcome + "\"}");
  }

  private void isRefused(String token) {
    assertThatThrownBy(() -> SignalClient.v1(relay, token))
        .hasCauseInstanceOf(WebSocketHandshakeException.class)
        .satisfies(failure ->
            assertThat(
                    ((WebSocketHandshakeException) failure.getCause()).getResponse().statusCode())
                .isEqualTo(401));
  }

  private static void talk(DataPeer from, DataPeer to, String text) throws Exception {
    from.send(
        "_reliable",
        DataPacket.newBuilder()
            .setUser(UserPacket.newBuilder().setPayload(ByteString.copyFromUtf8(text))));
    assertThat(to.next().packet().getUser().getPayload().toStringUtf8()).isEqualTo(text);
  }

  @Test
  void aCallGoesOnWhileItsKeyIsReplaced() throws Exception {
    try (DataPeer ann = DataPeer.join(relay, old("ann"), true);
        DataPeer bob = DataPeer.join(relay, old("bob"), false)) {
      talk(ann, bob, "before");
      isRefused(fresh("carl"));

      keys(
          "old=" + OLD + " tenant=north",
          "new=" + NEW + " tenant=north",
          "south=" + SOUTH + " tenant=south");
      Await.until("both are taken", () -> reloads("taken") == 1);
      try (SignalClient carl = SignalClient.v1(relay, fresh("carl"));
          SignalClient dora = SignalClient.v0(relay, old("dora"))) {
        carl.joined();
        dora.joined();
      }
      assertThat(issuer(ann)).as("before the old one goes").isEqualTo("new");

      keys("new=" + NEW + " tenant=north", "south=" + SOUTH + " tenant=south");
      Await.until("the old one is gone", () -> reloads("taken") == 2);
      isRefused(old("eve"));
      talk(ann, bob, "after");
      talk(bob, ann, "and back");

      // Whoever loses the line now comes back with the token that came at once.
      ann.renewed(lastToken);
      ann.signal.cut();
      ann.resume();
      ann.signal.await(MessageCase.RECONNECT);
      talk(ann, bob, "again");
      assertThat(relay.metric("relay_api_key_tokens_total{key=\"new\",outcome=\"taken\"}"))
          .isGreaterThanOrEqualTo(2);
    }
  }

  private String lastToken = "";

  private String issuer(DataPeer peer) {
    lastToken = peer.signal.await(MessageCase.REFRESH_TOKEN).getRefreshToken();
    return JWT.decode(lastToken).getIssuer();
  }

  @Test
  void aFileThatIsWrongKeepsTheOldKeys() throws Exception {
    keys("old=short tenant=north");
    Await.until("it is looked at", () -> reloads("failed") == 1);
    assertThat(reloads("taken")).isZero();
    try (SignalClient ann = SignalClient.v1(relay, old("ann"))) {
      ann.joined();
    }
    keys("new=" + NEW + " tenant=north", "south=" + SOUTH + " tenant=south");
    Await.until("it is right again", () -> reloads("taken") == 1);
    isRefused(old("ann"));
  }

  @Test
  void anothersSessionIsNotResumed() {
    try (SignalClient ann = SignalClient.v1(relay, old("ann"))) {
      String sid = ann.joined().getParticipant().getSid();
      JoinRequest resume =
          JoinRequest.newBuilder().setReconnect(true).setParticipantSid(sid).build();
      assertThatThrownBy(() ->
              SignalClient.v1(
                  relay, TestRelay.tokenOf("south", SOUTH, Grants.join("ann", "north-1")), resume))
          .hasCauseInstanceOf(WebSocketHandshakeException.class);
      String own = TestRelay.tokenOf("south", SOUTH, Grants.join("ann", "south-1"));
      try (SignalClient south = SignalClient.v1(relay, own, resume)) {
        assertThat(south.next().getLeave().getAction()).isEqualTo(Action.RECONNECT);
      }
      assertThat(ann.settled()).noneMatch(each -> each.hasLeave());
    }
  }

  @Test
  void limitsAreAppliedAndTheRestIsNamed() throws Exception {
    double before = relay.metric("relay_config_loaded_timestamp_seconds");
    write(
        yaml,
        TENANTS
            + "keysFile: "
            + keys
            + "\nrooms:\n  maxRooms: 1\nturn:\n  realm: other\n  quotas:\n    perUser: 1\n");
    HttpResponse<String> answer = relay.ops("POST", "/reload");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonObject told = new JsonObject(answer.body());
    assertThat(told.getJsonArray("applied"))
        .containsExactlyInAnyOrder("rooms.maxRooms", "turn.quotas.perUser");
    assertThat(told.getJsonArray("restart")).isEqualTo(JsonArray.of("turn.realm"));
    assertThat(relay.metric("relay_rooms_limit")).isEqualTo(1);
    assertThat(relay.metric("relay_config_loaded_timestamp_seconds")).isGreaterThan(before);
    try (SignalClient ann = SignalClient.v1(relay, old("ann"))) {
      ann.joined();
      assertThatThrownBy(() ->
              SignalClient.v1(
                  relay, TestRelay.tokenOf("south", SOUTH, Grants.join("ann", "south-1"))))
          .hasCauseInstanceOf(WebSocketHandshakeException.class);
    }
    // What needs a restart is named until there was one.
    JsonObject again = new JsonObject(relay.ops("POST", "/reload").body());
    assertThat(again.getJsonArray("applied")).isEmpty();
    assertThat(again.getJsonArray("restart")).isEqualTo(JsonArray.of("turn.realm"));
  }

  @Test
  void mistakesChangeNothingAndAreTold() throws Exception {
    write(
        yaml,
        "keysFile: %s\nrooms:\n  maxRooms: none\n  maxParticipants: 1\ntenants:\n  x:\n    keys: y\n"
            .formatted(keys));
    HttpResponse<String> answer = relay.ops("POST", "/reload");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(new JsonObject(answer.body()).getJsonArray("mistakes"))
        .anyMatch(line -> line.toString().startsWith("rooms.maxRooms: \"none\" cannot be used"))
        .anyMatch(line -> line.toString().startsWith("tenants.x.roomPrefix: is not there"));
    assertThat(relay.metric("relay_rooms_limit")).isEqualTo(10_000);
    assertThat(reloads("failed")).isEqualTo(1);
    try (SignalClient ann = SignalClient.v1(relay, old("ann"))) {
      ann.joined();
    }
    assertThat(relay.ops("GET", "/reload").statusCode()).isIn(404, 405);
  }
}
