package org.consultrelay.load.peer;

import java.io.IOException;
import java.io.Serial;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Posts offers to WHIP and WHEP endpoints (RFC 9725, draft-ietf-wish-whep). Blocking. */
public final class WhipClient {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

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
   * @param resource where it can be ended; null when the endpoint did not say
   * @param answer the endpoint's description
   */
  public record Session(@Nullable URI resource, String answer) {}

  /** An endpoint that answered, but not with a session; the message has its status and text. */
  public static final class Refused extends IOException {
    @Serial private static final long serialVersionUID = 1;

    private final int status;
    private final @Nullable String retryAfter;

    private Refused(HttpResponse<String> response) {
      super(response.statusCode() + " " + response.body());
      this.status = response.statusCode();
      this.retryAfter = response.headers().firstValue("Retry-After").orElse(null);
    }

    /** Its {@code Retry-After}; null when it has none. */
    public @Nullable String retryAfter() {
      return retryAfter;
    }

    /** The HTTP status. */
    public int status() {
      return status;
    }
  }

  /** Posts an offer; waits for 20 s. See {@link #post(URI, String, String, Duration)}. */
  public Session post(URI endpoint, String token, String offer)
      throws IOException, InterruptedException {
    return post(endpoint, token, offer, PATIENCE);
  }

  /**
   * Posts an offer.
   *
   * @param patience how long to wait for the answer
   * @throws Refused when the endpoint does not answer 201
   * @throws java.net.http.HttpTimeoutException when no answer came in time
   */
  public Session post(URI endpoint, String token, String offer, Duration patience)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(endpoint)
                .timeout(patience)
                .header("Content-Type", "application/sdp")
                .header("Authorization", "Bearer " + token)
                .POST(HttpRequest.BodyPublishers.ofString(offer))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 201) {
      throw new Refused(response);
    }
    @Nullable URI resource =
        response.headers().firstValue("Location").map(endpoint::resolve).orElse(null);
    return new Session(resource, response.body());
  }

  /** Ends a session. */
  public void delete(URI resource, String token) throws IOException, InterruptedException {
    http.send(
        HttpRequest.newBuilder(resource)
            .timeout(PATIENCE)
            .header("Authorization", "Bearer " + token)
            .DELETE()
            .build(),
        HttpResponse.BodyHandlers.discarding());
  }
}
