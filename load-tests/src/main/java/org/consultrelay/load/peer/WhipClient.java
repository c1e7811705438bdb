package org.consultrelay.load.peer;

import java.io.IOException;
import java.io.Serial;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Posts offers to WHIP and WHEP endpoints (RFC 9725, draft-ietf-wish-whep). Blocking. */
public final class WhipClient {
  // Over HTTP/2 all participants would share one connection and its hundred streams: the next join
  // then fails in the client.
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  /** A client without sessions. */
  public WhipClient() {}

  /**
   * A session that an endpoint has set up.
   *
   * @param resource where it can be ended
   * @param answer the endpoint's description
   */
  public record Session(URI resource, String answer) {}

  /** An endpoint that answered, but not with a session; the message has its status and text. */
  public static final class Refused extends IOException {
    @Serial private static final long serialVersionUID = 1;

    private final int status;

    private Refused(int status, String text) {
      super(status + " " + text);
      this.status = status;
    }

    /** The HTTP status. */
    public int status() {
      return status;
    }
  }

  /**
   * Posts an offer.
   *
   * @throws Refused when the endpoint does not answer 201
   */
  public Session post(URI endpoint, String token, String offer)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(endpoint)
                .timeout(Duration.ofSeconds(20))
                .header("Content-Type", "application/sdp")
                .header("Authorization", "Bearer " + token)
                .POST(HttpRequest.BodyPublishers.ofString(offer))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 201) {
      throw new Refused(response.statusCode(), response.body());
    }
    String location = response.headers().firstValue("Location").orElse("");
    return new Session(endpoint.resolve(location), response.body());
  }

  /** Ends a session. */
  public void delete(URI resource, String token) throws IOException, InterruptedException {
    http.send(
        HttpRequest.newBuilder(resource)
            .timeout(Duration.ofSeconds(20))
            .header("Authorization", "Bearer " + token)
            .DELETE()
            .build(),
        HttpResponse.BodyHandlers.discarding());
  }
}
