package org.consultrelay.load.run;

import com.google.protobuf.InvalidProtocolBufferException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import java.net.ConnectException;
import java.net.URI;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import livekit.LivekitRtc.Ping;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;
import org.jspecify.annotations.Nullable;

/**
 * The WebSocket of one participant to a relay: messages of the LiveKit client protocol both ways.
 * Blocking, except for {@link #send}; the relay's WebSocket pings are answered by the library.
 */
final class SignalLink {
  private static final int CLOSING_SECONDS = 2;
  private static final int MOST_REASON = 120;

  private final Vertx vertx;
  private final ClientWebSocket socket;
  private final LinkedBlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
  private volatile long heardNanos = System.nanoTime();
  private volatile long timer = -1;
  private volatile @Nullable String silent;

  /** A message, or null at the end. */
  private record Arrival(@Nullable SignalResponse message) {}

  private SignalLink(Vertx vertx, WebSocketClient client) {
    this.vertx = vertx;
    this.socket = client.webSocket();
    socket.binaryMessageHandler(this::received);
    socket.exceptionHandler(failure -> {
      // What breaks the connection closes it as well.
    });
    socket.closeHandler(closed -> ended());
  }

  /**
   * Connects.
   *
   * @param address with its query
   * @param untilNanos how long to wait at most, on {@link System#nanoTime()}'s clock
   * @throws JoinFailure when the relay refuses, with its status and what it says
   */
  static SignalLink open(Vertx vertx, WebSocketClient client, URI address, long untilNanos)
      throws JoinFailure, InterruptedException {
    SignalLink link = new SignalLink(vertx, client);
    Future<?> connecting =
        link.socket.connect(new WebSocketConnectOptions().setAbsoluteURI(address.toString()));
    try {
      connecting
          .toCompletionStage()
          .toCompletableFuture()
          .get(untilNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
      return link;
    } catch (TimeoutException e) {
      // It may still come about: nobody is there then.
      connecting.onSuccess(late -> link.socket.close());
      throw new JoinFailure("timed out at the WebSocket");
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    }
  }

  private static JoinFailure failure(@Nullable Throwable cause) {
    return switch (cause) {
      case UpgradeRejectedException refused -> {
        Buffer body = refused.getBody();
        String text = body == null ? "" : shortened(body.toString().strip());
        yield JoinFailure.http(refused.getStatus(), text, refused.getHeaders().get("Retry-After"));
      }
      case ConnectException refused -> new JoinFailure("connection refused");
      case null -> new JoinFailure("not connected");
      default -> new JoinFailure("WebSocket: " + cause.getClass().getSimpleName());
    };
  }

  private static String shortened(String text) {
    String line = text.lines().findFirst().orElse("");
    return line.length() <= MOST_REASON ? line : line.substring(0, MOST_REASON);
  }

  private void received(Buffer bytes) {
    heardNanos = System.nanoTime();
    try {
      arrivals.add(new Arrival(SignalResponse.parseFrom(bytes.getBytes())));
    } catch (InvalidProtocolBufferException e) {
      silent = "the relay sent what is no message";
      socket.close();
    }
  }

  private void ended() {
    vertx.cancelTimer(timer);
    arrivals.add(new Arrival(null));
  }

  /** The next message; null when the link is over. */
  @Nullable SignalResponse next() throws InterruptedException {
    return arrivals.take().message();
  }

  /** Sends a message, or nothing when the link is over. Any thread; order is kept for each. */
  void send(SignalRequest.Builder message) {
    if (!socket.isClosed()) {
      socket.writeBinaryMessage(Buffer.buffer(message.build().toByteArray()));
    }
  }

  /**
   * From now on says regularly that it is there, and gives up a relay that falls silent.
   *
   * @param intervalSeconds between signs of life
   * @param timeoutSeconds of silence; 0: never
   */
  void keepAlive(int intervalSeconds, int timeoutSeconds) {
    if (intervalSeconds <= 0) {
      return;
    }
    timer =
        vertx.setPeriodic(
            TimeUnit.SECONDS.toMillis(intervalSeconds),
            id -> {
              long silence = System.nanoTime() - heardNanos;
              if (timeoutSeconds > 0 && silence > TimeUnit.SECONDS.toNanos(timeoutSeconds)) {
                silent = "the relay fell silent";
                socket.close();
              } else if (socket.isClosed()) {
                vertx.cancelTimer(id);
              } else {
                send(
                    SignalRequest.newBuilder()
                        .setPingReq(Ping.newBuilder().setTimestamp(System.currentTimeMillis())));
              }
            });
  }

  /** Why it is over, as far as is known. */
  String end() {
    String known = silent;
    return known == null ? "the relay closed the WebSocket" : known;
  }

  /** Closes it, after what was sent before. Does not wait for long. */
  void close() throws InterruptedException {
    vertx.cancelTimer(timer);
    try {
      socket
          .close()
          .toCompletionStage()
          .toCompletableFuture()
          .get(CLOSING_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // It is gone or will be.
    }
  }
}
