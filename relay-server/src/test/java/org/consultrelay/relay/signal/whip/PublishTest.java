package org.consultrelay.relay.signal.whip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.signal.whip.Door.attribute;
import static org.consultrelay.relay.signal.whip.Door.created;
import static org.consultrelay.relay.signal.whip.Door.freshRoom;
import static org.consultrelay.relay.signal.whip.Door.header;
import static org.consultrelay.relay.signal.whip.Door.refused;

import java.io.ByteArrayInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.api.VideoGrant;
import org.consultrelay.relay.sdp.ChromiumOffer;
import org.consultrelay.relay.sdp.Sdp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** WHIP over HTTP, without media. */
@ExtendWith(SharedDoor.class)
class PublishTest {
  private static VideoGrant grant(String room, boolean publish, boolean subscribe, String source) {
    List<String> sources = source.isEmpty() ? List.of() : List.of(source);
    return new VideoGrant(
        room, true, publish, subscribe, null, sources, false, false, false, false, false, false,
        false, false, false, "");
  }

  private static String token(Door door, VideoGrant grant) {
    Grants plain = Grants.join("somebody", grant.room());
    return door.relay().token(new Grants(plain.identity(), "", "", plain.attributes(), "", grant));
  }

  @Test
  void anOfferIsAnsweredWithASession(Door door) {
    String token = door.token(freshRoom(), "patient");
    HttpResponse<String> response = door.publish(token);
    String session = created(response);
    assertThat(session).matches("/whip/v1/[A-Za-z0-9_-]{22}");
    assertThat(header(response, "Content-Type")).isEqualTo("application/sdp");
    assertThat(header(response, "ETag")).matches("\"[^\"]+\"");
    assertThat(header(response, "Accept-Patch")).isEqualTo(Door.FRAGMENT);
    assertThat(response.body()).startsWith("v=0\r\n").contains("a=ice-lite", "a=recvonly");
    assertThat(attribute(response.body(), "setup")).isEqualTo("passive");
    assertThat(attribute(response.body(), "candidate")).contains(" 127.0.0.1 ", "typ host");
    assertThat(door.isOpen(session, token, header(response, "ETag"))).isTrue();
  }

  @Test
  void everyClientsOfferIsTaken(Door door) {
    for (String client : Sdp.CLIENTS) {
      String token = door.token(freshRoom(), client);
      String offer = Sdp.load(client).replaceAll("\r?\n", "\r\n");
      HttpResponse<String> response = door.post("/whip/v1", token, offer);
      assertThat(response.statusCode()).as(client + ": " + response.body()).isEqualTo(201);
      assertThat(door.delete(created(response), token).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void contentTypeMayHaveParametersAndCapitals(Door door) {
    String token = door.token(freshRoom(), "patient");
    String offer = ChromiumOffer.whip().text();
    created(door.send("POST", "/whip/v1", token, offer, "Content-Type", "Application/SDP; q=1"));
    for (String other : List.of("text/plain", "application/json", "application/sdpx", "x")) {
      refused(
          door.send("POST", "/whip/v1", token, offer, "Content-Type", other),
          415,
          "application/sdp");
    }
    refused(door.send("POST", "/whip/v1", token, offer), 415, "application/sdp");
    refused(
        door.send(
            "POST", "/whip/v1", token, offer, "Content-Type", "application/x-www-form-urlencoded"),
        415,
        "application/sdp");
  }

  @Test
  void textThatIsNoDescriptionIs400AndSaysWhere(Door door) {
    String token = door.token(freshRoom(), "patient");
    refused(door.post("/whip/v1", token, ""), 400, "SDP: no o= line");
    refused(door.post("/whip/v1", token, "hello"), 400, "line 1");
    refused(
        door.post("/whip/v1", token, ChromiumOffer.whip().text().replace("m=audio 9", "m=audio x")),
        400,
        "port");
  }

  @Test
  void anOfferThatCannotBeServedIs422AndLeavesNobody(Door door) {
    String room = freshRoom();
    String token = door.token(room, "patient");
    String offer = ChromiumOffer.whip().text();
    refused(
        door.post("/whip/v1", token, offer.replaceAll("a=fingerprint:[^\r]*\r\n", "")),
        422,
        "a=fingerprint");
    refused(door.post("/whip/v1", token, offer.replace("sha-256", "md5")), 422, "md5");
    refused(door.post("/whip/v1", token, offer.replace("a=rtcp-mux\r\n", "")), 422, "rtcp-mux");
    refused(
        door.post("/whip/v1", token, offer.replace("a=group:BUNDLE 0 1\r\n", "")), 422, "BUNDLE");
    refused(door.post("/whip/v1", token, offer.replace("opus", "speex")), 422, "opus");
    refused(door.post("/whip/v1", token, ChromiumOffer.offer().data().text()), 422, "data channel");
    refused(door.post("/whip/v1", token, ChromiumOffer.whep().text()), 422, "nothing to publish");
    refused(
        door.post("/whip/v1", token, offer.replace("a=setup:actpass", "a=setup:holdconn")),
        422,
        "holdconn");
    assertThat(door.list(token).body()).isEqualTo("{\"participants\":[]}");
  }

  @Test
  void aFailedAttemptLeavesTheRunningSession(Door door) {
    String room = freshRoom();
    String token = door.token(room, "patient");
    HttpResponse<String> first = door.publish(token);
    refused(door.post("/whip/v1", token, ChromiumOffer.whep().text()), 422, "nothing to publish");
    assertThat(door.isOpen(created(first), token, header(first, "ETag"))).isTrue();
    assertThat(door.list(token).body()).contains("\"publishing\":true");
  }

  @Test
  void grantsDecideWhatMayBeDone(Door door) {
    String room = freshRoom();
    created(door.publish(door.token(room, "clinician")));
    String silent = token(door, grant(room, false, true, ""));
    refused(door.publish(silent), 403, "canPublish");
    created(door.play(silent, "clinician"));
    String blind = token(door, grant(room, true, false, ""));
    refused(door.play(blind, "clinician"), 403, "canSubscribe");
    created(door.publish(blind));
  }

  @Test
  void onlyTheSourcesOfTheTokenArePublished(Door door) {
    String room = freshRoom();
    String spoken = created(door.publish(token(door, grant(room, false, true, "microphone"))));
    String player = door.play(door.token(room, "clinician"), "somebody").body();
    assertThat(spoken).isNotEmpty();
    assertThat(player.substring(player.indexOf("m=audio"), player.indexOf("m=video")))
        .contains("a=sendonly");
    assertThat(player.substring(player.indexOf("m=video"))).contains("a=inactive");
    refused(
        door.publish(token(door, grant(room, true, true, "screen_share"))),
        422,
        "that the token allows");
  }

  @Test
  void aBodyThatIsTooLongIs413(Door door) {
    String token = door.token(freshRoom(), "patient");
    byte[] body = ("v=0\r\n" + "a=x\r\n".repeat(60_000)).getBytes(StandardCharsets.US_ASCII);
    HttpRequest.Builder known =
        door.request("/whip/v1", token, "Content-Type", Door.SDP)
            .expectContinue(true)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    refused(door.send(known), 413, "262144 bytes");
    HttpRequest.Builder chunked =
        door.request("/whip/v1", token, "Content-Type", Door.SDP)
            .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)));
    refused(door.send(chunked), 413, "262144 bytes");
  }

  @Test
  void whoWaitsForAGoAheadGetsOne(Door door) {
    HttpRequest.Builder request =
        door.request("/whip/v1", door.token(freshRoom(), "obs"), "Content-Type", Door.SDP)
            .expectContinue(true)
            .POST(HttpRequest.BodyPublishers.ofString(ChromiumOffer.whip().text()));
    created(door.send(request));
  }

  @Test
  void http2WithoutTlsWorksToo(Door door) throws Exception {
    try (HttpClient http2 = HttpClient.newHttpClient()) {
      HttpRequest request =
          door.request("/whip/v1", door.token(freshRoom(), "h2"), "Content-Type", Door.SDP)
              .version(HttpClient.Version.HTTP_2)
              .POST(HttpRequest.BodyPublishers.ofString(ChromiumOffer.whip().text()))
              .build();
      for (int i = 0; i < 2; i++) {
        HttpResponse<String> response = http2.send(request, HttpResponse.BodyHandlers.ofString());
        created(response);
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
      }
    }
  }

  @Test
  void aSecondSessionOfAnIdentityReplacesTheFirst(Door door) {
    String room = freshRoom();
    String token = door.token(room, "patient");
    String other = door.token(room, "clinician");
    HttpResponse<String> first = door.publish(token);
    HttpResponse<String> player = door.play(other, "patient");
    String playerTag = header(player, "ETag");
    assertThat(door.isOpen(created(player), other, playerTag)).isTrue();

    HttpResponse<String> second = door.publish(token);

    assertThat(created(second)).isNotEqualTo(created(first));
    assertThat(door.isOpen(created(first), token, header(first, "ETag"))).isFalse();
    assertThat(door.isOpen(created(player), other, playerTag)).isFalse();
    assertThat(door.isOpen(created(second), token, header(second, "ETag"))).isTrue();
    created(door.play(other, "patient"));
  }
}
