package org.consultrelay.relay.consult;

import io.vertx.core.Context;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.util.Optional;
import org.consultrelay.relay.consult.ConsultCounters.Fault;
import org.consultrelay.relay.consult.ConsultCounters.LinkUse;

/**
 * The WebSocket of one page. The first message must say by which link the page comes; until then
 * nobody is told anything. What it says is read on the loop of the socket.
 */
final class VisitLine implements Line {
  /** The longest message, in bytes. */
  private static final int MOST_BYTES = 4 << 10;

  private static final long HELLO_MILLIS = 10_000;
  private static final int MESSAGES_PER_MINUTE = 300;
  private static final int MESSAGES_IN_ONE_BURST = 60;

  /** RFC 6455 §7.4.1. */
  private static final short NORMAL = 1000;

  private static final short GOING_AWAY = 1001;
  private static final short UNACCEPTABLE = 1003;
  private static final short POLICY = 1008;
  private static final short TOO_BIG = 1009;

  private final ConsultService service;
  private final Context http;
  private final ServerWebSocket socket;
  private final String linkBase;
  private final Runnable known;
  private final long number;
  private final RateLimit rate;
  private final long patience;
  private boolean introduced;
  private boolean counted = true;
  private boolean ending;

  /**
   * For a socket that has just been opened; on its loop.
   *
   * @param known is told once, when the page has said who it is or has gone
   */
  VisitLine(
      ConsultService service,
      Context http,
      ServerWebSocket socket,
      String linkBase,
      Runnable known) {
    this.service = service;
    this.http = http;
    this.socket = socket;
    this.linkBase = linkBase;
    this.known = known;
    this.number = service.open();
    this.rate = new RateLimit(MESSAGES_PER_MINUTE, MESSAGES_IN_ONE_BURST, service.now());
    this.patience = http.owner().setTimer(HELLO_MILLIS, _ -> impatient());
  }

  /** Reads from now on. */
  void read() {
    socket.frameHandler(this::frame);
    socket.exceptionHandler(gone -> {});
    socket.closeHandler(_ -> closed());
  }

  private void impatient() {
    if (!introduced) {
      close(Fault.NO_HELLO, POLICY);
    }
  }

  private void closed() {
    http.owner().cancelTimer(patience);
    stranger();
    if (introduced) {
      service.lost(number);
    }
  }

  private void stranger() {
    if (counted) {
      counted = false;
      known.run();
    }
  }

  private void frame(WebSocketFrame frame) {
    if (ending || frame.isClose() || frame.isPing()) {
      return;
    }
    if (!frame.isText() || !frame.isFinal()) {
      close(Fault.TOO_LONG, frame.isBinary() ? UNACCEPTABLE : TOO_BIG);
    } else if (frame.binaryData().length() > MOST_BYTES) {
      close(Fault.TOO_LONG, TOO_BIG);
    } else if (!rate.take(service.now())) {
      close(Fault.FLOOD, POLICY);
    } else {
      message(frame.textData());
    }
  }

  private void message(String text) {
    Optional<PageMessage> message = Json.read(text, PageMessage.class);
    if (introduced) {
      message.ifPresentOrElse(
          read -> service.received(number, read),
          () -> say(ServiceMessage.Fault.of(ConsultRefusal.NOT_UNDERSTOOD)));
    } else if (message.isPresent() && "hello".equals(message.get().type())) {
      hello(message.get());
    } else {
      service.counters().fault(Fault.NO_HELLO);
      end(ServiceMessage.Fault.of(ConsultRefusal.NOT_UNDERSTOOD));
    }
  }

  private void hello(PageMessage message) {
    String token = message.token() == null ? "" : message.token();
    Optional<String> link = service.links().check(token);
    if (link.isEmpty()) {
      service.counters().link(LinkUse.NOT_FOUND);
      end(ServiceMessage.Fault.of(ConsultRefusal.NO_LINK));
      return;
    }
    introduced = true;
    stranger();
    service.hello(number, this, link.get(), Words.name(message.name()));
  }

  @Override
  public void say(ServiceMessage message) {
    String text = Json.write(message);
    http.runOnContext(_ -> {
      if (!ending && !socket.isClosed()) {
        if (socket.writeQueueFull()) {
          // Whoever reads so slowly comes again and is told how things stand.
          socket.close(GOING_AWAY).onFailure(gone -> {});
        } else {
          socket.writeTextMessage(text).onFailure(gone -> {});
        }
      }
    });
  }

  @Override
  public void end(ServiceMessage last) {
    String text = Json.write(last);
    http.runOnContext(_ -> {
      if (!ending && !socket.isClosed()) {
        ending = true;
        socket
            .writeTextMessage(text)
            .onComplete(_ -> socket.close(NORMAL).onFailure(gone -> {}))
            .onFailure(gone -> {});
      }
    });
  }

  @Override
  public void cut() {
    http.runOnContext(_ -> shut(POLICY));
  }

  private void close(Fault fault, short status) {
    service.counters().fault(fault);
    shut(status);
  }

  private void shut(short status) {
    if (!ending) {
      ending = true;
      socket.close(status).onFailure(gone -> {});
    }
  }

  @Override
  public String linkBase() {
    return linkBase;
  }
}
