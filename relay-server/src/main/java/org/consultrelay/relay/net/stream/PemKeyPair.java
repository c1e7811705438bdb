package org.consultrelay.relay.net.stream;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether a private key belongs to a certificate. Nothing else asks before a client does, and while
 * two files are replaced, one after the other, they do not.
 */
final class PemKeyPair {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");

  private PemKeyPair() {}

  /**
   * Signs something and verifies it.
   *
   * @param chain PEM, the certificate in question first
   * @param key PEM, PKCS #8
   * @throws GeneralSecurityException when they do not belong together, or are of no use
   */
  static void check(byte[] chain, byte[] key) throws GeneralSecurityException {
    PublicKey known =
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(chain))
            .getPublicKey();
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
  }
}
