package org.consultrelay.relay.signal.livekit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.util.List;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitRtc.JoinRequest;
import livekit.LivekitRtc.JoinResponse;
import livekit.LivekitRtc.LeaveRequest.Action;
import livekit.LivekitRtc.SignalResponse;
import org.consultrelay.relay.consult.TestRelay;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Coming in: what is refused before the upgrade, and the first message. */
@ExtendWith(RelayFixture.class)
class JoinTest {
  private final HttpClient http = HttpClient.newHttpClient();

  private HttpResponse<String> get(TestRelay relay, String path, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(relay.url() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void handshakeFails(int status, Runnable connect) {
    assertThatThrownBy(connect::run)
        .hasCauseInstanceOf(WebSocketHandshakeException.class)
        .satisfies(failure ->
            assertThat(
                    ((WebSocketHandshakeException) failure.getCause()).getResponse().statusCode())
                .isEqualTo(status));
  }

  @Test
  void v1TellsWhatClientsCannotDoWithout(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    try (SignalClient client = SignalClient.v1(relay, relay.token(room, "ann"))) {
      JoinResponse join = client.joined();
      assertThat(join.getServerInfo().getVersion()).matches("\\d+\\.\\d+\\.\\d+");
      assertThat(join.getServerInfo().getProtocol()).isEqualTo(16);
      assertThat(join.getPingInterval()).isPositive();
      assertThat(join.getPingTimeout()).isGreaterThan(join.getPingInterval());
      assertThat(join.getSubscriberPrimary()).isFalse();
      ParticipantInfo self = join.getParticipant();
      assertThat(self.getSid()).startsWith("PA_");
      assertThat(self.getIdentity()).isEqualTo("ann");
      assertThat(self.getPermission().getCanPublish()).isTrue();
      assertThat(self.getPermission().getCanSubscribe()).isTrue();
      assertThat(self.getPermission().getCanPublishData()).isTrue();
      assertThat(join.getRoom().getName()).isEqualTo(room);
      assertThat(join.getRoom().getSid()).startsWith("RM_");
      assertThat(join.getEnabledPublishCodecs(0).getMime()).isEqualTo("video/vp8");
    }
  }

  @Test
  void v0IsOfferedTheDownlinkAtOnce(TestRelay relay) {
    try (SignalClient client =
        SignalClient.v0(relay, relay.token(RelayFixture.freshRoom(), "ann"))) {
      JoinResponse join = client.joined();
      assertThat(join.getSubscriberPrimary()).isTrue();
      SignalResponse offer = client.await(SignalResponse.MessageCase.OFFER);
      assertThat(offer.getOffer().getId()).isEqualTo(1);
      assertThat(offer.getOffer().getSdp()).contains("m=application").contains("a=candidate:");
    }
  }

  @Test
  void whoMayNotSubscribeWaitsForItsOwnConnection(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    String token = RelayFixture.token(relay, room, "ann", may -> may.canSubscribe(false));
    try (SignalClient client = SignalClient.v0(relay, token)) {
      assertThat(client.joined().getSubscriberPrimary()).isFalse();
    }
  }

  @Test
  void theOthersAreToldOfTheNewOneAndTheNewOneOfTheOthers(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    try (SignalClient ann = SignalClient.v1(relay, relay.token(room, "ann"))) {
      String sid = ann.joined().getParticipant().getSid();
      try (SignalClient bob = SignalClient.v0(relay, relay.token(room, "bob"))) {
        JoinResponse join = bob.joined();
        assertThat(join.getOtherParticipantsList())
            .extracting(ParticipantInfo::getIdentity, ParticipantInfo::getSid)
            .containsExactly(org.assertj.core.groups.Tuple.tuple("ann", sid));
        ParticipantInfo seen =
            ann.await(m -> m.hasUpdate() && isOf(m, "bob"), "bob").getUpdate().getParticipants(0);
        assertThat(seen.getState()).isEqualTo(ParticipantInfo.State.JOINING);
        assertThat(ann.await(SignalResponse.MessageCase.ROOM_UPDATE).getRoomUpdate().getRoom())
            .satisfies(update -> assertThat(update.getNumParticipants()).isEqualTo(2));
      }
      ann.await(
          m ->
              m.hasUpdate()
                  && m.getUpdate().getParticipants(0).getState()
                      == ParticipantInfo.State.DISCONNECTED,
          "bob gone");
    }
  }

  private static boolean isOf(SignalResponse message, String identity) {
    return message.getUpdate().getParticipants(0).getIdentity().equals(identity);
  }

  @Test
  void aTokenIsTakenFromTheHeaderAsNativeClientsSendIt(TestRelay relay) {
    String token = relay.token(RelayFixture.freshRoom(), "ann");
    try (SignalClient client =
        SignalClient.open(relay, "/rtc?protocol=13", "Authorization", "Bearer " + token)) {
      assertThat(client.joined().getParticipant().getIdentity()).isEqualTo("ann");
    }
    try (SignalClient client =
        SignalClient.open(relay, "//rtc?protocol=13", "Authorization", "Bearer " + token)) {
      assertThat(client.joined().getParticipant().getIdentity()).isEqualTo("ann");
    }
  }

  @Test
  void aBadTokenIsRefusedBeforeTheUpgrade(TestRelay relay) {
    handshakeFails(401, () -> SignalClient.v1(relay, "nonsense"));
    handshakeFails(401, () -> SignalClient.v0(relay, "nonsense"));
    for (String path : List.of("/rtc/validate", "/rtc/v1/validate")) {
      HttpResponse<String> response = get(relay, path + "?access_token=nonsense");
      assertThat(response.statusCode()).isEqualTo(401);
      assertThat(response.body()).contains("not a JSON Web Token");
      assertThat(response.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    }
  }

  @Test
  void aBrowserMayReadWhyItWasRefused(TestRelay relay) {
    for (String path : List.of("/rtc/validate", "/rtc/v1/validate", "/rtc", "/rtc/v1", "/")) {
      HttpResponse<String> response = get(relay, path, "Origin", "https://app.example");
      assertThat(response.headers().firstValue("Access-Control-Allow-Origin"))
          .as(path)
          .hasValue("*");
    }
    HttpResponse<String> preflight =
        send(
            HttpRequest.newBuilder(URI.create(relay.url() + "/rtc/validate"))
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Origin", "https://app.example")
                .header("Access-Control-Request-Method", "GET")
                .header("Access-Control-Request-Headers", "authorization"));
    assertThat(preflight.statusCode()).isIn(200, 204);
    assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers")).isPresent();
  }

  @Test
  void validateSaysWhatAJoinWouldCome(TestRelay relay) {
    String token = relay.token(RelayFixture.freshRoom(), "ann");
    assertThat(get(relay, "/rtc/validate?access_token=" + token).body()).isEqualTo("success");
    assertThat(get(relay, "/rtc/v1/validate?access_token=" + token).statusCode()).isEqualTo(400);
    assertThat(
            get(
                    relay,
                    SignalClient.v1Query(token, JoinRequest.getDefaultInstance())
                        .replace("/rtc/v1?", "/rtc/v1/validate?"))
                .body())
        .isEqualTo("success");
  }

  @Test
  void theRootIsThereForPrewarming(TestRelay relay) {
    assertThat(get(relay, "/").body()).isEqualTo("OK");
    assertThat(
            send(HttpRequest.newBuilder(URI.create(relay.url() + "/"))
                    .method("HEAD", HttpRequest.BodyPublishers.noBody()))
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void aJoinRequestThatCannotBeReadIsABadRequest(TestRelay relay) {
    String token = relay.token(RelayFixture.freshRoom(), "ann");
    String path = "/rtc/v1?access_token=" + token;
    handshakeFails(400, () -> SignalClient.open(relay, path));
    handshakeFails(400, () -> SignalClient.open(relay, path + "&join_request=%21%21"));
    handshakeFails(400, () -> SignalClient.open(relay, path + "&join_request=AAAA"));
    handshakeFails(
        400,
        () ->
            SignalClient.open(
                relay, path + "&join_request=" + SignalClient.wrapped(new byte[] {1, 2, 3})));
  }

  @Test
  void whatUnpacksToTooMuchIsNotUnpacked(TestRelay relay) {
    String bomb = SignalClient.wrapped(new byte[JoinRequests.MOST_BYTES + 1]);
    assertThat(bomb.length()).isLessThan(4_000);
    String token = relay.token(RelayFixture.freshRoom(), "ann");
    HttpResponse<String> response =
        get(relay, "/rtc/v1/validate?access_token=" + token + "&join_request=" + bomb);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("unpacks to more than");
    // And not looked at at all without a token.
    assertThat(get(relay, "/rtc/v1/validate?access_token=x&join_request=" + bomb).statusCode())
        .isEqualTo(401);
  }

  @Test
  void ownMetadataAtTheJoinNeedsTheGrant(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    JoinRequest request =
        JoinRequest.newBuilder()
            .setMetadata("mine")
            .putParticipantAttributes("seat", "2")
            .putParticipantAttributes("role", "")
            .build();
    handshakeFails(401, () -> SignalClient.v1(relay, relay.token(room, "ann"), request));
    String token = RelayFixture.token(relay, room, "ann", RelayFixture.May::canUpdateOwnMetadata);
    try (SignalClient client = SignalClient.v1(relay, token, request)) {
      ParticipantInfo self = client.joined().getParticipant();
      assertThat(self.getMetadata()).isEqualTo("mine");
      // An empty value does not take the token's away.
      assertThat(self.getAttributesMap())
          .containsEntry("seat", "2")
          .containsEntry("role", "patient");
    }
  }

  @Test
  void aFullRoomRefusesBeforeTheUpgrade() {
    try (TestRelay relay = TestRelay.start("127.0.0.1", "rooms.maxParticipantsPerRoom=1");
        SignalClient ann = SignalClient.v1(relay, relay.token("small", "ann"))) {
      ann.joined();
      handshakeFails(503, () -> SignalClient.v1(relay, relay.token("small", "bob")));
      // Not who is in already and comes anew.
      try (SignalClient again = SignalClient.v1(relay, relay.token("small", "ann"))) {
        again.joined();
      }
    }
  }

  @Test
  void aSessionThatIsNotThereIsToBeJoinedAnew(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    JoinRequest resume =
        JoinRequest.newBuilder().setReconnect(true).setParticipantSid("PA_gone").build();
    try (SignalClient client = SignalClient.v1(relay, relay.token(room, "ann"), resume)) {
      SignalResponse first = client.next();
      assertThat(first.getLeave().getAction()).isEqualTo(Action.RECONNECT);
      assertThat(first.getLeave().getCanReconnect()).isTrue();
      assertThat(client.closeStatus()).isEqualTo(1_000);
    }
    try (SignalClient client =
        SignalClient.v0(relay, relay.token(room, "ann"), "reconnect=1", "sid=PA_gone")) {
      assertThat(client.next().getLeave().getAction()).isEqualTo(Action.RECONNECT);
    }
  }

  @Test
  void aFreshTokenComesAtOnceAndIsGood(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    try (SignalClient client = SignalClient.v1(relay, relay.token(room, "ann"))) {
      client.joined();
      String fresh = client.await(SignalResponse.MessageCase.REFRESH_TOKEN).getRefreshToken();
      try (SignalClient again = SignalClient.v1(relay, fresh)) {
        assertThat(again.joined().getParticipant().getIdentity()).isEqualTo("ann");
      }
    }
  }
}
