package org.consultrelay.relay.signal.livekit;

import io.netty.handler.codec.DecoderException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import org.consultrelay.relay.signal.livekit.SignalCounters.Violation;
import org.jspecify.annotations.Nullable;

/**
 * Reads what comes over a WebSocket, and sees to it that something comes. On the loop for HTTP:
 * what can be refused here costs the rooms nothing.
 */
final class SignalReader {
  /** Of one message: session descriptions of large rooms are the longest. */
  static final int MOST_BYTES = 1 << 20;

  /** A session description costs the room's loop as much as so many other messages. */
  private static final int DESCRIPTION_WEIGHT = 10;

  /** Between our own pings (RFC 6455 §5.5.2), in milliseconds. */
  private static final long PING_MILLIS = 10_000;

  /** Without a sign of life for so long a socket is held to be dead, in nanoseconds. */
  private static final long SILENCE_NANOS = 25_000_000_000L;

  private final SignalSocket socket;
  private final SignalPeer peer;
  private final SignalCounters counters;
  private final SignalRate rate = new SignalRate();
  private long lastHeard = System.nanoTime();
  private @Nullable Buffer partial;
  private boolean over;

  SignalReader(SignalSocket socket, SignalPeer peer, SignalCounters counters) {
    this.socket = socket;
    this.peer = peer;
    this.counters = counters;
  }

  void read(Vertx vertx, ServerWebSocket opened) {
    opened.frameHandler(this::frame);
    opened.pongHandler(pong -> lastHeard = System.nanoTime());
    opened.exceptionHandler(failure -> {
      // Too long a message, or a frame that is none: the socket is closed by itself. Not so a peer
      // that is gone without a word, which may come back.
      if (failure instanceof DecoderException) {
        violation(Violation.TOO_LONG);
      }
    });
    long timer = vertx.setPeriodic(PING_MILLIS, id -> ping(opened));
    opened.closeHandler(gone -> {
      vertx.cancelTimer(timer);
      over = true;
      peer.closed(socket);
    });
  }

  private void ping(ServerWebSocket opened) {
    if (System.nanoTime() - lastHeard > SILENCE_NANOS) {
      counters.deadSockets.increment();
      opened.close().onFailure(gone -> {});
    } else {
      opened.writePing(Buffer.buffer()).onFailure(gone -> {});
    }
  }

  /** Puts messages together; what is too long is not kept until it ends. */
  private void frame(WebSocketFrame frame) {
    if (over) {
      return;
    }
    if (frame.isText()) {
      violation(Violation.TEXT);
    } else if (frame.isBinary() || frame.isContinuation()) {
      Buffer data = frame.binaryData();
      Buffer before = partial;
      if (data.length() + (before == null ? 0 : before.length()) > MOST_BYTES) {
        violation(Violation.TOO_LONG);
        return;
      }
      Buffer all = before == null ? data : before.appendBuffer(data);
      partial = frame.isFinal() ? null : before == null ? data.copy() : all;
      if (frame.isFinal()) {
        binary(all);
      }
    }
  }

  private void binary(Buffer bytes) {
    lastHeard = System.nanoTime();
    if (!rate.take(1, lastHeard)) {
      violation(Violation.TOO_MANY);
      return;
    }
    Inbound message = Inbound.read(bytes.getBytes());
    if (message != null
        && message.description() != null
        && !rate.take(DESCRIPTION_WEIGHT, lastHeard)) {
      violation(Violation.TOO_MANY);
    } else if (message == null) {
      violation(Violation.MALFORMED);
    } else {
      counters.received(message.request().getMessageCase());
      peer.received(socket, message);
    }
  }

  private void violation(Violation violation) {
    if (!over) {
      over = true;
      peer.violation(socket, violation);
    }
  }
}
