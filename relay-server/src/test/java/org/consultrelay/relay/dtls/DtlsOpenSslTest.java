package org.consultrelay.relay.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Our endpoint against OpenSSL's, in both roles, over UDP. */
@Timeout(30)
class DtlsOpenSslTest {
  private static final String LABEL = "EXTRACTOR-dtls_srtp";
  private static final String BOTH = "SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_128_GCM";

  @TempDir private static Path directory;
  private static Fingerprint elliptic = Fingerprint.of(new byte[0]);
  private static Fingerprint rsa = Fingerprint.of(new byte[0]);

  @BeforeAll
  static void makeCertificates() throws Exception {
    elliptic = makeCertificate("ec", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1");
    rsa = makeCertificate("rsa", "-newkey", "rsa:2048");
  }

  @ParameterizedTest
  @CsvSource({
    // What OpenSSL offers as client, what we like, what must come of it, bytes to export.
    "SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_128_GCM, 7, 1, SRTP_AEAD_AES_128_GCM, 7, 56",
    "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80, 1, 7, SRTP_AES128_CM_SHA1_80, 1, 60",
    "SRTP_AEAD_AES_256_GCM:SRTP_AES128_CM_SHA1_80, 8, 1, SRTP_AEAD_AES_256_GCM, 8, 88",
  })
  void serverAgreesWithOpenSsl(
      String offered, int first, int second, String name, int profile, int length)
      throws Exception {
    try (TestLoop loop = new TestLoop()) {
      TestPeer server =
          new TestPeer(
              loop,
              loop.context(TestLoop.OURS, TestLoop.LIMITS, first, second),
              DtlsRole.SERVER,
              elliptic);
      try (OpenSsl.Socket socket = new OpenSsl.Socket(server)) {
        server.start();
        try (OpenSsl client = client(socket.port(), "ec", offered, length)) {
          DtlsKeys keys = server.awaitKeys();
          assertThat(keys.srtpProfile()).isEqualTo(profile);
          assertThat(client.await("Keying material:")).endsWith(hex(keys.material()));
          assertThat(client.seen())
              .contains("SRTP Extension negotiated, profile=" + name)
              .contains("Extended master secret: yes");

          client.type("from openssl");
          assertThat(server.awaitData()).isEqualTo("from openssl\n");
          loop.execute(() -> server.say("from us\n"));
          client.await("from us");
          client.type("Q"); // says close_notify
          assertThat(server.closed.get(5, TimeUnit.SECONDS)).isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ECDHE-ECDSA-AES128-GCM-SHA256, X25519:P-256, 0xC02B",
    "ECDHE-ECDSA-AES256-GCM-SHA384, P-256, 0xC02C",
    "ECDHE-ECDSA-CHACHA20-POLY1305, P-521:P-256:X25519, 0xCCA9",
  })
  void serverSpeaksEachCipherSuiteAndGroup(String cipher, String groups, String number)
      throws Exception {
    try (TestLoop loop = new TestLoop()) {
      TestPeer server = server(loop, elliptic);
      try (OpenSsl.Socket socket = new OpenSsl.Socket(server)) {
        server.start();
        try (OpenSsl client =
            client(socket.port(), "ec", BOTH, 56, "-cipher", cipher, "-groups", groups)) {
          DtlsKeys keys = server.awaitKeys();
          assertThat(keys.cipherSuite()).isEqualTo(Integer.decode(number));
          assertThat(client.await("Keying material:")).endsWith(hex(keys.material()));
          client.type("through " + cipher);
          assertThat(server.awaitData()).isEqualTo("through " + cipher + "\n");
        }
      }
    }
  }

  @Test
  void serverPutsFragmentsTogether() throws Exception {
    try (TestLoop loop = new TestLoop()) {
      TestPeer server = server(loop, rsa); // its certificate and signature are long
      try (OpenSsl.Socket socket = new OpenSsl.Socket(server)) {
        server.start();
        try (OpenSsl client = client(socket.port(), "rsa", BOTH, 56, "-mtu", "256")) {
          assertThat(client.await("Keying material:")).endsWith(hex(server.awaitKeys().material()));
        }
      }
    }
  }

  @Test
  void serverRefusesAClientWithoutACertificate() throws Exception {
    try (TestLoop loop = new TestLoop()) {
      TestPeer server = server(loop, elliptic);
      try (OpenSsl.Socket socket = new OpenSsl.Socket(server)) {
        server.start();
        try (OpenSsl client =
            new OpenSsl(
                "s_client", "-dtls1_2", "-use_srtp", BOTH, "-connect", address(socket.port()))) {
          assertThat(server.awaitFailure()).isEqualTo(DtlsFailure.NO_CERTIFICATE);
          client.await("alert handshake failure");
        }
      }
    }
  }

  @Test
  void serverRefusesAnotherCertificateThanAnnounced() throws Exception {
    try (TestLoop loop = new TestLoop()) {
      TestPeer server = server(loop, rsa);
      try (OpenSsl.Socket socket = new OpenSsl.Socket(server)) {
        server.start();
        try (OpenSsl client = client(socket.port(), "ec", BOTH, 56)) {
          assertThat(server.awaitFailure()).isEqualTo(DtlsFailure.FINGERPRINT_MISMATCH);
          client.await("alert bad certificate");
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"'', 1", "-listen, 1", "'', 7"})
  void clientAgreesWithOpenSsl(String cookies, int profile) throws Exception {
    int port = freePort();
    int length = DtlsKeys.materialLength(profile);
    String name = profile == 1 ? "SRTP_AES128_CM_SHA1_80" : "SRTP_AEAD_AES_128_GCM";
    try (TestLoop loop = new TestLoop()) {
      TestPeer client =
          new TestPeer(
              loop, loop.context(TestLoop.OURS, TestLoop.LIMITS, 7, 1), DtlsRole.CLIENT, elliptic);
      try (OpenSsl server = server(port, name, length, cookies);
          OpenSsl.Socket socket = new OpenSsl.Socket(client)) {
        server.await("ACCEPT");
        socket.sendTo(client, port);
        client.start();
        DtlsKeys keys = client.awaitKeys();
        assertThat(keys.srtpProfile()).isEqualTo(profile);
        assertThat(server.await("Keying material:")).endsWith(hex(keys.material()));
        assertThat(server.seen()).contains("SRTP Extension negotiated, profile=" + name);

        server.type("from openssl");
        assertThat(client.awaitData()).isEqualTo("from openssl\n");
        loop.execute(() -> client.say("from us\n"));
        server.await("from us");
        loop.execute(client.endpoint::close);
        server.await("DONE"); // what it says to close_notify
      }
    }
  }

  @Test
  void clientRefusesAnotherCertificateThanAnnounced() throws Exception {
    int port = freePort();
    try (TestLoop loop = new TestLoop()) {
      TestPeer client =
          new TestPeer(
              loop, loop.context(TestLoop.OURS, TestLoop.LIMITS, 7, 1), DtlsRole.CLIENT, rsa);
      try (OpenSsl server = server(port, BOTH, 56, "");
          OpenSsl.Socket socket = new OpenSsl.Socket(client)) {
        server.await("ACCEPT");
        socket.sendTo(client, port);
        client.start();
        assertThat(client.awaitFailure()).isEqualTo(DtlsFailure.FINGERPRINT_MISMATCH);
        server.await("alert bad certificate");
      }
    }
  }

  @Test
  void openSslReadsOurCertificateAsWeDo() throws Exception {
    Path file = directory.resolve("ours.der");
    Files.write(file, TestLoop.OURS.der());
    String text =
        OpenSsl.run(
            "x509",
            "-inform",
            "DER",
            "-in",
            file.toString(),
            "-noout",
            "-fingerprint",
            "-sha256",
            "-subject",
            "-text");
    assertThat(text)
        .contains("ingerprint=" + TestLoop.OURS.fingerprint().text())
        .contains("ecdsa-with-SHA256")
        .contains("prime256v1")
        .containsPattern("subject=CN = [0-9a-f]{16}");
    assertThat(OpenSsl.run("verify", "-CAfile", pem(file), pem(file))).contains(": OK");
  }

  private static TestPeer server(TestLoop loop, Fingerprint remote) {
    return new TestPeer(
        loop, loop.context(TestLoop.OURS, TestLoop.LIMITS, 7, 1), DtlsRole.SERVER, remote);
  }

  private static OpenSsl client(
      int port, String certificate, String profiles, int length, String... more) throws Exception {
    String[] arguments = {
      "s_client",
      "-dtls1_2",
      "-connect",
      address(port),
      "-cert",
      directory.resolve(certificate + ".crt").toString(),
      "-key",
      directory.resolve(certificate + ".key").toString(),
      "-use_srtp",
      profiles,
      "-keymatexport",
      LABEL,
      "-keymatexportlen",
      String.valueOf(length)
    };
    return new OpenSsl(concat(arguments, more));
  }

  private static OpenSsl server(int port, String profiles, int length, String more)
      throws Exception {
    String[] arguments = {
      "s_server",
      "-dtls1_2",
      "-accept",
      address(port),
      "-Verify",
      "1",
      "-cert",
      directory.resolve("ec.crt").toString(),
      "-key",
      directory.resolve("ec.key").toString(),
      "-use_srtp",
      profiles,
      "-keymatexport",
      LABEL,
      "-keymatexportlen",
      String.valueOf(length)
    };
    return new OpenSsl(more.isEmpty() ? arguments : concat(arguments, more));
  }

  private static Fingerprint makeCertificate(String name, String... key) throws Exception {
    Path file = directory.resolve(name + ".crt");
    String[] arguments = {
      "req",
      "-x509",
      "-nodes",
      "-days",
      "2",
      "-subj",
      "/CN=test",
      "-keyout",
      directory.resolve(name + ".key").toString(),
      "-out",
      file.toString()
    };
    OpenSsl.run(concat(arguments, key));
    String said = OpenSsl.run("x509", "-in", file.toString(), "-noout", "-fingerprint", "-sha256");
    Fingerprint theirs =
        Fingerprint.parse("sha-256", said.substring(said.indexOf('=') + 1).strip());
    try (InputStream in = Files.newInputStream(file)) {
      byte[] der = CertificateFactory.getInstance("X.509").generateCertificate(in).getEncoded();
      assertThat(theirs).isEqualTo(Fingerprint.of(der));
    }
    return theirs == null ? Fingerprint.of(new byte[0]) : theirs;
  }

  private static String pem(Path der) throws Exception {
    Path pem = directory.resolve("ours.pem");
    OpenSsl.run("x509", "-inform", "DER", "-in", der.toString(), "-out", pem.toString());
    return pem.toString();
  }

  private static String address(int port) {
    return InetAddress.getLoopbackAddress().getHostAddress() + ":" + port;
  }

  private static int freePort() throws Exception {
    try (DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      return socket.getLocalPort();
    }
  }

  private static String[] concat(String[] one, String... other) {
    String[] all = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, all, one.length, other.length);
    return all;
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes).toUpperCase(Locale.ROOT);
  }
}
