package org.consultrelay.relay.net.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.consultrelay.relay.net.IoMode;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PROXY headers count when they come from a configured proxy, and only then. */
class ProxiedDoorTest {
  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
  private static final TransportAddress CLIENT = TransportAddress.ipv4(0xCB007107, 50_001);
  private static final byte[] V1 =
      "PROXY TCP4 203.0.113.7 198.51.100.1 50001 443\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] V2 =
      HexFormat.of().parseHex(SIGNATURE + "2111000c" + "cb007107c6336401c35101bb");
  private static final byte[] V2_IPV6 =
      HexFormat.of()
          .parseHex(
              SIGNATURE
                  + "21210024"
                  + "20010db8000000000000000000000007"
                  + "20010db8000000000000000000000001"
                  + "c35101bb");

  /** LOCAL: the proxy itself asks whether we live. */
  private static final byte[] V2_LOCAL = HexFormat.of().parseHex(SIGNATURE + "20000000");

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theClientsAddressIsTheOneInTheHeader(int version) throws IOException {
    try (StreamFixture fixture = new StreamFixture(IoMode.AUTO)) {
      Socket socket = fixture.connect(behindProxy(fixture, new ConnectionGate(9, 9)));
      byte[] header = version == 1 ? V1 : V2;
      // In pieces, as a network may bring it.
      socket.getOutputStream().write(header, 0, 9);
      socket.getOutputStream().write(header, 9, header.length - 9);
      StreamDoorTest.echo(socket);
      assertThat(fixture.opened)
          .singleElement()
          .satisfies(each -> assertThat(each.remote()).isEqualTo(CLIENT));
    }
  }

  @Test
  void ipv6ComesThroughAnIpv4Proxy() throws IOException {
    try (StreamFixture fixture = new StreamFixture(IoMode.AUTO)) {
      Socket socket = fixture.connect(behindProxy(fixture, new ConnectionGate(9, 9)));
      socket.getOutputStream().write(V2_IPV6);
      StreamDoorTest.echo(socket);
      assertThat(fixture.opened)
          .singleElement()
          .satisfies(each ->
              assertThat(each.remote())
                  .isEqualTo(new TransportAddress(0x2001_0db8_0000_0000L, 7, 50_001)));
    }
  }

  @Test
  void aProxysOwnQuestionIsFromTheProxy() throws IOException {
    try (StreamFixture fixture = new StreamFixture(IoMode.AUTO)) {
      Socket socket = fixture.connect(behindProxy(fixture, new ConnectionGate(9, 9)));
      socket.getOutputStream().write(V2_LOCAL);
      StreamDoorTest.echo(socket);
      assertThat(fixture.opened)
          .singleElement()
          .satisfies(each -> assertThat(each.remote()).isEqualTo(StreamFixture.address(socket)));
    }
  }

  @Test
  void limitsCountClientsAndNotTheirProxy() throws IOException {
    try (StreamFixture fixture = new StreamFixture(IoMode.AUTO)) {
      ConnectionGate gate = new ConnectionGate(1, 9);
      StreamDoor door = behindProxy(fixture, gate);
      Socket first = fixture.connect(door);
      first.getOutputStream().write(V2);
      StreamDoorTest.echo(first);
      Socket other = fixture.connect(door);
      other.getOutputStream().write(V2_IPV6);
      StreamDoorTest.echo(other);
      Socket again = fixture.connect(door);
      again.getOutputStream().write(V1);
      assertThat(StreamFixture.isClosed(again)).isTrue();
      StreamFixture.until(() -> fixture.counters.ends(StreamEnd.TOO_MANY_OF_SOURCE) == 1);
      assertThat(gate.count()).isEqualTo(2);
    }
  }

  @Test
  void aProxyWithoutAHeaderIsRefused() throws IOException {
    try (StreamFixture fixture = new StreamFixture(IoMode.AUTO)) {
      Socket socket = fixture.connect(behindProxy(fixture, new ConnectionGate(9, 9)));
      socket.getOutputStream().write(new byte[200]);
      assertThat(StreamFixture.isClosed(socket)).isTrue();
      StreamFixture.until(() -> fixture.counters.ends(StreamEnd.GARBAGE) == 1);
      assertThat(fixture.counters.accepted()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aStrangersHeaderIsNotBelieved(int version) throws IOException {
    try (StreamFixture fixture = new StreamFixture(IoMode.AUTO)) {
      // Another machine is the proxy, so this client is none.
      StreamDoor door =
          fixture.open(
              StreamFraming.STUN,
              StreamLimits.DEFAULT,
              fixture.rules(new ConnectionGate(9, 9), "192.0.2.0/24", "2001:db8::/32"),
              null,
              null);
      Socket socket = fixture.connect(door);
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.writeBytes(version == 1 ? V1 : V2);
      all.writeBytes(HexFormat.of().parseHex("4001000161000000"));
      OutputStream out = socket.getOutputStream();
      out.write(all.toByteArray());
      assertThat(StreamFixture.isClosed(socket)).isTrue();
      StreamFixture.until(() -> fixture.counters.ends(StreamEnd.GARBAGE) == 1);
      assertThat(fixture.counters.receivedPackets()).isZero();
      StreamDoorTest.echo(fixture.connect(door));
    }
  }

  private static StreamDoor behindProxy(StreamFixture fixture, ConnectionGate gate)
      throws IOException {
    return fixture.open(
        StreamFraming.STUN, StreamLimits.DEFAULT, fixture.rules(gate, "127.0.0.0/8"), null, null);
  }
}
