package org.consultrelay.relay.signal.livekit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.api.VideoGrant;
import org.consultrelay.relay.consult.TestRelay;
import org.jspecify.annotations.Nullable;

/** The server API of a relay as an HTTP client sees it. */
final class ApiClient {
  static final String JSON = "application/json";
  static final String PROTOBUF = "application/protobuf";

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final TestRelay relay;

  ApiClient(TestRelay relay) {
    this.relay = relay;
  }

  /** A token of a back end's: rooms may be made and listed, and this one moderated. */
  String token(String room) {
    return token(room, true, true, true);
  }

  String token(String room, boolean create, boolean list, boolean admin) {
    return relay.token(
        new Grants(
            "",
            "",
            "",
            Map.of(),
            "",
            new VideoGrant(
                room, false, null, null, null, List.of(), false, false, false, false, false, create,
                list, admin, false, "")));
  }

  static String path(String method) {
    return "/twirp/livekit.RoomService/" + method;
  }

  HttpResponse<byte[]> send(String path, @Nullable String token, String type, byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(relay.url() + path))
            .timeout(Duration.ofSeconds(70))
            .header("Content-Type", type)
            .POST(BodyPublishers.ofByteArray(body));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return send(request);
  }

  HttpResponse<byte[]> send(HttpRequest.Builder request) {
    try {
      return HTTP.send(request.build(), BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  HttpResponse<byte[]> json(String method, @Nullable String token, JsonObject body) {
    return send(path(method), token, JSON, body.toBuffer().getBytes());
  }

  /** Does it with a token that may all in this room, and gives the answer. */
  JsonObject ok(String method, String room, JsonObject body) {
    HttpResponse<byte[]> response = json(method, token(room), body);
    assertThat(response.statusCode()).as("%s: %s", method, text(response)).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains(JSON);
    return new JsonObject(text(response));
  }

  /** Does it in protobuf with a token that may all in this room, and gives the answer. */
  <T extends Message> T ok(String method, String room, Message body, T answer) throws Exception {
    HttpResponse<byte[]> response = send(path(method), token(room), PROTOBUF, body.toByteArray());
    assertThat(response.statusCode()).as("%s: %s", method, text(response)).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains(PROTOBUF);
    @SuppressWarnings("unchecked")
    T read = (T) answer.newBuilderForType().mergeFrom(response.body()).build();
    return read;
  }

  /** Tries it with a token that may all in this room: it must fail so. */
  void fails(String method, String room, JsonObject body, int status, String code, String text) {
    failed(json(method, token(room), body), status, code, text);
  }

  static void failed(HttpResponse<byte[]> response, int status, String code, String text) {
    assertThat(response.statusCode()).as(text(response)).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains(JSON);
    JsonObject error = new JsonObject(text(response));
    assertThat(error.getString("code")).isEqualTo(code);
    assertThat(error.getString("msg")).contains(text);
  }

  static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), java.nio.charset.StandardCharsets.UTF_8);
  }
}
