package org.consultrelay.relay.consult;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.api.TokenIssuer;
import org.consultrelay.relay.api.VideoGrant;

/** The back end of a practice, as an HTTP client. */
final class Practitioner {
  static final ObjectMapper JSON = new ObjectMapper();

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final String url;
  private final String token;

  Practitioner(TestRelay relay) {
    this(relay, TestRelay.KEY, TestRelay.SECRET);
  }

  Practitioner(TestRelay relay, String key, String secret) {
    this.url = relay.url();
    this.token = token(key, secret, true);
  }

  /** A token for the server API. */
  static String token(String key, String secret, boolean roomCreate) {
    VideoGrant grant =
        new VideoGrant(
            "",
            false,
            null,
            null,
            null,
            List.of(),
            false,
            false,
            false,
            false,
            false,
            roomCreate,
            false,
            false,
            false,
            "");
    return new TokenIssuer(key, secret, InstantSource.system())
        .issue(new Grants("", "", "", java.util.Map.of(), "", grant), Duration.ofMinutes(10));
  }

  HttpResponse<String> send(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(Duration.ofSeconds(20))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  HttpResponse<String> ask(String method, String path, String body) {
    return send(method, "/consult/v1" + path, body, "Authorization", "Bearer " + token);
  }

  /** Makes a consultation; {@code body} is without the outer brackets. */
  JsonNode make(String body) {
    return json(ask("POST", "/consultations", "{" + body + "}"), 201);
  }

  JsonNode look(JsonNode made) {
    return json(ask("GET", path(made), ""), 200);
  }

  static String path(JsonNode made) {
    return "/consultations/" + made.get("id").asText();
  }

  static JsonNode json(HttpResponse<String> response, int status) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
    try {
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A refusal says so in the agreed form. */
  static void refused(HttpResponse<String> response, int status, String code) {
    JsonNode body = json(response, status);
    assertThat(body.get("code").asText()).isEqualTo(code);
    assertThat(body.get("message").asText()).endsWith(".").doesNotContain("Exception");
  }
}
