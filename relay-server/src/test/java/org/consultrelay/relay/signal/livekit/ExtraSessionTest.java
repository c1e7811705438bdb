package org.consultrelay.relay.signal.livekit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.consultrelay.relay.consult.TestRelay;
import org.consultrelay.relay.sdp.ChromiumOffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Somebody in a call plays or publishes over WHEP or WHIP as well, under the same identity. */
@ExtendWith(RelayFixture.class)
class ExtraSessionTest {
  private static HttpResponse<String> send(
      TestRelay relay, String method, String path, String token, String body) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(relay.url() + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/sdp")
                .method(method, BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
  }

  private static void sessions(TestRelay relay, String room, String identity, int count) {
    RelayFixture.inRoom(
        relay, room, in -> assertThat(in.participant(identity).sessions()).hasSize(count));
  }

  @Test
  void itsEndIsNotTheEndOfTheCall(TestRelay relay) throws Exception {
    String room = RelayFixture.freshRoom();
    String token = relay.token(room, "bob");
    String whip = ChromiumOffer.whip().text();
    assertThat(send(relay, "POST", "/whip/v1", relay.token(room, "ann"), whip).statusCode())
        .isEqualTo(201);
    try (SignalClient bob = SignalClient.v1(relay, token)) {
      bob.joined();
      bob.negotiate(ChromiumOffer.room().text());
      HttpResponse<String> playing =
          send(relay, "POST", "/whep/v1/ann", token, ChromiumOffer.whep().text());
      assertThat(playing.statusCode()).as(playing.body()).isEqualTo(201);
      sessions(relay, room, "bob", 2);
      String session = playing.headers().firstValue("Location").orElseThrow();
      assertThat(send(relay, "DELETE", session, token, "").statusCode()).isEqualTo(200);
      sessions(relay, room, "bob", 1);
      // An offer with nothing in it to publish.
      String whep = ChromiumOffer.whep().text();
      assertThat(send(relay, "POST", "/whip/v1", token, whep).statusCode()).isEqualTo(422);
      sessions(relay, room, "bob", 1);
      assertThat(bob.settled()).noneMatch(message -> message.hasLeave());
    }
  }

  @Test
  void whoHasNothingElseLeftGoesWithIt(TestRelay relay) throws Exception {
    String room = RelayFixture.freshRoom();
    String token = relay.token(room, "bob");
    try (SignalClient bob = SignalClient.v1(relay, token)) {
      bob.joined();
      HttpResponse<String> publishing =
          send(relay, "POST", "/whip/v1", token, ChromiumOffer.whip().text());
      assertThat(publishing.statusCode()).isEqualTo(201);
      bob.cut();
      Await.until(
          "bob is gone",
          () -> {
            boolean[] gone = new boolean[1];
            RelayFixture.inRoom(relay, room, in -> gone[0] = in.participant("bob") == null);
            return gone[0];
          });
    }
  }
}
