package org.consultrelay.relay.transport.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.consultrelay.relay.consult.TestRelay;
import org.consultrelay.relay.net.stream.TestCertificate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TURN's DTLS port against the JDK's own DTLS. */
class TunnelTest {
  private static final InetAddress RELAY = InetAddress.ofLiteral("127.0.0.14");
  private static final InetAddress CLIENT = InetAddress.ofLiteral("127.0.0.15");

  /** A client without an allocation is let go after 30 s, so each test has a source of its own. */
  private static int sources = 20;

  private static final String HANDSHAKES = "relay_turn_dtls_handshakes_total{outcome=";
  private static final byte[] BINDING =
      HexFormat.of().parseHex("000100002112a442000102030405060708090a0b");

  @TempDir static Path directory;

  private static TestRelay relay;
  private static int port;

  @BeforeAll
  static void start() throws Exception {
    relay =
        TestRelay.start(
            RELAY.getHostAddress(),
            TestCertificate.of("relay.example", "EC")
                .settings(directory, "tcp.connectionsPerSource=6"));
    port = relay.relay().turnTlsPort();
  }

  @AfterAll
  static void stop() {
    relay.close();
  }

  private static DatagramSocket socket() throws Exception {
    return new DatagramSocket(new InetSocketAddress("127.0.0." + sources++, 0));
  }

  private static void asksForItsAddress(JsseDtlsClient client, int ownPort) throws Exception {
    client.send(BINDING);
    byte[] answer = client.receive();
    assertThat(answer).hasSize(32).startsWith(0x01, 0x01);
    int told = (Byte.toUnsignedInt(answer[26]) << 8 | Byte.toUnsignedInt(answer[27])) ^ 0x2112;
    assertThat(told).isEqualTo(ownPort);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void handshakesSurviveLosses(long seed) throws Exception {
    try (DatagramSocket socket = socket();
        JsseDtlsClient client =
            new JsseDtlsClient(socket, RELAY, port, seed == 1 ? 0 : 0.2, seed)) {
      assertThat(client.connect()).isTrue();
      assertThat(client.peer()).isEqualTo("CN=relay.example");
      asksForItsAddress(client, socket.getLocalPort());
    }
  }

  @Test
  void whoStartsAnewFromTheSamePortIsServedAnew() throws Exception {
    try (DatagramSocket socket = socket()) {
      int own = socket.getLocalPort();
      for (int i = 0; i < 3; i++) {
        socket.disconnect();
        JsseDtlsClient client = new JsseDtlsClient(socket, RELAY, port, 0, i);
        assertThat(client.connect()).isTrue();
        asksForItsAddress(client, own);
      }
    }
  }

  @Test
  void strangersLeaveNothingBehind() throws Exception {
    double connected = relay.metric(HANDSHAKES + "\"connected\"");
    double failed = relay.metric(HANDSHAKES + "\"failed\"");
    double greeted = relay.metric(HANDSHAKES + "\"greeted\"");
    double strays = relay.metric(HANDSHAKES + "\"stray\"");
    byte[] hello = hello();
    Random random = new Random(11);
    try (DatagramSocket socket = socket()) {
      socket.connect(RELAY, port);
      socket.setSoTimeout(2_000);
      byte[] garbage = new byte[200];
      for (int i = 0; i < 50; i++) {
        random.nextBytes(garbage);
        socket.send(new DatagramPacket(garbage, 1 + random.nextInt(garbage.length)));
        socket.send(new DatagramPacket(hello, hello.length));
        DatagramPacket answer = new DatagramPacket(new byte[2_000], 2_000);
        socket.receive(answer);
        assertThat(answer.getLength()).isLessThan(hello.length);
        assertThat(answer.getData()[13]).as("HelloVerifyRequest").isEqualTo((byte) 3);
      }
    }
    assertThat(relay.metric(HANDSHAKES + "\"greeted\"")).isEqualTo(greeted + 50);
    assertThat(relay.metric(HANDSHAKES + "\"stray\"")).isEqualTo(strays + 50);
    assertThat(relay.metric(HANDSHAKES + "\"connected\"")).isEqualTo(connected);
    assertThat(relay.metric(HANDSHAKES + "\"failed\"")).isEqualTo(failed);
  }

  @Test
  void aCookieIsGoodForItsAddressOnly() throws Exception {
    byte[] hello = hello();
    try (DatagramSocket one = socket();
        DatagramSocket other = socket()) {
      byte[] cookie = cookie(one, hello);
      byte[] again = withCookie(hello, cookie);
      double greeted = relay.metric(HANDSHAKES + "\"greeted\"");
      other.connect(RELAY, port);
      other.setSoTimeout(2_000);
      other.send(new DatagramPacket(again, again.length));
      DatagramPacket answer = new DatagramPacket(new byte[2_000], 2_000);
      other.receive(answer);
      assertThat(answer.getData()[13]).as("asked again").isEqualTo((byte) 3);
      assertThat(relay.metric(HANDSHAKES + "\"greeted\"")).isEqualTo(greeted + 1);
      one.send(new DatagramPacket(again, again.length));
      one.receive(answer);
      assertThat(answer.getData()[13]).as("ServerHello").isEqualTo((byte) 2);
    }
  }

  @Test
  void oneSourceHasNoMoreThanItsShare() throws Exception {
    double before = relay.metric(HANDSHAKES + "\"too_many\"");
    List<DatagramSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 6; i++) {
        sockets.add(new DatagramSocket(new InetSocketAddress(CLIENT, 0)));
        assertThat(new JsseDtlsClient(sockets.getLast(), RELAY, port, 0, i).connect()).isTrue();
      }
      assertThat(relay.metric(HANDSHAKES + "\"too_many\"")).isEqualTo(before);
      byte[] hello = hello();
      sockets.add(new DatagramSocket(new InetSocketAddress(CLIENT, 0)));
      byte[] again = withCookie(hello, cookie(sockets.getLast(), hello));
      sockets.getLast().send(new DatagramPacket(again, again.length));
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      while (relay.metric(HANDSHAKES + "\"too_many\"") < before + 1) {
        assertThat(System.nanoTime()).isLessThan(end);
      }
    } finally {
      sockets.forEach(DatagramSocket::close);
    }
  }

  /** The first flight of a client. */
  private static byte[] hello() throws Exception {
    try (DatagramSocket here = new DatagramSocket(new InetSocketAddress(CLIENT, 0));
        DatagramSocket there = new DatagramSocket(new InetSocketAddress(CLIENT, 0))) {
      JsseDtlsClient client = new JsseDtlsClient(here, CLIENT, there.getLocalPort(), 0, 0);
      client.begin();
      DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
      there.setSoTimeout(2_000);
      there.receive(packet);
      return Arrays.copyOf(packet.getData(), packet.getLength());
    }
  }

  private static byte[] cookie(DatagramSocket socket, byte[] hello) throws Exception {
    socket.connect(RELAY, port);
    socket.setSoTimeout(2_000);
    socket.send(new DatagramPacket(hello, hello.length));
    DatagramPacket answer = new DatagramPacket(new byte[2_000], 2_000);
    socket.receive(answer);
    int at = 13 + 12 + 2;
    return Arrays.copyOfRange(answer.getData(), at + 1, at + 1 + answer.getData()[at]);
  }

  /** The second ClientHello: sequence numbers one up, the cookie in, lengths to match. */
  private static byte[] withCookie(byte[] hello, byte[] cookie) {
    int at = 13 + 12 + 2 + 32;
    at += 1 + hello[at]; // behind the session's name
    byte[] out = new byte[hello.length + cookie.length];
    System.arraycopy(hello, 0, out, 0, at);
    out[at] = (byte) cookie.length;
    System.arraycopy(cookie, 0, out, at + 1, cookie.length);
    System.arraycopy(hello, at + 1, out, at + 1 + cookie.length, hello.length - at - 1);
    int body = out.length - 13 - 12;
    out[10] = 1;
    out[11] = (byte) ((body + 12) >> 8);
    out[12] = (byte) (body + 12);
    out[15] = out[23] = (byte) (body >> 8);
    out[16] = out[24] = (byte) body;
    out[18] = 1;
    return out;
  }
}
