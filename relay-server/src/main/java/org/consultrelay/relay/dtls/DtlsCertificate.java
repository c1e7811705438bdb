package org.consultrelay.relay.dtls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.bc.BcX509v3CertificateBuilder;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcECContentSignerBuilder;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/**
 * Our certificate and its private key: ECDSA on P-256, signed by itself (RFC 8827 §6.5), made anew
 * at each start and never written down. Nobody checks its name or its dates, only its fingerprint;
 * the name is random so that it says nothing. Safe to share between threads.
 */
public final class DtlsCertificate {
  private static final SignatureAndHashAlgorithm ECDSA_SHA256 =
      SignatureScheme.getSignatureAndHashAlgorithm(SignatureScheme.ecdsa_secp256r1_sha256);

  private final BcTlsCrypto crypto;
  private final byte[] der;
  private final AsymmetricKeyParameter privateKey;
  private final Certificate chain;
  private final Fingerprint fingerprint;

  private DtlsCertificate(BcTlsCrypto crypto, byte[] der, AsymmetricKeyParameter privateKey)
      throws IOException {
    this.crypto = crypto;
    this.der = der;
    this.privateKey = privateKey;
    this.chain = new Certificate(new TlsCertificate[] {crypto.createCertificate(der)});
    this.fingerprint = Fingerprint.of(der);
  }

  /**
   * Makes one that is valid from yesterday (clocks differ) for a year.
   *
   * @param random also the random source of every handshake with this certificate; see {@link
   *     DtlsRandom}
   */
  public static DtlsCertificate generate(SecureRandom random) {
    return generate(random, Instant.now());
  }

  /** Makes one as if at the given time. */
  public static DtlsCertificate generate(SecureRandom random, Instant now) {
    ECKeyPairGenerator generator = new ECKeyPairGenerator();
    generator.init(
        new ECKeyGenerationParameters(
            new ECNamedDomainParameters(
                SECObjectIdentifiers.secp256r1,
                CustomNamedCurves.getByOID(SECObjectIdentifiers.secp256r1)),
            random));
    AsymmetricCipherKeyPair pair = generator.generateKeyPair();
    byte[] name = new byte[8];
    random.nextBytes(name);
    X500Name subject = new X500Name("CN=" + HexFormat.of().formatHex(name));
    try {
      BcX509v3CertificateBuilder builder =
          new BcX509v3CertificateBuilder(
              subject,
              new BigInteger(64, random).setBit(64),
              Date.from(now.minus(Duration.ofDays(1))),
              Date.from(now.plus(Duration.ofDays(365))),
              subject,
              pair.getPublic());
      byte[] der =
          builder
              .build(
                  new BcECContentSignerBuilder(
                          new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256),
                          new AlgorithmIdentifier(
                              NISTObjectIdentifiers.id_sha256, DERNull.INSTANCE))
                      .setSecureRandom(random)
                      .build(pair.getPrivate()))
              .getEncoded();
      return new DtlsCertificate(new RecordCrypto(random), der, pair.getPrivate());
    } catch (OperatorCreationException | IOException e) {
      throw new IllegalStateException("no certificate could be made", e);
    }
  }

  /** SHA-256 over the certificate: what our SDP announces. */
  public Fingerprint fingerprint() {
    return fingerprint;
  }

  /** The certificate in DER. */
  public byte[] der() {
    return der.clone();
  }

  BcTlsCrypto crypto() {
    return crypto;
  }

  /** What signs for us within one handshake. */
  TlsCredentialedSigner signer(TlsContext context) {
    return new BcDefaultTlsCredentialedSigner(
        new TlsCryptoParameters(context), crypto, privateKey, chain, ECDSA_SHA256);
  }
}
