package org.consultrelay.load.run;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.consultrelay.load.peer.PeerMedia;

/**
 * In through the LiveKit client protocol as web clients speak it (generation v1): a WebSocket, and
 * one peer connection that publishes and plays.
 */
final class LiveKitDoor implements Door {
  private static final int MOST_MESSAGE = 8 << 20;
  private static final int MOST_SOCKETS = 1_000_000;

  private final URI url;
  private final Target target;
  private final LoadOptions options;
  private final PeerFactory peers;
  private final JoinLog log;

  /** Signalling has a loop of its own: to read it must not make the media late. */
  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));

  private final WebSocketClient client =
      vertx.createWebSocketClient(
          new WebSocketClientOptions()
              .setMaxConnections(MOST_SOCKETS)
              .setMaxFrameSize(MOST_MESSAGE)
              .setMaxMessageSize(MOST_MESSAGE));

  /**
   * A door.
   *
   * @param url as client SDKs are given it: {@code ws} or {@code wss}
   */
  LiveKitDoor(URI url, Target target, LoadOptions options, PeerFactory peers, JoinLog log) {
    this.url = url;
    this.target = target;
    this.options = options;
    this.peers = peers;
    this.log = log;
  }

  @Override
  public Visit enter(Attendance attendance) throws JoinFailure, InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(options.joinTimeoutSeconds());
    PeerMedia media = peers.media(attendance);
    LiveKitVisit visit = new LiveKitVisit(attendance, options, peers, media, log);
    String token = target.tokens().token(attendance.room(), attendance.leg().identity());
    try {
      visit.join(SignalLink.open(vertx, client, visit.address(url, token), until), until);
      return visit;
    } catch (JoinFailure | InterruptedException e) {
      visit.leave(true);
      throw e;
    }
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
