package org.consultrelay.relay.dtls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Hashtable;
import java.util.List;
import org.bouncycastle.tls.ClientHello;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.UseSRTPData;
import org.jspecify.annotations.Nullable;

/**
 * Whether a handshake is worth beginning with a ClientHello. It is plain text that anybody may have
 * sent, so one that we can not serve is passed over in silence: no thread, no alert, and the
 * genuine one that comes before or after it is served.
 */
final class ClientHelloCheck {
  private ClientHelloCheck() {}

  /**
   * Looks at a ClientHello's body.
   *
   * @return null if we can serve it, or else what it fails for
   */
  static @Nullable DtlsFailure refusal(byte[] body, List<Integer> srtpProfiles) {
    try {
      ClientHello hello =
          ClientHello.parse(new ByteArrayInputStream(body), OutputStream.nullOutputStream());
      Hashtable<?, ?> extensions = hello.getExtensions();
      if (extensions == null
          || !offersVersion(hello, extensions)
          || !contains(hello.getCipherSuites(), Negotiation.CIPHER_SUITES)
          || !TlsExtensionsUtils.hasExtendedMasterSecretExtension(extensions)
          || !offersGroup(extensions)
          || !offersSignature(extensions)) {
        return DtlsFailure.INCOMPATIBLE;
      }
      if (srtpProfiles.isEmpty()) {
        return null;
      }
      UseSRTPData srtp = TlsSRTPUtils.getUseSRTPExtension(extensions);
      return srtp == null || Negotiation.choose(srtpProfiles, srtp) == 0
          ? DtlsFailure.NO_SRTP_PROFILE
          : null;
    } catch (IOException | RuntimeException e) {
      return DtlsFailure.INCOMPATIBLE;
    }
  }

  private static boolean offersVersion(ClientHello hello, Hashtable<?, ?> extensions)
      throws IOException {
    ProtocolVersion[] versions = TlsExtensionsUtils.getSupportedVersionsExtensionClient(extensions);
    return versions == null
        ? ProtocolVersion.DTLSv12.isEqualOrEarlierVersionOf(hello.getVersion())
        : ProtocolVersion.contains(versions, ProtocolVersion.DTLSv12);
  }

  private static boolean offersGroup(Hashtable<?, ?> extensions) throws IOException {
    int[] groups = TlsExtensionsUtils.getSupportedGroupsExtension(extensions);
    return groups == null || contains(groups, Negotiation.GROUPS);
  }

  private static boolean offersSignature(Hashtable<?, ?> extensions) throws IOException {
    List<?> algorithms = TlsExtensionsUtils.getSignatureAlgorithmsExtension(extensions);
    // Without the extension TLS 1.2 supposes SHA-1 (RFC 5246 §7.4.1.4.1), which we do not sign.
    return algorithms != null
        && algorithms.contains(
            SignatureScheme.getSignatureAndHashAlgorithm(SignatureScheme.ecdsa_secp256r1_sha256));
  }

  private static boolean contains(int[] offered, int[] ours) {
    for (int one : ours) {
      for (int other : offered) {
        if (one == other) {
          return true;
        }
      }
    }
    return false;
  }
}
