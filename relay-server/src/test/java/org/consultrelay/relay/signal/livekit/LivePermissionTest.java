package org.consultrelay.relay.signal.livekit;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import livekit.LivekitModels.TrackSource;
import livekit.LivekitModels.TrackType;
import livekit.LivekitRtc.AddTrackRequest;
import livekit.LivekitRtc.SessionDescription;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse.MessageCase;
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
      HttpResponse<String> playing =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(relay.url() + "/whep/v1/ann"))
                      .header("Authorization", "Bearer " + relay.token(room, "monitor"))
                      .header("Content-Type", "application/sdp")
                      .POST(HttpRequest.BodyPublishers.ofString(ChromiumOffer.whep().text()))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(playing.statusCode()).as(playing.body()).isEqualTo(201);
      assertThat(subscribers(relay, room, track)).isEqualTo(1);
      subscribing(api, room, "monitor", false);
      assertThat(subscribers(relay, room, track)).isZero();
      RelayFixture.inRoom(relay, room, in -> assertThat(in.participant("monitor")).isNull());
    }
  }
}
