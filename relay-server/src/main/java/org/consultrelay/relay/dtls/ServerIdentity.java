package org.consultrelay.relay.dtls;

import java.io.IOException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Vector;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/**
 * A certificate that an authority has signed for a host name, and its key: who a tunnel's server
 * is. Safe to share between threads.
 */
public final class ServerIdentity {
  private final BcTlsCrypto crypto;
  private final AsymmetricKeyParameter key;
  private final Certificate chain;

  /**
   * Takes a chain and its key, which are not checked against each other.
   *
   * @param chain the server's own certificate first
   * @param key RSA or elliptic curve
   * @param random of every handshake
   * @throws IOException with one line, when they are of no use for DTLS
   */
  public ServerIdentity(List<X509Certificate> chain, PrivateKey key, SecureRandom random)
      throws IOException {
    this.crypto = new RecordCrypto(random);
    this.key = PrivateKeyFactory.createKey(key.getEncoded());
    TlsCertificate[] certificates = new TlsCertificate[chain.size()];
    for (int i = 0; i < certificates.length; i++) {
      try {
        certificates[i] = crypto.createCertificate(chain.get(i).getEncoded());
      } catch (CertificateEncodingException e) {
        throw new IOException("a certificate of the chain cannot be encoded", e);
      }
    }
    this.chain = new Certificate(certificates);
  }

  BcTlsCrypto crypto() {
    return crypto;
  }

  boolean isEllipticCurve() {
    return key instanceof ECPrivateKeyParameters;
  }

  /** What signs within one handshake, by an algorithm that the client offers. */
  @SuppressWarnings({"rawtypes", "JdkObsolete"}) // Bouncy Castle's signatures
  TlsCredentialedSigner signer(TlsContext context) throws IOException {
    Vector offered = context.getSecurityParametersHandshake().getClientSigAlgs();
    SignatureAndHashAlgorithm algorithm =
        TlsUtils.chooseSignatureAndHashAlgorithm(
            context,
            offered,
            isEllipticCurve() ? SignatureAlgorithm.ecdsa : SignatureAlgorithm.rsa);
    return new BcDefaultTlsCredentialedSigner(
        new TlsCryptoParameters(context), crypto, key, chain, algorithm);
  }
}
