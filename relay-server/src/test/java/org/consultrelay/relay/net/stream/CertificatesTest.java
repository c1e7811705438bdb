package org.consultrelay.relay.net.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Principal;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import org.consultrelay.relay.net.IoMode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PEM files that change under a running door. */
class CertificatesTest {
  @TempDir Path directory;
  private Path chain;
  private Path key;

  @BeforeEach
  void names() {
    chain = directory.resolve("chain.pem");
    key = directory.resolve("key.pem");
  }

  @Test
  void newConnectionsGetTheNewCertificateAndOldOnesGoOn() throws IOException {
    Certificates certificates = written("old.example", "RSA");
    AtomicInteger told = new AtomicInteger();
    certificates.onReload(told::incrementAndGet);
    try (StreamFixture fixture = new StreamFixture(IoMode.AUTO)) {
      StreamDoor door =
          fixture.open(
              StreamFraming.STUN,
              StreamLimits.DEFAULT,
              fixture.rules(new ConnectionGate(9, 9)),
              certificates,
              null);
      SSLSocket before = tls(fixture.connect(door));
      StreamDoorTest.echo(before);
      assertThat(shown(before)).isEqualTo("CN=old.example");
      assertThat(fixture.opened.peek().isEncrypted()).isTrue();

      certificates.check();
      assertThat(certificates.reloads()).isZero();
      TestCertificate next = TestCertificate.of("new.example", "EC");
      next.writeCertificate(chain);
      next.writeKey(key);
      certificates.check();
      assertThat(certificates.reloads()).isEqualTo(1);
      assertThat(told).hasValue(1);

      SSLSocket after = tls(fixture.connect(door));
      StreamDoorTest.echo(after);
      assertThat(shown(after)).isEqualTo("CN=new.example");
      StreamDoorTest.echo(before);
    }
  }

  @Test
  void filesThatCannotBeUsedLeaveTheOldCertificate() throws IOException {
    Certificates certificates = written("old.example", "EC");
    var before = certificates.context();
    TestCertificate next = TestCertificate.of("new.example", "EC");

    // Half way through a replacement: each file is good, but not the two of them together.
    next.writeCertificate(chain);
    certificates.check();
    assertThat(certificates.failures()).isEqualTo(1);
    assertThat(certificates.context()).isSameAs(before);
    // Said once, not at every look.
    certificates.check();
    assertThat(certificates.failures()).isEqualTo(1);

    TestCertificate.write(key, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    certificates.check();
    TestCertificate.write(chain, "nothing of the kind");
    certificates.check();
    Files.delete(chain);
    certificates.check();
    assertThat(certificates.failures()).isEqualTo(3);
    assertThat(certificates.reloads()).isZero();
    assertThat(certificates.context()).isSameAs(before);

    next.writeCertificate(chain);
    next.writeKey(key);
    certificates.check();
    assertThat(certificates.reloads()).isEqualTo(1);
    assertThat(certificates.context()).isNotSameAs(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC", "Ed25519"})
  void aKeyOfAnotherCertificateIsRefusedAtTheStart(String algorithm) throws IOException {
    written("good.example", algorithm);
    TestCertificate.of("other.example", algorithm).writeKey(key);
    assertThatThrownBy(() -> new Certificates(chain, key))
        .isInstanceOf(IOException.class)
        .hasMessage("the key does not belong to the certificate");
  }

  private Certificates written(String name, String algorithm) throws IOException {
    TestCertificate made = TestCertificate.of(name, algorithm);
    made.writeCertificate(chain);
    made.writeKey(key);
    return new Certificates(chain, key);
  }

  private static SSLSocket tls(Socket socket) throws IOException {
    return (SSLSocket)
        TestCertificate.trusting()
            .getSocketFactory()
            .createSocket(socket, "relay.example", socket.getPort(), true);
  }

  private static String shown(SSLSocket socket) throws IOException {
    Principal principal = socket.getSession().getPeerPrincipal();
    return principal.getName();
  }
}
