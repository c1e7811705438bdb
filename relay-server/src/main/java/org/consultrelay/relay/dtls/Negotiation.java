package org.consultrelay.relay.dtls;

import java.io.IOException;
import java.util.List;
import java.util.Vector;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.ExporterLabel;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.UseSRTPData;
import org.jspecify.annotations.Nullable;

/**
 * What our client and our server have in common within one handshake: what we offer, how the peer
 * is judged, what came out. Used on the handshake's thread; read by others once that is over.
 */
final class Negotiation {
  /** Our cipher suites. The client's order wins; as the client we like AES-128-GCM best. */
  static final int[] CIPHER_SUITES = {
    CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
  };

  /** Our key exchange groups, the cheaper first. */
  static final int[] GROUPS = {NamedGroup.x25519, NamedGroup.secp256r1};

  // Of the peer's certificate key: RSA too, as some gateways have it, though browsers do not.
  private static final int[] SIGNATURES = {
    SignatureScheme.ecdsa_secp256r1_sha256,
    SignatureScheme.ecdsa_secp384r1_sha384,
    SignatureScheme.rsa_pss_rsae_sha256,
    SignatureScheme.rsa_pkcs1_sha256,
    SignatureScheme.rsa_pkcs1_sha384,
    SignatureScheme.rsa_pkcs1_sha512,
  };

  final DtlsContext shared;
  final Fingerprint remote;
  final RecordLink link;

  /** Why we ended the handshake, if we did. */
  @Nullable DtlsFailure failure;

  /** What was agreed on; null until the handshake is over. */
  @Nullable DtlsKeys keys;

  private int srtpProfile;

  Negotiation(DtlsContext shared, Fingerprint remote, RecordLink link) {
    this.shared = shared;
    this.remote = remote;
    this.link = link;
  }

  /** The first of ours that is among theirs; 0 if none. */
  static int choose(List<Integer> ours, UseSRTPData theirs) {
    for (int profile : ours) {
      for (int offered : theirs.getProtectionProfiles()) {
        if (offered == profile) {
          return profile;
        }
      }
    }
    return 0;
  }

  /** The signature algorithms that we verify. */
  @SuppressWarnings("JdkObsolete") // Bouncy Castle's type
  static Vector<SignatureAndHashAlgorithm> signatures() {
    Vector<SignatureAndHashAlgorithm> algorithms = new Vector<>();
    for (int scheme : SIGNATURES) {
      algorithms.add(SignatureScheme.getSignatureAndHashAlgorithm(scheme));
    }
    return algorithms;
  }

  /** What we have to say about SRTP: the profiles offered or the one chosen. No MKI. */
  static UseSRTPData srtp(int... profiles) {
    return new UseSRTPData(profiles, new byte[0]);
  }

  /** Records the profile; 0 ends the handshake (RFC 5764 §4.1). */
  void agreeOnSrtp(int profile) throws TlsFatalAlert {
    if (profile == 0) {
      throw fail(DtlsFailure.NO_SRTP_PROFILE, AlertDescription.handshake_failure);
    }
    srtpProfile = profile;
  }

  /** Judges the peer's certificate: the first of its chain must be the one announced in SDP. */
  void judge(Certificate certificate) throws IOException {
    if (certificate.isEmpty()) {
      throw fail(DtlsFailure.NO_CERTIFICATE, AlertDescription.handshake_failure);
    }
    if (!remote.matches(certificate.getCertificateAt(0).getEncoded())) {
      throw fail(DtlsFailure.FINGERPRINT_MISMATCH, AlertDescription.bad_certificate);
    }
  }

  /** Exports the keys; the master secret is gone when this call's caller returns. */
  void complete(TlsContext context, DtlsRole role) {
    int length = DtlsKeys.materialLength(srtpProfile);
    byte[] material =
        length == 0
            ? new byte[0]
            : context.exportKeyingMaterial(ExporterLabel.dtls_srtp, null, length);
    int cipherSuite = context.getSecurityParametersConnection().getCipherSuite();
    keys = new DtlsKeys(srtpProfile, material, role, cipherSuite);
  }

  private TlsFatalAlert fail(DtlsFailure reason, short alert) {
    failure = reason;
    return new TlsFatalAlert(alert);
  }
}
