package org.consultrelay.relay.dtls;

import java.io.IOException;
import java.util.Hashtable;
import java.util.Vector;
import org.bouncycastle.tls.AbstractTlsClient;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CertificateStatusRequest;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.UseSRTPData;
import org.jspecify.annotations.Nullable;

/** Our choices as the DTLS client. */
@SuppressWarnings({"rawtypes", "unchecked", "JdkObsolete"}) // Bouncy Castle's signatures
final class DtlsClient extends AbstractTlsClient {
  private final Negotiation negotiation;

  DtlsClient(Negotiation negotiation) {
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
  protected Vector getSupportedGroups(Vector namedGroupRoles) {
    Vector groups = new Vector();
    for (int group : Negotiation.GROUPS) {
      groups.add(group);
    }
    return groups;
  }

  @Override
  protected Vector getSupportedSignatureAlgorithms() {
    return Negotiation.signatures();
  }

  @Override
  protected @Nullable CertificateStatusRequest getCertificateStatusRequest() {
    return null;
  }

  @Override
  public void notifySelectedCipherSuite(int selectedCipherSuite) {
    negotiation.link.protectWith(selectedCipherSuite);
  }

  @Override
  public boolean requiresExtendedMasterSecret() {
    // RFC 7627 §5.4: without it there must be no exporter, so no SRTP keys.
    return true;
  }

  @Override
  public boolean shouldCheckSigAlgOfPeerCerts() {
    // What signed a certificate that nobody vouches for does not matter; its fingerprint does.
    return false;
  }

  @Override
  public void notifySecureRenegotiation(boolean secureRenegotiation) {
    // RFC 5746 §4.1 lets a client talk to servers without it; we never renegotiate with anybody.
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
  public Hashtable getClientExtensions() throws IOException {
    Hashtable extensions = super.getClientExtensions();
    int[] profiles =
        negotiation.shared.srtpProfiles().stream().mapToInt(Integer::intValue).toArray();
    if (profiles.length > 0) {
      TlsSRTPUtils.addUseSRTPExtension(extensions, Negotiation.srtp(profiles));
    }
    return extensions;
  }

  @Override
  public void processServerExtensions(Hashtable serverExtensions) throws IOException {
    super.processServerExtensions(serverExtensions);
    if (negotiation.shared.srtpProfiles().isEmpty()) {
      return;
    }
    UseSRTPData answer = TlsSRTPUtils.getUseSRTPExtension(serverExtensions);
    if (answer == null) {
      negotiation.agreeOnSrtp(0);
      return;
    }
    // RFC 5764 §4.1.1: exactly one profile, one of ours, and our (absent) MKI or none.
    if (answer.getProtectionProfiles().length != 1 || answer.getMki().length != 0) {
      throw new TlsFatalAlert(AlertDescription.illegal_parameter);
    }
    negotiation.agreeOnSrtp(Negotiation.choose(negotiation.shared.srtpProfiles(), answer));
  }

  @Override
  public TlsAuthentication getAuthentication() {
    return new TlsAuthentication() {
      @Override
      public void notifyServerCertificate(TlsServerCertificate serverCertificate)
          throws IOException {
        negotiation.judge(serverCertificate.getCertificate());
      }

      @Override
      public TlsCredentials getClientCredentials(CertificateRequest certificateRequest) {
        return negotiation.shared.certificate().signer(context);
      }
    };
  }

  @Override
  public void notifyHandshakeComplete() {
    negotiation.complete(context, DtlsRole.CLIENT);
  }
}
