package org.consultrelay.relay.signal.livekit;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.TrackSource;
import livekit.LivekitModels.TrackType;
import livekit.LivekitRtc.AddTrackRequest;
import livekit.LivekitRtc.SessionDescription;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import livekit.LivekitRtc.SubscriptionPermission;
import livekit.LivekitRtc.TrackPermission;
import org.consultrelay.relay.consult.TestRelay;
import org.consultrelay.relay.sdp.ChromiumOffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What is taken away ends at once, whether the client goes along or not: nothing here waits for it
 * to negotiate anew.
 */
@ExtendWith(RelayFixture.class)
class LivePermissionTest {
  private static final int SSRC = 7_001;

  private static String publish(SignalClient client) {
    client.send(
        SignalRequest.newBuilder()
            .setAddTrack(
                AddTrackRequest.newBuilder()
                    .setCid("cam")
                    .setType(TrackType.VIDEO)
                    .setSource(TrackSource.CAMERA)));
    String sid = client.await(MessageCase.TRACK_PUBLISHED).getTrackPublished().getTrack().getSid();
    client.negotiate(ChromiumOffer.room().video("sendonly", "cam", SSRC).text());
    return sid;
  }

  private static void subscribing(ApiClient api, String room, String identity, boolean may) {
    api.ok(
        "UpdateParticipant",
        room,
        new JsonObject()
            .put("room", room)
            .put("identity", identity)
            .put("permission", new JsonObject().put("can_subscribe", may)));
  }

  private static int subscribers(TestRelay relay, String room, String track) {
    int[] count = new int[1];
    RelayFixture.inRoom(
        relay, room, in -> count[0] = in.track(track).publication().subscriptionCount());
    return count[0];
  }

  @Test
  void v1NothingMoreIsSentToWhoMayNotSubscribe(TestRelay relay) {
    ApiClient api = new ApiClient(relay);
    String room = RelayFixture.freshRoom();
    try (SignalClient ann = SignalClient.v1(relay, relay.token(room, "ann"));
        SignalClient bob = SignalClient.v1(relay, relay.token(room, "bob"))) {
      String track = publish(ann);
      bob.negotiate(ChromiumOffer.room().text());
      assertThat(subscribers(relay, room, track)).isEqualTo(1);
      subscribing(api, room, "bob", false);
      assertThat(subscribers(relay, room, track)).isZero();
      // Whatever it offers.
      assertThat(bob.negotiate(ChromiumOffer.room().text()).getMidToTrackIdMap()).isEmpty();
      assertThat(subscribers(relay, room, track)).isZero();
      subscribing(api, room, "bob", true);
      assertThat(bob.negotiate(ChromiumOffer.room().text()).getMidToTrackIdMap())
          .containsValue(track);
      assertThat(subscribers(relay, room, track)).isEqualTo(1);
      // Taken and given again before the client has offered anything.
      subscribing(api, room, "bob", false);
      subscribing(api, room, "bob", true);
      bob.negotiate(ChromiumOffer.room().text());
      assertThat(subscribers(relay, room, track)).isEqualTo(1);
    }
  }

  @Test
  void v0AnAnswerThatComesTooLateBeginsNothing(TestRelay relay) throws Exception {
    ApiClient api = new ApiClient(relay);
    String room = RelayFixture.freshRoom();
    try (SignalClient ann = SignalClient.v1(relay, relay.token(room, "ann"));
        NativeConnection downlink = new NativeConnection((label, bytes) -> {});
        SignalClient bob = SignalClient.v0(relay, relay.token(room, "bob"))) {
      String track = publish(ann);
      SessionDescription offer = offerWith(bob, downlink, track);
      subscribing(api, room, "bob", false);
      answer(bob, downlink, offer);
      SessionDescription without = bob.await(MessageCase.OFFER).getOffer();
      assertThat(without.getMidToTrackIdMap()).isEmpty();
      assertThat(subscribers(relay, room, track)).isZero();
      // Given back while the client has not answered yet: it begins anew.
      subscribing(api, room, "bob", true);
      answer(bob, downlink, without);
      answer(bob, downlink, offerWith(bob, downlink, track));
      bob.settled();
      assertThat(subscribers(relay, room, track)).isEqualTo(1);
      subscribing(api, room, "bob", false);
      assertThat(subscribers(relay, room, track)).as("before any answer").isZero();
    }
  }

  @Test
  void v0WhoMaySubscribeNoMoreIsActiveOnceTheConnectionIsThatWasNamed(TestRelay relay)
      throws Exception {
    ApiClient api = new ApiClient(relay);
    String room = RelayFixture.freshRoom();
    try (NativeConnection downlink = new NativeConnection((label, bytes) -> {});
        SignalClient bob = SignalClient.v0(relay, relay.token(room, "bob"))) {
      assertThat(bob.joined().getSubscriberPrimary()).isTrue();
      SessionDescription offer = bob.await(MessageCase.OFFER).getOffer();
      subscribing(api, room, "bob", false);
      answer(bob, downlink, offer);
      bob.await(
          message ->
              message.getUpdate().getParticipantsList().stream()
                  .anyMatch(each -> each.getState() == ParticipantInfo.State.ACTIVE),
          "active");
    }
  }

  /** Answers offers until there is one with the track. */
  private static SessionDescription offerWith(
      SignalClient client, NativeConnection downlink, String track) throws Exception {
    while (true) {
      SessionDescription offer = client.await(MessageCase.OFFER).getOffer();
      if (offer.getMidToTrackIdMap().containsValue(track)) {
        return offer;
      }
      answer(client, downlink, offer);
    }
  }

  private static void answer(
      SignalClient client, NativeConnection downlink, SessionDescription offer) throws Exception {
    client.send(
        SignalRequest.newBuilder()
            .setAnswer(
                SessionDescription.newBuilder()
                    .setType("answer")
                    .setId(offer.getId())
                    .setSdp(downlink.answer(offer.getSdp()))));
  }

  @Test
  void whoPlaysOverWhepIsCutOff(TestRelay relay) throws Exception {
    ApiClient api = new ApiClient(relay);
    String room = RelayFixture.freshRoom();
    try (SignalClient ann = SignalClient.v1(relay, relay.token(room, "ann"))) {
      String track = publish(ann);
      HttpResponse<String> playing = play(relay, "ann", relay.token(room, "monitor"));
      assertThat(playing.statusCode()).as(playing.body()).isEqualTo(201);
      assertThat(subscribers(relay, room, track)).isEqualTo(1);
      subscribing(api, room, "monitor", false);
      assertThat(subscribers(relay, room, track)).isZero();
      RelayFixture.inRoom(relay, room, in -> assertThat(in.participant("monitor")).isNull());
    }
  }

  private static HttpResponse<String> post(
      TestRelay relay, String path, String token, ChromiumOffer offer) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(relay.url() + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/sdp")
                .POST(HttpRequest.BodyPublishers.ofString(offer.text()))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> play(TestRelay relay, String whom, String token)
      throws Exception {
    return post(relay, "/whep/v1/" + whom, token, ChromiumOffer.whep());
  }

  private static void is(HttpResponse<String> response, int status, String words) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.body()).contains(words);
  }

  private static String people(TestRelay relay, String token) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(relay.url() + "/whep/v1"))
                .header("Authorization", "Bearer " + token)
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static void permit(ApiClient api, String room, String identity, JsonObject permission) {
    api.ok(
        "UpdateParticipant",
        room,
        new JsonObject().put("room", room).put("identity", identity).put("permission", permission));
  }

  @Test
  void whatATokenAllowedIsNotHadAgainOverWhipOrWhep(TestRelay relay) throws Exception {
    ApiClient api = new ApiClient(relay);
    String room = RelayFixture.freshRoom();
    String token = relay.token(room, "bob");
    try (SignalClient ann = SignalClient.v1(relay, relay.token(room, "ann"))) {
      publish(ann);
      is(post(relay, "/whip/v1", token, ChromiumOffer.whip()), 201, "v=0");
      permit(api, room, "bob", new JsonObject().put("can_subscribe", true));
      is(post(relay, "/whip/v1", token, ChromiumOffer.whip()), 403, "may not publish any more");
      RelayFixture.inRoom(
          relay, room, in -> assertThat(in.participant("bob").publishing()).isNull());
      permit(
          api,
          room,
          "bob",
          new JsonObject()
              .put("can_publish", true)
              .put("can_publish_sources", new io.vertx.core.json.JsonArray().add("MICROPHONE")));
      is(play(relay, "ann", token), 403, "may not play");
      is(post(relay, "/whip/v1", token, ChromiumOffer.whip()), 201, "v=0");
      RelayFixture.inRoom(
          relay,
          room,
          in ->
              assertThat(in.participant("bob").tracks())
                  .extracting(track -> track.details().source())
                  .containsExactly(org.consultrelay.relay.room.TrackSource.MICROPHONE));
    }
  }

  @Test
  void aPublishersRuleHoldsForWhepAsWell(TestRelay relay) throws Exception {
    String room = RelayFixture.freshRoom();
    String token = relay.token(room, "monitor");
    try (SignalClient ann = SignalClient.v1(relay, relay.token(room, "ann"))) {
      String track = publish(ann);
      is(play(relay, "ann", token), 201, "v=0");
      assertThat(subscribers(relay, room, track)).isEqualTo(1);
      allow(ann, "carl", track);
      assertThat(subscribers(relay, room, track)).isZero();
      is(play(relay, "ann", token), 403, "may not play");
      is(play(relay, "ann", relay.token(room, "carl")), 201, "v=0");
      assertThat(subscribers(relay, room, track)).isEqualTo(1);
    }
  }

  private static void allow(SignalClient publisher, String identity, String track) {
    publisher.send(
        SignalRequest.newBuilder()
            .setSubscriptionPermission(
                SubscriptionPermission.newBuilder()
                    .addTrackPermissions(
                        TrackPermission.newBuilder()
                            .setParticipantIdentity(identity)
                            .addTrackSids(track))));
    publisher.settled();
  }

  @Test
  void whoIsHiddenIsNeitherListedNorPlayed(TestRelay relay) throws Exception {
    String room = RelayFixture.freshRoom();
    String hidden = RelayFixture.token(relay, room, "ann", RelayFixture.May::hidden);
    String token = relay.token(room, "monitor");
    is(post(relay, "/whip/v1", hidden, ChromiumOffer.whip()), 201, "v=0");
    is(post(relay, "/whip/v1", token, ChromiumOffer.whip()), 201, "v=0");
    assertThat(people(relay, token)).contains("\"monitor\"").doesNotContain("\"ann\"");
    assertThat(people(relay, hidden)).contains("\"monitor\"").contains("\"ann\"");
    is(play(relay, "ann", token), 404, "does not publish (yet)");
    is(play(relay, "ann", hidden), 201, "v=0");
  }
}
