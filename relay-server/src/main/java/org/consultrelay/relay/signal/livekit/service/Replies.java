package org.consultrelay.relay.signal.livekit.service;

import com.google.protobuf.Message;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.Objects;

/** Answers over HTTP. Errors are JSON in either encoding, as Twirp has them. */
final class Replies {
  private Replies() {}

  /** An answer longer than this, in bytes of protobuf, is written away from the loop of HTTP. */
  private static final int LONG = 64 << 10;

  static void send(Vertx vertx, HttpServerResponse response, Encoding encoding, Answer answer) {
    if (response.ended() || response.closed()) {
      return;
    }
    response.putHeader("Cache-Control", "no-store");
    switch (answer) {
      case Answer.Done(Message message) -> {
        response.putHeader("Content-Type", encoding.type());
        if (message.getSerializedSize() < LONG) {
          response.end(Buffer.buffer(encoding.write(message))).onFailure(gone -> {});
        } else {
          vertx
              .executeBlocking(() -> Buffer.buffer(encoding.write(message)), false)
              .compose(written -> response.end(Objects.requireNonNull(written)))
              .onFailure(gone -> {});
        }
      }
      case Answer.Failed failed -> {
        if (failed.retryAfterSeconds() > 0) {
          response.putHeader("Retry-After", Integer.toString(failed.retryAfterSeconds()));
        }
        response
            .setStatusCode(failed.status())
            .putHeader("Content-Type", Encoding.JSON.type())
            .end(body(failed).toBuffer())
            .onFailure(gone -> {});
      }
    }
  }

  private static JsonObject body(Answer.Failed failed) {
    JsonObject body = new JsonObject().put("code", failed.code().text()).put("msg", failed.text());
    if (!failed.meta().isEmpty()) {
      JsonObject meta = new JsonObject();
      failed.meta().forEach(meta::put);
      body.put("meta", meta);
    }
    return body;
  }
}
