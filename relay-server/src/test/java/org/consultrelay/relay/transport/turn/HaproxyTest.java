package org.consultrelay.relay.transport.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.consultrelay.relay.Needs;
import org.consultrelay.relay.consult.TestRelay;
import org.consultrelay.relay.net.stream.TestCertificate;
import org.consultrelay.relay.stun.StunAttribute.XorMappedAddress;
import org.consultrelay.relay.stun.StunCodec;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.stun.StunMethod;
import org.consultrelay.relay.stun.StunWriter;
import org.consultrelay.relay.stun.TransactionId;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real HAProxy in front of the TLS port: the relay sees the clients' addresses, not its. */
class HaproxyTest {
  private static final String RELAY = "127.0.0.21";
  private static final String PROXY = "127.0.0.22";
  private static final InetAddress CLIENT = InetAddress.ofLiteral("127.0.0.23");
  private static final InetAddress OTHER = InetAddress.ofLiteral("127.0.0.24");

  @TempDir Path directory;

  private TestRelay relay() {
    return TestRelay.start(
        RELAY,
        TestCertificate.ofAddress(RELAY)
            .settings(
                directory,
                "tcp.tlsPort=0",
                "tcp.proxies=" + PROXY + "/32",
                "tcp.connectionsPerSource=2"));
  }

  private Process haproxy(int front, int behind, String header)
      throws IOException, InterruptedException {
    Path config = directory.resolve("haproxy.cfg");
    Files.writeString(
        config,
        """
        defaults
          mode tcp
          timeout connect 5s
          timeout client 30s
          timeout server 30s
        listen relay
          bind %s:%d
          source %s
          server relay %s:%d %s
        """
            .formatted(PROXY, front, PROXY, RELAY, behind, header));
    Process process =
        Tool.start(
            directory.resolve("haproxy.out"),
            List.of(Needs.program("haproxy"), "-db", "-f", config.toString()));
    for (int i = 0; i < 100; i++) {
      try (Socket probe = new Socket()) {
        probe.connect(new InetSocketAddress(InetAddress.ofLiteral(PROXY), front), 100);
        return process;
      } catch (IOException e) {
        if (!process.isAlive()) {
          throw new IOException(Files.readString(directory.resolve("haproxy.out")), e);
        }
        // It is not there yet.
        process.waitFor(50, java.util.concurrent.TimeUnit.MILLISECONDS);
      }
    }
    process.destroyForcibly();
    throw new IOException("haproxy does not listen");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral(PROXY))) {
      return socket.getLocalPort();
    }
  }

  /** TLS from one address, taking any certificate. */
  private static SSLSocket connect(InetAddress from, String host, int port) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        null,
        new TrustManager[] {
          new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type) {}

            @Override
            public X509Certificate[] getAcceptedIssuers() {
              return new X509Certificate[] {};
            }
          }
        },
        null);
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
    socket.bind(new InetSocketAddress(from, 0));
    socket.connect(new InetSocketAddress(InetAddress.ofLiteral(host), port), 5_000);
    socket.setSoTimeout(5_000);
    return socket;
  }

  private static TransportAddress seen(SSLSocket socket) throws IOException {
    socket
        .getOutputStream()
        .write(StunWriter.request(StunMethod.BINDING, new TransactionId(1, 2)).plain());
    DataInputStream in = new DataInputStream(socket.getInputStream());
    byte[] header = in.readNBytes(20);
    byte[] rest = in.readNBytes(ByteBuffer.wrap(header).getShort(2));
    byte[] whole = ByteBuffer.allocate(20 + rest.length).put(header).put(rest).array();
    return ((StunMessage) StunCodec.decode(whole)).get(XorMappedAddress.class).address();
  }

  @ParameterizedTest
  @ValueSource(strings = {"send-proxy-v2", "send-proxy"})
  void theClientsAddressIsSeen(String header) throws Exception {
    try (TestRelay relay = relay()) {
      int front = freePort();
      Process haproxy = haproxy(front, relay.relay().sharedTlsPort(), header);
      try (SSLSocket first = connect(CLIENT, PROXY, front);
          SSLSocket second = connect(CLIENT, PROXY, front);
          SSLSocket other = connect(OTHER, PROXY, front)) {
        assertThat(seen(first)).isEqualTo(TransportAddress.of(CLIENT, first.getLocalPort()));
        assertThat(seen(second)).isEqualTo(TransportAddress.of(CLIENT, second.getLocalPort()));
        // A third one of that client is too many; the other client is not counted with it.
        try (SSLSocket third = connect(CLIENT, PROXY, front)) {
          assertThat(fails(third)).isTrue();
        }
        assertThat(seen(other)).isEqualTo(TransportAddress.of(OTHER, other.getLocalPort()));
        assertThat(
                relay.metric(
                    "relay_connections_ended_total{door=\"turn\",reason=\"too_many_of_source\""))
            .isEqualTo(1);
      } finally {
        haproxy.destroyForcibly().waitFor();
      }
    }
  }

  private static boolean fails(SSLSocket socket) {
    try {
      seen(socket);
      return false;
    } catch (IOException | RuntimeException e) {
      return true;
    }
  }

  @Test
  void httpComesByTheSamePort() throws Exception {
    try (TestRelay relay = relay()) {
      int front = freePort();
      Process haproxy = haproxy(front, relay.relay().sharedTlsPort(), "send-proxy-v2");
      try (SSLSocket socket = connect(CLIENT, PROXY, front)) {
        socket
            .getOutputStream()
            .write(
                ("GET / HTTP/1.1\r\nHost: " + URI.create(relay.url()).getHost() + "\r\n\r\n")
                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        byte[] answer = socket.getInputStream().readNBytes(15);
        assertThat(new String(answer, java.nio.charset.StandardCharsets.US_ASCII))
            .isEqualTo("HTTP/1.1 200 OK");
      } finally {
        haproxy.destroyForcibly().waitFor();
      }
    }
  }
}
