package org.consultrelay.relay.consult;

import io.vertx.core.Context;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import org.consultrelay.relay.consult.ConsultCounters.Fault;
import org.consultrelay.relay.consult.ConsultRefusal.Code;

/** Opens the lines of pages: WebSockets (RFC 6455) of JSON texts. */
final class VisitDoor {
  private static final int RETRY_SECONDS = 5;

  private final ConsultService service;
  private final Strangers strangers;

  VisitDoor(ConsultService service, Strangers strangers) {
    this.service = service;
    this.strangers = strangers;
  }

  /**
   * Answers a request for a line.
   *
   * @param base what links begin with that are made for this page
   */
  void open(RoutingContext context, String base) {
    if (!"websocket".equalsIgnoreCase(context.request().getHeader("Upgrade"))) {
      if (context.request().version() == HttpVersion.HTTP_1_1) {
        // Later versions know no such header (RFC 9113 §8.2.2).
        context.response().putHeader("Upgrade", "websocket");
      }
      ConsultDoor.refuse(
          context.response(), 426, ConsultRefusal.of(Code.INVALID, "This is a WebSocket."));
      return;
    }
    SocketAddress remote = context.request().remoteAddress();
    String source = remote == null || remote.hostAddress() == null ? "" : remote.hostAddress();
    if (!strangers.come(source)) {
      service.counters().fault(Fault.STRANGERS);
      ConsultRefusal refusal =
          ConsultRefusal.later(
              Code.TOO_MANY, "Too many at once from this network, try again.", RETRY_SECONDS);
      ConsultDoor.refuse(context.response(), refusal.code().status(), refusal);
      return;
    }
    Context http = context.vertx().getOrCreateContext();
    context
        .request()
        .toWebSocket()
        .onSuccess((ServerWebSocket opened) ->
            new VisitLine(service, http, opened, base, () -> strangers.known(source)).read())
        .onFailure(gone -> strangers.known(source));
  }
}
