package org.consultrelay.relay.signal.whip;

import io.vertx.core.http.HttpServerResponse;
import org.consultrelay.relay.room.RoomRefusal;

/**
 * An answer that says what went wrong, in one plain sentence.
 *
 * @param status the HTTP status
 * @param text the sentence
 */
record Problem(int status, String text) {
  /** When a full relay is worth another try, in seconds. */
  private static final int RETRY_AFTER_SECONDS = 5;

  static Problem of(RoomRefusal refusal) {
    int status =
        switch (refusal.reason()) {
          case RELAY_FULL, ROOM_FULL -> 503;
          case TOO_MANY_SESSIONS -> 429;
          case NOT_FOUND -> 404;
        };
    return new Problem(status, refusal.text());
  }

  void send(HttpServerResponse response) {
    if (response.ended()) {
      return;
    }
    response.setStatusCode(status).putHeader("Content-Type", "text/plain; charset=utf-8");
    if (status == 503 || status == 429) {
      response.putHeader("Retry-After", Integer.toString(RETRY_AFTER_SECONDS));
    }
    response.end(text).onFailure(gone -> {});
  }
}
