package org.consultrelay.relay.net.stream;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A self-signed certificate of a name, with its key. */
public record TestCertificate(X509Certificate certificate, KeyPair keys) {
  private static long stamp = 1_000_000;

  /** Makes one; {@code algorithm} is RSA, EC or Ed25519. */
  public static TestCertificate of(String name, String algorithm) {
    return of(name, algorithm, false);
  }

  /** Makes one of an IP address, as browsers want it. */
  public static TestCertificate ofAddress(String address) {
    return of(address, "RSA", true);
  }

  private static TestCertificate of(String name, String algorithm, boolean address) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      if (algorithm.equals("RSA")) {
        generator.initialize(2_048);
      }
      KeyPair keys = generator.generateKeyPair();
      X500Name subject = new X500Name("CN=" + name);
      String signing =
          switch (algorithm) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> algorithm;
          };
      Instant now = Instant.now();
      X509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              subject,
              BigInteger.valueOf(now.toEpochMilli()),
              Date.from(now.minusSeconds(60)),
              Date.from(now.plusSeconds(3_600)),
              subject,
              keys.getPublic());
      if (address) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(new GeneralName(GeneralName.iPAddress, name)));
      }
      return new TestCertificate(
          new JcaX509CertificateConverter()
              .getCertificate(
                  builder.build(new JcaContentSignerBuilder(signing).build(keys.getPrivate()))),
          keys);
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes the certificate; a file's time is later than that of any written before. */
  public void writeCertificate(Path file) throws IOException {
    try {
      write(file, "CERTIFICATE", certificate.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes the key as PKCS #8. */
  public void writeKey(Path file) throws IOException {
    write(file, "PRIVATE KEY", keys.getPrivate().getEncoded());
  }

  /** Writes both into a directory: the settings of a relay that uses them, and more behind them. */
  public String[] settings(Path directory, String... more) {
    Path chain = directory.resolve("chain.pem");
    Path key = directory.resolve("key.pem");
    try {
      writeCertificate(chain);
      writeKey(key);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Stream.concat(
            Stream.of("http.tls.certificate=" + chain, "http.tls.key=" + key), Stream.of(more))
        .toArray(String[]::new);
  }

  private static void write(Path file, String label, byte[] der) throws IOException {
    write(
        file,
        "-----BEGIN "
            + label
            + "-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
            + "\n-----END "
            + label
            + "-----\n");
  }

  /** Writes anything into a file, with a new time. */
  public static void write(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.fromMillis(stamp += 1_000));
  }

  /** A client that trusts everybody: what it is shown is looked at by the test. */
  public static SSLContext trusting() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustsAll()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
