package org.consultrelay.relay.net.stream;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A certificate's chain and the private key that belongs to it.
 *
 * @param chain the certificate in question first
 */
public record PemKeyPair(List<X509Certificate> chain, PrivateKey key) {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");

  /** Copies the list. */
  public PemKeyPair {
    chain = List.copyOf(chain);
  }

  /**
   * Reads both, and signs something to verify it: nothing else asks before a client does whether
   * they belong together, and while two files are replaced, one after the other, they do not.
   *
   * @param chain PEM, the certificate in question first
   * @param key PEM, PKCS #8
   * @throws GeneralSecurityException when they do not belong together, or are of no use
   */
  public static PemKeyPair read(byte[] chain, byte[] key) throws GeneralSecurityException {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Certificate each :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(chain))) {
      certificates.add((X509Certificate) each);
    }
    if (certificates.isEmpty()) {
      throw new CertificateException("no CERTIFICATE block");
    }
    PublicKey known = certificates.getFirst().getPublicKey();
    Matcher pem = KEY.matcher(new String(key, StandardCharsets.ISO_8859_1));
    if (!pem.find()) {
      throw new InvalidKeyException("no PRIVATE KEY block");
    }
    PrivateKey secret =
        KeyFactory.getInstance(known.getAlgorithm())
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1))));
    String algorithm =
        switch (known.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> known.getAlgorithm();
        };
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(secret);
    byte[] signed = signature.sign();
    signature.initVerify(known);
    if (!signature.verify(signed)) {
      throw new InvalidKeyException("the key does not belong to the certificate");
    }
    return new PemKeyPair(certificates, secret);
  }
}
