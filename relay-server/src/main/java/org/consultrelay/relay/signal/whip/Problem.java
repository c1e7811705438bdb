package org.consultrelay.relay.signal.whip;

import io.vertx.core.http.HttpServerResponse;
import org.consultrelay.relay.room.RoomRefusal;

/**
 * An answer that says what went wrong, in one plain sentence.
 *
 * @param status the HTTP status
 * @param text the sentence
 * @param retryAfterSeconds when another try is worth it, where the status is one that passes
 */
record Problem(int status, String text, int retryAfterSeconds) {
  private static final int RETRY_AFTER_SECONDS = 5;

  Problem(int status, String text) {
    this(status, text, RETRY_AFTER_SECONDS);
  }

  static Problem of(RoomRefusal refusal) {
    int status =
        switch (refusal.reason()) {
          case RELAY_FULL, TENANT_FULL, ROOM_FULL, DRAINING, OVERLOADED -> 503;
          case TOO_MANY_SESSIONS -> 429;
          case NOT_FOUND -> 404;
          case NOT_ADMITTED -> 403;
        };
    return new Problem(status, refusal.text(), refusal.retryAfterSeconds());
  }

  void send(HttpServerResponse response) {
    if (response.ended()) {
      return;
    }
    response.setStatusCode(status).putHeader("Content-Type", "text/plain; charset=utf-8");
    if (status == 503 || status == 429) {
      response.putHeader("Retry-After", Integer.toString(retryAfterSeconds));
    }
    response.end(text).onFailure(gone -> {});
  }
}
