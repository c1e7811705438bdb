package org.consultrelay.relay.signal.whip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.signal.whip.Door.created;
import static org.consultrelay.relay.signal.whip.Door.freshRoom;
import static org.consultrelay.relay.signal.whip.Door.header;
import static org.consultrelay.relay.signal.whip.Door.refused;

import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTCreator;
import com.auth0.jwt.algorithms.Algorithm;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.consultrelay.relay.consult.TestRelay;
import org.consultrelay.relay.sdp.ChromiumOffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Who comes with a wrong token hears why, and nothing of the request is read. */
@ExtendWith(SharedDoor.class)
class TokenFaultsTest {
  private static final Algorithm OURS = Algorithm.HMAC256(TestRelay.SECRET);

  private static JWTCreator.Builder good() {
    return JWT.create()
        .withIssuer(TestRelay.KEY)
        .withSubject("patient")
        .withExpiresAt(Instant.now().plus(Duration.ofHours(1)))
        .withClaim("video", Map.of("roomJoin", true, "room", "r"));
  }

  static Stream<Arguments> faults() {
    Instant now = Instant.now();
    return Stream.of(
        Arguments.of("Bearer x", "not a JSON Web Token"),
        Arguments.of("Bearer a.b.c", "not a JSON Web Token"),
        Arguments.of("Bearer " + "x".repeat(8_193), "longer than 8192"),
        Arguments.of(bearer(good(), Algorithm.none()), "HS256"),
        Arguments.of(bearer(good(), Algorithm.HMAC512(TestRelay.SECRET)), "HS256"),
        Arguments.of(bearer(good().withIssuer("other"), OURS), "API key"),
        Arguments.of(bearer(good(), Algorithm.HMAC256("another-secret")), "signature"),
        Arguments.of(bearer(good().withClaim("exp", (Long) null), OURS), "expiry"),
        Arguments.of(bearer(good().withExpiresAt(now.minusSeconds(120)), OURS), "expired"),
        Arguments.of(bearer(good().withNotBefore(now.plusSeconds(600)), OURS), "not valid yet"),
        Arguments.of(bearer(good().withClaim("video", "all of it"), OURS), "claim video"),
        Arguments.of(bearer(good().withClaim("video", Map.of("room", "r")), OURS), "roomJoin"));
  }

  private static String bearer(JWTCreator.Builder token, Algorithm algorithm) {
    return "Bearer " + token.sign(algorithm);
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aFaultIs401WithAReason(String authorization, String words, Door door) {
    HttpResponse<String> response =
        door.send(
            "POST",
            "/whip/v1",
            null,
            ChromiumOffer.whip().text(),
            "Content-Type",
            Door.SDP,
            "Authorization",
            authorization);
    refused(response, 401, words);
    assertThat(header(response, "WWW-Authenticate")).isEqualTo("Bearer error=\"invalid_token\"");
  }

  @Test
  void noTokenIs401AtEveryPathAndMethod(Door door) {
    for (String path :
        List.of("/whip/v1", "/whip/v1/x", "/whep/v1/y", "/whep/v1/y/x", "/whep/v1")) {
      for (String method : List.of("GET", "POST", "PATCH", "DELETE", "PUT", "BREW")) {
        HttpResponse<String> response = door.send(method, path, null, "");
        refused(response, 401, "no token");
        assertThat(header(response, "WWW-Authenticate")).isEqualTo("Bearer");
      }
    }
    refused(door.send("GET", "/whep/v1", null, "", "Authorization", "Basic eDp5"), 401, "no token");
  }

  @Test
  void aTokenThatNamesNobodyOrNowhereIs400(Door door) {
    String nobody = good().withSubject("").sign(OURS);
    refused(door.publish(nobody), 400, "identity");
    String nowhere = good().withClaim("video", Map.of("roomJoin", true)).sign(OURS);
    refused(door.publish(nowhere), 400, "room");
  }

  @Test
  void theSchemeIsTakenInAnyCase(Door door) {
    String token = door.token(freshRoom(), "patient");
    created(
        door.send(
            "POST",
            "/whip/v1",
            null,
            ChromiumOffer.whip().text(),
            "Content-Type",
            Door.SDP,
            "Authorization",
            "bearer  " + token));
  }

  @Test
  void aWrongTokenIsAnsweredBeforeTheBodyIsThere(Door door) throws IOException {
    URI url = URI.create(door.relay().url());
    try (Socket socket = new Socket(url.getHost(), url.getPort())) {
      socket.setSoTimeout(10_000);
      OutputStream out = socket.getOutputStream();
      out.write(
          """
          POST /whip/v1 HTTP/1.1
          Host: x
          Content-Type: application/sdp
          Authorization: Bearer wrong
          Content-Length: 200000

          """
              .replace("\n", "\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      out.flush();
      InputStream in = socket.getInputStream();
      assertThat(new String(in.readNBytes(12), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 401");
    }
  }

  @Test
  void aSessionIsItsOwnersAlone(Door door) {
    String room = freshRoom();
    String patient = door.token(room, "patient");
    HttpResponse<String> published = door.publish(patient);
    String session = created(published);
    String tag = header(published, "ETag");
    String sameName = door.token(freshRoom(), "patient");
    created(door.publish(sameName));
    for (String stranger : List.of(door.token(room, "clinician"), sameName)) {
      refused(door.delete(session, stranger), 404, "no such session");
      refused(door.patch(session, stranger, tag, "a=end-of-candidates\r\n"), 404, "no such");
      refused(door.patch(session, stranger, "*", "a=end-of-candidates\r\n"), 404, "no such");
    }
    assertThat(door.isOpen(session, patient, tag)).isTrue();
    // A fresh token of the same person is as good as the first.
    assertThat(door.delete(session, door.token(room, "patient")).statusCode()).isEqualTo(200);
  }
}
