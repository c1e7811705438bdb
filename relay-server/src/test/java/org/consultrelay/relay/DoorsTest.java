package org.consultrelay.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.consultrelay.relay.consult.TestRelay;
import org.consultrelay.relay.net.stream.TestCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The TCP and TLS ports of a whole relay. */
class DoorsTest {
  private static final String LOOPBACK = "127.0.0.1";
  private static final int SECONDS = 20;
  private static final byte[] PROXY =
      HexFormat.of().parseHex("0d0a0d0a000d0a515549540a2111000ccb007107c6336401c35101bb");

  @TempDir Path directory;

  @Test
  void httpOfAProxyIsServedAndThatOfAnybodyElseIsNot() throws IOException {
    try (TestRelay relay = TestRelay.start(LOOPBACK, "tcp.proxies=127.0.0.1/32")) {
      assertThat(get(connect(relay.relay().httpPort()), PROXY)).startsWith("HTTP/1.1 200");
      assertThat(get(connect(relay.relay().httpPort()), new byte[0])).isEmpty();
    }
    try (TestRelay relay = TestRelay.start(LOOPBACK, "tcp.proxies=192.0.2.0/24")) {
      assertThat(get(connect(relay.relay().httpPort()), PROXY)).isEmpty();
      assertThat(get(connect(relay.relay().httpPort()), new byte[0])).isEmpty();
    }
    try (TestRelay relay = TestRelay.start(LOOPBACK)) {
      assertThat(get(connect(relay.relay().httpPort()), new byte[0])).startsWith("HTTP/1.1 200");
      assertThat(get(connect(relay.relay().httpPort()), PROXY)).doesNotContain(" 200");
    }
  }

  @Test
  void aNewCertificateIsTakenByEveryTlsPort() throws IOException {
    Path chain = directory.resolve("chain.pem");
    Path key = directory.resolve("key.pem");
    write(TestCertificate.of("old.example", "EC"), chain, key);
    try (TestRelay relay =
        TestRelay.start(
            LOOPBACK, "http.tls.certificate=" + chain, "http.tls.key=" + key, "tcp.tlsPort=0")) {
      List<Integer> ports =
          List.of(
              relay.relay().httpPort(), relay.relay().sharedTlsPort(), relay.relay().turnTlsPort());
      for (int port : ports) {
        assertThat(shown(port)).isEqualTo("CN=old.example");
      }
      assertThat(protocol(relay.relay().httpPort(), "h2", "http/1.1")).isEqualTo("h2");

      TestCertificate.of("other.example", "EC").writeCertificate(chain);
      String reloads = "relay_certificate_reloads_total{outcome=";
      until(() -> relay.metric(reloads + "\"failed\"") >= 1);
      for (int port : ports) {
        assertThat(shown(port)).isEqualTo("CN=old.example");
      }

      // Late, because who says nothing is let go after ten seconds.
      SSLSocket before = tls(relay.relay().sharedTlsPort());
      before.startHandshake();
      write(TestCertificate.of("new.example", "RSA"), chain, key);
      until(() -> relay.metric(reloads + "\"taken\"") >= 1);
      for (int port : ports) {
        until(() -> shown(port).equals("CN=new.example"));
      }
      assertThat(protocol(relay.relay().httpPort(), "h2", "http/1.1")).isEqualTo("h2");
      assertThat(protocol(relay.relay().sharedTlsPort(), "http/1.1")).isEqualTo("http/1.1");
      assertThat(get(before, new byte[0])).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void refusedConnectionsAreInTheMetrics() throws IOException {
    try (TestRelay relay = TestRelay.start(LOOPBACK, "tcp.connectionsPerSource=2")) {
      List<Socket> sockets = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        sockets.add(connect(relay.relay().turnTcpPort()));
      }
      until(() ->
          relay.metric("relay_connections_ended_total{door=\"turn\",reason=\"too_many_of_source\"")
              == 3);
      for (Socket each : sockets) {
        each.close();
      }
    }
  }

  private static void write(TestCertificate certificate, Path chain, Path key) throws IOException {
    certificate.writeCertificate(chain);
    certificate.writeKey(key);
  }

  private static Socket connect(int port) throws IOException {
    Socket socket = new Socket(InetAddress.ofLiteral(LOOPBACK), port);
    socket.setSoTimeout(SECONDS * 1_000);
    return socket;
  }

  private static SSLSocket tls(int port) throws IOException {
    return (SSLSocket)
        TestCertificate.trusting()
            .getSocketFactory()
            .createSocket(connect(port), "relay.example", port, true);
  }

  private static String shown(int port) {
    try (SSLSocket socket = tls(port)) {
      socket.startHandshake();
      return socket.getSession().getPeerPrincipal().getName();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String protocol(int port, String... offered) throws IOException {
    try (SSLSocket socket = tls(port)) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(offered);
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return socket.getApplicationProtocol();
    }
  }

  /** What comes back until the connection closes; nothing when it is closed without an answer. */
  private static String get(Socket socket, byte[] before) throws IOException {
    try (socket) {
      socket.getOutputStream().write(before);
      socket
          .getOutputStream()
          .write(
              "GET / HTTP/1.1\r\nHost: relay\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      return ""; // a reset
    }
  }

  private static void until(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not in " + SECONDS + " seconds");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }
}
