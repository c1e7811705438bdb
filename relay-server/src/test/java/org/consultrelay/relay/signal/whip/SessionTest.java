package org.consultrelay.relay.signal.whip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.signal.whip.Door.attribute;
import static org.consultrelay.relay.signal.whip.Door.created;
import static org.consultrelay.relay.signal.whip.Door.freshRoom;
import static org.consultrelay.relay.signal.whip.Door.header;
import static org.consultrelay.relay.signal.whip.Door.refused;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.consultrelay.relay.room.PeerSession;
import org.consultrelay.relay.room.RoomLoop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A session's URL: trickle ICE, ICE restart, the end. */
@ExtendWith(SharedDoor.class)
class SessionTest {
  private static final String SAME = "a=ice-ufrag:cHr0\r\na=ice-pwd:aB3dE6gH9jK2mN5pQ8sT1vW4\r\n";
  private static final String NEW = "a=ice-ufrag:fresh\r\na=ice-pwd:0123456789abcdef012345\r\n";
  private static final String CANDIDATES =
      """
      m=audio 9 UDP/TLS/RTP/SAVPF 0
      a=mid:0
      a=candidate:1 1 udp 2130706431 127.0.0.1 40001 typ host
      a=candidate:2 1 udp 2130706431 0a1b2c3d-0000-4000-8000-000000000000.local 40002 typ host
      a=end-of-candidates
      """
          .replace("\n", "\r\n");

  private static String sessionOf(Door door, String token) {
    return created(door.publish(token));
  }

  @Test
  void candidatesAreNoted(Door door) {
    String token = door.token(freshRoom(), "patient");
    HttpResponse<String> published = door.publish(token);
    HttpResponse<String> noted =
        door.patch(created(published), token, header(published, "ETag"), SAME + CANDIDATES);
    assertThat(noted.statusCode()).isEqualTo(204);
    assertThat(noted.body()).isEmpty();
    assertThat(
            door.patch(created(published), token, header(published, "ETag"), CANDIDATES)
                .statusCode())
        .isEqualTo(204);
  }

  @Test
  void newCredentialsRestartIce(Door door) {
    for (String match : List.of("*", "\"*\"")) {
      String token = door.token(freshRoom(), "patient");
      HttpResponse<String> published = door.publish(token);
      String session = created(published);
      String before = header(published, "ETag");

      HttpResponse<String> restarted = door.patch(session, token, match, NEW + CANDIDATES);

      assertThat(restarted.statusCode()).as(restarted.body()).isEqualTo(200);
      assertThat(header(restarted, "Content-Type")).isEqualTo(Door.FRAGMENT);
      String after = header(restarted, "ETag");
      assertThat(after).matches("\"[^\"]+\"").isNotEqualTo(before);
      assertThat(attribute(restarted.body(), "ice-ufrag"))
          .isNotEqualTo(attribute(published.body(), "ice-ufrag"));
      assertThat(attribute(restarted.body(), "ice-pwd"))
          .isNotEqualTo(attribute(published.body(), "ice-pwd"));
      assertThat(attribute(restarted.body(), "candidate")).contains("127.0.0.1");
      assertThat(attribute(restarted.body(), "mid")).isEqualTo(attribute(published.body(), "mid"));
      // The old ICE session's name is over, the new one's holds.
      refused(door.patch(session, token, before, NEW + CANDIDATES), 412, "If-Match");
      assertThat(door.patch(session, token, after, NEW + CANDIDATES).statusCode()).isEqualTo(204);
    }
  }

  @Test
  void playersRestartTheSameWay(Door door) {
    String room = freshRoom();
    created(door.publish(door.token(room, "patient")));
    String token = door.token(room, "clinician");
    HttpResponse<String> player = door.play(token, "patient");
    HttpResponse<String> restarted = door.patch(created(player), token, "*", NEW + CANDIDATES);
    assertThat(restarted.statusCode()).isEqualTo(200);
    assertThat(header(restarted, "ETag")).isNotEqualTo(header(player, "ETag"));
  }

  @Test
  void aPatchMustSayWhichIceSession(Door door) {
    String token = door.token(freshRoom(), "patient");
    String session = sessionOf(door, token);
    refused(
        door.send("PATCH", session, token, CANDIDATES, "Content-Type", Door.FRAGMENT),
        428,
        "If-Match");
    for (String other : List.of("\"other\"", "other", "\"\"", "W/\"x\"")) {
      refused(door.patch(session, token, other, CANDIDATES), 412, "If-Match");
    }
  }

  @Test
  void aPatchMustBeAFragment(Door door) {
    String token = door.token(freshRoom(), "patient");
    String session = sessionOf(door, token);
    refused(
        door.send("PATCH", session, token, CANDIDATES, "Content-Type", Door.SDP, "If-Match", "*"),
        415,
        Door.FRAGMENT);
    refused(door.send("PATCH", session, token, CANDIDATES, "If-Match", "*"), 415, Door.FRAGMENT);
    refused(door.patch(session, token, "*", "nonsense"), 400, "x=value");
    refused(door.patch(session, token, "*", "a=ice-ufrag:!\r\n"), 400, "ice-ufrag");
  }

  @Test
  void theEndIs200AndThen404(Door door) {
    String token = door.token(freshRoom(), "patient");
    String session = sessionOf(door, token);
    assertThat(door.delete(session, token).statusCode()).isEqualTo(200);
    refused(door.delete(session, token), 404, "no such session");
    refused(door.patch(session, token, "*", NEW + CANDIDATES), 404, "no such session");
    refused(door.delete("/whip/v1/nonsense", token), 404, "no such session");
    refused(door.patch("/whep/v1/patient/nonsense", token, "*", NEW), 404, "no such session");
  }

  @Test
  void aSessionThatEndsMeanwhileIsNotRestarted(Door door) throws Exception {
    String token = door.token(freshRoom(), "patient");
    String path = sessionOf(door, token);
    PeerSession session =
        door.relay().relay().rooms().session(path.substring(path.lastIndexOf('/') + 1));
    assertThat(session).isNotNull();
    // Holds the room's loop until the request has been looked up, then ends the session first.
    RoomLoop loop = session.participant().room().loop();
    CountDownLatch held = new CountDownLatch(1);
    loop.execute(() -> {
      try {
        held.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      session.close();
    });
    CompletableFuture<HttpResponse<String>> reply =
        door.http()
            .sendAsync(
                door.request(path, token, "Content-Type", Door.FRAGMENT, "If-Match", "*")
                    .method("PATCH", HttpRequest.BodyPublishers.ofString(NEW + CANDIDATES))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    // Another request through the same HTTP loop, behind the first.
    assertThat(door.send("OPTIONS", path, null, "").statusCode()).isEqualTo(200);
    held.countDown();
    refused(reply.get(20, TimeUnit.SECONDS), 404, "no such session");
    assertThat(session.isEnded()).isTrue();
  }
}
