package org.consultrelay.relay.signal.whip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.consultrelay.relay.consult.TestRelay;
import org.consultrelay.relay.sdp.ChromiumOffer;
import org.jspecify.annotations.Nullable;

/** The WHIP and WHEP doors of a relay as an HTTP client sees them. */
final class Door implements AutoCloseable {
  static final String SDP = "application/sdp";
  static final String FRAGMENT = "application/trickle-ice-sdpfrag";

  private static final AtomicInteger ROOMS = new AtomicInteger();

  private final TestRelay relay;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  private Door(TestRelay relay) {
    this.relay = relay;
  }

  /** Of a relay of its own; {@code settings} are {@code key=value} pairs. */
  static Door open(String... settings) {
    return new Door(TestRelay.start("127.0.0.1", settings));
  }

  TestRelay relay() {
    return relay;
  }

  HttpClient http() {
    return http;
  }

  /** A room's name that no other test has. */
  static String freshRoom() {
    return "room-" + ROOMS.incrementAndGet();
  }

  String token(String room, String identity) {
    return relay.token(room, identity);
  }

  /** A request to this path with a token (none if null) and further headers. */
  HttpRequest.Builder request(String path, @Nullable String token, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(relay.url() + path)).timeout(Duration.ofSeconds(20));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return headers.length == 0 ? request : request.headers(headers);
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  HttpResponse<String> send(
      String method, String path, @Nullable String token, String body, String... headers) {
    return send(
        request(path, token, headers).method(method, HttpRequest.BodyPublishers.ofString(body)));
  }

  HttpResponse<String> post(String path, @Nullable String token, String sdp) {
    return send("POST", path, token, sdp, "Content-Type", SDP);
  }

  HttpResponse<String> publish(String token) {
    return post("/whip/v1", token, ChromiumOffer.whip().text());
  }

  HttpResponse<String> play(String token, String encodedIdentity) {
    return post("/whep/v1/" + encodedIdentity, token, ChromiumOffer.whep().text());
  }

  HttpResponse<String> patch(String path, String token, String match, String fragment) {
    return send("PATCH", path, token, fragment, "Content-Type", FRAGMENT, "If-Match", match);
  }

  HttpResponse<String> delete(String path, String token) {
    return send("DELETE", path, token, "");
  }

  HttpResponse<String> list(String token) {
    return send("GET", "/whep/v1", token, "");
  }

  /** The session that an answer says was made: its path. */
  static String created(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
    URI location = response.uri().resolve(header(response, "Location"));
    assertThat(location.getAuthority()).isEqualTo(response.uri().getAuthority());
    return location.getRawPath();
  }

  static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  /** A refusal is one plain sentence with this in it. */
  static void refused(HttpResponse<String> response, int status, String words) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(header(response, "Content-Type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(response.body()).contains(words).doesNotContain("\n").doesNotContain("Exception");
  }

  /** The first value of an attribute within SDP or a fragment. */
  static String attribute(String sdp, String name) {
    return sdp.lines()
        .filter(line -> line.startsWith("a=" + name + ":"))
        .map(line -> line.substring(name.length() + 3))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no a=" + name + " in " + sdp));
  }

  /** A session that is there takes a candidate; one that is not answers 404. */
  boolean isOpen(String session, String token, String entityTag) {
    HttpResponse<String> response = patch(session, token, entityTag, "a=end-of-candidates\r\n");
    assertThat(response.statusCode()).isIn(204, 404);
    return response.statusCode() == 204;
  }

  @Override
  public void close() {
    http.close();
    relay.close();
  }
}
