package org.consultrelay.relay.signal.livekit;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import livekit.LivekitRtc.SignalResponse;
import org.jspecify.annotations.Nullable;

/**
 * The WebSocket of one participant as the room sees it: a place to put messages, from the room's
 * loop. It lives on a loop for HTTP; what is sent before it is open waits.
 */
final class SignalSocket {
  /** A client that reads more slowly than that is cut off, in bytes: it may resume. */
  private static final int MOST_UNSENT = 8 << 20;

  private static final int MOST_WAITING = 1_000;

  /** RFC 6455 §7.4.1: a normal end. */
  private static final short NORMAL = 1_000;

  private final Context http;
  private final SignalCounters counters;

  // Everything below is touched on the HTTP loop alone.
  private List<SignalResponse> waiting = new ArrayList<>();
  private @Nullable ServerWebSocket socket;
  private boolean over;
  private int unsent;

  /** A socket that will open on an HTTP loop's context. */
  SignalSocket(Context http, SignalCounters counters) {
    this.http = http;
    this.counters = counters;
  }

  /** Sends a message. Any thread; the order is kept. */
  void send(SignalResponse message) {
    http.runOnContext(_ -> write(message));
  }

  /** Sends a message that takes time to make. Any thread. */
  void send(Supplier<SignalResponse> message) {
    http.runOnContext(_ -> write(message.get()));
  }

  /** Ends it, after what was sent before. A client that was not told to leave will resume. */
  void end() {
    http.runOnContext(_ -> close());
  }

  /** The upgrade is done: what waited is sent. On the HTTP loop. */
  void open(ServerWebSocket opened) {
    socket = opened;
    List<SignalResponse> before = waiting;
    waiting = List.of();
    boolean ended = over;
    over = false;
    before.forEach(this::write);
    if (ended) {
      close();
    }
  }

  private void write(SignalResponse message) {
    ServerWebSocket open = socket;
    if (open == null) {
      if (!over && waiting.size() < MOST_WAITING) {
        waiting.add(message);
      }
      return;
    }
    if (over || open.isClosed()) {
      return;
    }
    byte[] bytes = message.toByteArray();
    if (unsent + bytes.length > MOST_UNSENT) {
      counters.slowSockets.increment();
      close();
      return;
    }
    unsent += bytes.length;
    counters.sent(message.getMessageCase());
    open.writeBinaryMessage(Buffer.buffer(bytes)).onComplete(done -> unsent -= bytes.length);
  }

  private void close() {
    over = true;
    ServerWebSocket open = socket;
    if (open != null && !open.isClosed()) {
      open.close(NORMAL).onFailure(gone -> {});
    }
  }
}
