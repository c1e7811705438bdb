package org.consultrelay.relay.dtls;

import java.io.IOException;
import java.util.Hashtable;
import java.util.Vector;
import org.bouncycastle.tls.AbstractTlsServer;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.UseSRTPData;

/** Our choices as the DTLS server. */
@SuppressWarnings({"rawtypes", "unchecked", "JdkObsolete"}) // Bouncy Castle's signatures
final class DtlsServer extends AbstractTlsServer {
  private final Negotiation negotiation;
  private int srtpProfile;

  DtlsServer(Negotiation negotiation) {
    super(negotiation.shared.certificate().crypto());
    this.negotiation = negotiation;
  }

  @Override
  protected ProtocolVersion[] getSupportedVersions() {
    return ProtocolVersion.DTLSv12.only();
  }

  @Override
  protected int[] getSupportedCipherSuites() {
    return Negotiation.CIPHER_SUITES.clone();
  }

  @Override
  protected boolean selectCipherSuite(int cipherSuite) throws IOException {
    negotiation.link.protectWith(cipherSuite);
    return super.selectCipherSuite(cipherSuite);
  }

  @Override
  protected int selectECDH(int minimumCurveBits) {
    int[] offered = context.getSecurityParametersHandshake().getClientSupportedGroups();
    if (offered != null) {
      for (int group : Negotiation.GROUPS) {
        for (int one : offered) {
          if (one == group) {
            return group;
          }
        }
      }
      return -1;
    }
    return NamedGroup.secp256r1;
  }

  @Override
  public boolean requiresExtendedMasterSecret() {
    // RFC 7627 §5.4: without it there must be no exporter, so no SRTP keys.
    return true;
  }

  @Override
  public void notifySecureRenegotiation(boolean secureRenegotiation) {
    // RFC 5746 §4.3 lets a server serve clients without it; we never renegotiate with anybody.
  }

  @Override
  public int getHandshakeTimeoutMillis() {
    return (int) negotiation.shared.limits().handshakeTimeout().toMillis();
  }

  @Override
  public int getHandshakeResendTimeMillis() {
    return (int) negotiation.shared.limits().retransmission().toMillis();
  }

  @Override
  protected boolean allowCertificateStatus() {
    return false;
  }

  @Override
  public void processClientExtensions(Hashtable clientExtensions) throws IOException {
    super.processClientExtensions(clientExtensions);
    // RFC 6066 §4: not granted, because SCTP's packets would no longer fit a record.
    maxFragmentLengthOffered = -1;
    if (!negotiation.shared.srtpProfiles().isEmpty()) {
      UseSRTPData offer = TlsSRTPUtils.getUseSRTPExtension(clientExtensions);
      srtpProfile =
          offer == null ? 0 : Negotiation.choose(negotiation.shared.srtpProfiles(), offer);
      negotiation.agreeOnSrtp(srtpProfile);
    }
  }

  @Override
  public Hashtable getServerExtensions() throws IOException {
    Hashtable extensions = super.getServerExtensions();
    if (srtpProfile != 0) {
      TlsSRTPUtils.addUseSRTPExtension(extensions, Negotiation.srtp(srtpProfile));
    }
    return extensions;
  }

  @Override
  public TlsCredentials getCredentials() {
    return negotiation.shared.certificate().signer(context);
  }

  @Override
  public CertificateRequest getCertificateRequest() {
    return new CertificateRequest(
        new short[] {ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign},
        Negotiation.signatures(),
        new Vector());
  }

  @Override
  public void notifyClientCertificate(Certificate clientCertificate) throws IOException {
    negotiation.judge(clientCertificate);
  }

  @Override
  public void notifyHandshakeComplete() {
    negotiation.complete(context, DtlsRole.SERVER);
  }
}
