package org.consultrelay.relay.dtls;

import java.io.IOException;
import java.util.function.Consumer;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.bouncycastle.tls.TlsTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bouncy Castle's blocking handshake, run once on a thread of its own. It ends when the handshake
 * does, when its time is up, or when its link is aborted, whichever comes first, and always
 * reports.
 */
final class Handshake implements Runnable {
  /** How it ended. */
  sealed interface Outcome {
    /** The connection and its keys. */
    record Connected(DTLSTransport transport, DtlsKeys keys) implements Outcome {}

    /** Why there is none. */
    record Failed(DtlsFailure reason) implements Outcome {}
  }

  private static final Logger LOG = LoggerFactory.getLogger(Handshake.class);

  private final DtlsRole role;
  private final Negotiation negotiation;
  private final long timeoutNanos;
  private final Consumer<Outcome> report;

  /**
   * A handshake, not yet begun.
   *
   * @param report called once, on the handshake's thread
   */
  Handshake(DtlsRole role, Negotiation negotiation, long timeoutNanos, Consumer<Outcome> report) {
    this.role = role;
    this.negotiation = negotiation;
    this.timeoutNanos = timeoutNanos;
    this.report = report;
  }

  @Override
  public void run() {
    // Stands if an Error flies, such as a stack overflow in a certificate made for that.
    Outcome outcome = new Outcome.Failed(DtlsFailure.INTERNAL);
    try {
      outcome = connect();
    } catch (IOException | RuntimeException e) {
      DtlsFailure reason = reason(e);
      LOG.debug("DTLS handshake as {} failed: {} ({})", role, reason, e.toString());
      outcome = new Outcome.Failed(reason);
    } finally {
      negotiation.shared.gate().leave();
      report.accept(outcome);
    }
  }

  private Outcome connect() throws IOException {
    RecordLink link = negotiation.link;
    link.begin(timeoutNanos);
    DTLSTransport transport =
        switch (role) {
          case CLIENT -> new DTLSClientProtocol().connect(new DtlsClient(negotiation), link);
          case SERVER -> new DTLSServerProtocol().accept(new DtlsServer(negotiation), link);
        };
    link.flush();
    DtlsKeys keys = negotiation.keys;
    return keys == null
        ? new Outcome.Failed(DtlsFailure.INTERNAL)
        : new Outcome.Connected(transport, keys);
  }

  private DtlsFailure reason(Exception e) {
    if (negotiation.failure != null) {
      return negotiation.failure;
    }
    return switch (e) {
      case TlsFatalAlertReceived _ -> DtlsFailure.PEER_ALERT;
      case TlsTimeoutException _ -> DtlsFailure.TIMEOUT;
      default -> DtlsFailure.PROTOCOL;
    };
  }
}
