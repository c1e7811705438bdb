package org.consultrelay.relay.consult;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A certificate signed by itself, for tests, made with the machine's openssl.
 *
 * @param certificate PEM
 * @param key PEM
 */
public record TestCertificate(Path certificate, Path key) {
  /** Makes one for this address, in this directory. */
  public static TestCertificate in(Path directory, String address) {
    TestCertificate made =
        new TestCertificate(directory.resolve("cert.pem"), directory.resolve("key.pem"));
    try {
      Process openssl =
          new ProcessBuilder(
                  "openssl",
                  "req",
                  "-x509",
                  "-newkey",
                  "rsa:2048",
                  "-nodes",
                  "-days",
                  "2",
                  "-subj",
                  "/CN=" + address,
                  "-addext",
                  "subjectAltName=IP:" + address,
                  "-keyout",
                  made.key.toString(),
                  "-out",
                  made.certificate.toString())
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("openssl.out").toFile())
              .start();
      if (!openssl.waitFor(20, TimeUnit.SECONDS) || openssl.exitValue() != 0) {
        throw new IllegalStateException(Files.readString(directory.resolve("openssl.out")));
      }
      return made;
    } catch (IOException e) {
      throw new IllegalStateException("no openssl", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The settings of a relay that uses it. */
  public String[] settings(String... more) {
    String[] all = new String[more.length + 2];
    all[0] = "http.tls.certificate=" + certificate;
    all[1] = "http.tls.key=" + key;
    System.arraycopy(more, 0, all, 2, more.length);
    return all;
  }
}
