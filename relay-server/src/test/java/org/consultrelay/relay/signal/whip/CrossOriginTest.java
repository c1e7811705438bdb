package org.consultrelay.relay.signal.whip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.signal.whip.Door.created;
import static org.consultrelay.relay.signal.whip.Door.freshRoom;
import static org.consultrelay.relay.signal.whip.Door.header;
import static org.consultrelay.relay.signal.whip.Door.refused;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.consultrelay.relay.sdp.ChromiumOffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What HTTP itself wants: pages of other origins, methods, unknown paths. */
@ExtendWith(SharedDoor.class)
class CrossOriginTest {
  private static final String ORIGIN = "https://practice.example";

  private static final Map<String, String> METHODS =
      Map.of(
          "/whip/v1", "POST, OPTIONS",
          "/whip/v1/x", "PATCH, DELETE, OPTIONS",
          "/whep/v1", "GET, HEAD, OPTIONS",
          "/whep/v1/patient", "POST, OPTIONS",
          "/whep/v1/patient/x", "PATCH, DELETE, OPTIONS");

  @Test
  void aPreflightIsAnsweredWithoutAToken(Door door) {
    for (String path : METHODS.keySet()) {
      for (String method : List.of("POST", "PATCH", "DELETE", "GET")) {
        HttpResponse<String> response =
            door.send(
                "OPTIONS",
                path,
                null,
                "",
                "Origin",
                ORIGIN,
                "Access-Control-Request-Method",
                method,
                "Access-Control-Request-Headers",
                "authorization,content-type,if-match");
        assertThat(response.statusCode()).isIn(200, 204);
        assertThat(header(response, "Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(header(response, "Access-Control-Allow-Methods")).contains(method);
        assertThat(header(response, "Access-Control-Allow-Headers").toLowerCase(Locale.ROOT))
            .contains("authorization", "content-type", "if-match");
        assertThat(header(response, "Access-Control-Max-Age")).isEqualTo("86400");
      }
    }
  }

  @Test
  void answersAndRefusalsAreForOtherOriginsToo(Door door) {
    String token = door.token(freshRoom(), "patient");
    HttpResponse<String> response =
        door.send(
            "POST",
            "/whip/v1",
            token,
            ChromiumOffer.whip().text(),
            "Content-Type",
            Door.SDP,
            "Origin",
            ORIGIN);
    created(response);
    assertThat(header(response, "Access-Control-Allow-Origin")).isEqualTo("*");
    assertThat(header(response, "Access-Control-Expose-Headers").toLowerCase(Locale.ROOT))
        .contains("location", "etag", "link", "accept-patch", "retry-after");
    HttpResponse<String> refused =
        door.send("POST", "/whip/v1", "wrong", "", "Origin", ORIGIN, "Content-Type", Door.SDP);
    refused(refused, 401, "JSON Web Token");
    assertThat(header(refused, "Access-Control-Allow-Origin")).isEqualTo("*");
  }

  @Test
  void optionsSayWhatMayBeSent(Door door) {
    METHODS.forEach((path, methods) -> {
      HttpResponse<String> response = door.send("OPTIONS", path, null, "");
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(header(response, "Allow")).isEqualTo(methods);
      assertThat(header(response, "Accept-Post"))
          .isEqualTo(methods.contains("POST") ? Door.SDP : "");
      assertThat(header(response, "Accept-Patch"))
          .isEqualTo(methods.contains("PATCH") ? Door.FRAGMENT : "");
    });
  }

  @Test
  void otherMethodsAre405WithThoseThatAreAllowed(Door door) {
    String token = door.token(freshRoom(), "patient");
    METHODS.forEach((path, methods) -> {
      for (String method : List.of("GET", "POST", "PUT", "PATCH", "DELETE", "BREW")) {
        if (!methods.contains(method)) {
          HttpResponse<String> response = door.send(method, path, token, "");
          refused(response, 405, "methods");
          assertThat(header(response, "Allow")).isEqualTo(methods);
        }
      }
      HttpResponse<String> head = door.send("HEAD", path, token, "");
      assertThat(head.statusCode()).isEqualTo(methods.contains("HEAD") ? 200 : 405);
      assertThat(head.body()).isEmpty();
    });
  }

  @Test
  void otherPathsAre404(Door door) {
    String token = door.token(freshRoom(), "patient");
    for (String path : List.of("/whip/v1/x/y", "/whep/v1/a/b/c", "/whip/v1/", "/whip/v1x")) {
      HttpResponse<String> response = door.send("GET", path, token, "");
      assertThat(response.statusCode()).as(path).isIn(404, 405);
      assertThat(header(response, "Content-Type")).isEqualTo("text/plain; charset=utf-8");
    }
    assertThat(door.send("GET", "/whip", token, "").statusCode()).isEqualTo(404);
    assertThat(door.send("GET", "/", null, "").body()).isEqualTo("OK");
  }
}
