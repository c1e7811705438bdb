package org.consultrelay.relay.dtls;

import java.io.IOException;
import java.util.concurrent.Executor;
import org.bouncycastle.tls.AbstractTlsServer;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsCredentials;

/**
 * What the DTLS tunnels of a relay share (RFC 7350): a server with a certificate for clients
 * without one, as in HTTPS. Any thread.
 */
public final class TunnelServer {
  private static final int[] ECDSA = {
    CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
  };
  private static final int[] RSA = {
    CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    CipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
  };

  private final DtlsLimits limits;
  private final HandshakeGate gate;
  private final Executor handshakes;
  private volatile ServerIdentity identity;

  /**
   * A server.
   *
   * @param gate how many handshakes at once and per second; not that of participants, so that
   *     neither keeps the other out
   * @param handshakes runs each blocking handshake; meant for one virtual thread per task
   */
  public TunnelServer(
      ServerIdentity identity, DtlsLimits limits, HandshakeGate gate, Executor handshakes) {
    this.identity = identity;
    this.limits = limits;
    this.gate = gate;
    this.handshakes = handshakes;
  }

  /** Handshakes begin with this one from now on. */
  public void identity(ServerIdentity next) {
    identity = next;
  }

  DtlsLimits limits() {
    return limits;
  }

  HandshakeGate gate() {
    return gate;
  }

  Executor handshakes() {
    return handshakes;
  }

  ServerIdentity identity() {
    return identity;
  }

  /** Our choices within one handshake. */
  AbstractTlsServer choices(RecordLink link) {
    return new Choices(identity, link);
  }

  private final class Choices extends AbstractTlsServer {
    private final ServerIdentity mine;
    private final RecordLink link;

    Choices(ServerIdentity mine, RecordLink link) {
      super(mine.crypto());
      this.mine = mine;
      this.link = link;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
      return ProtocolVersion.DTLSv12.only();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
      return (mine.isEllipticCurve() ? ECDSA : RSA).clone();
    }

    @Override
    protected boolean selectCipherSuite(int cipherSuite) throws IOException {
      link.protectWith(cipherSuite);
      return super.selectCipherSuite(cipherSuite);
    }

    @Override
    public void notifySecureRenegotiation(boolean secureRenegotiation) {
      // RFC 5746 §4.3 lets a server serve clients without it; we never renegotiate with anybody.
    }

    @Override
    public int getHandshakeTimeoutMillis() {
      return (int) limits.handshakeTimeout().toMillis();
    }

    @Override
    public int getHandshakeResendTimeMillis() {
      return (int) limits.retransmission().toMillis();
    }

    @Override
    public TlsCredentials getCredentials() throws IOException {
      return mine.signer(context);
    }
  }
}
