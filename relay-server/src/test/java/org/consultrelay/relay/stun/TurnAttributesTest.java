package org.consultrelay.relay.stun;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import org.consultrelay.relay.stun.StunAttribute.AdditionalAddressFamily;
import org.consultrelay.relay.stun.StunAttribute.AddressErrorCode;
import org.consultrelay.relay.stun.StunAttribute.AddressFamily;
import org.consultrelay.relay.stun.StunAttribute.ChannelNumber;
import org.consultrelay.relay.stun.StunAttribute.Data;
import org.consultrelay.relay.stun.StunAttribute.DontFragment;
import org.consultrelay.relay.stun.StunAttribute.EvenPort;
import org.consultrelay.relay.stun.StunAttribute.Icmp;
import org.consultrelay.relay.stun.StunAttribute.Lifetime;
import org.consultrelay.relay.stun.StunAttribute.PasswordAlgorithm;
import org.consultrelay.relay.stun.StunAttribute.PasswordAlgorithms;
import org.consultrelay.relay.stun.StunAttribute.RequestedAddressFamily;
import org.consultrelay.relay.stun.StunAttribute.RequestedTransport;
import org.consultrelay.relay.stun.StunAttribute.ReservationToken;
import org.consultrelay.relay.stun.StunAttribute.XorPeerAddress;
import org.consultrelay.relay.stun.StunAttribute.XorRelayedAddress;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TurnAttributesTest {
  private static final TransactionId ID = new TransactionId(1, 2);

  private static TransportAddress address(String host, int port) {
    return TransportAddress.of(InetAddress.ofLiteral(host), port);
  }

  static List<StunAttribute> attributes() {
    return List.of(
        new ChannelNumber(0x4001),
        new Lifetime(0xFFFF_FFFFL),
        new XorPeerAddress(address("192.0.2.1", 9)),
        new XorPeerAddress(address("2001:db8::7", 65_535)),
        new XorRelayedAddress(address("203.0.113.5", 49_152)),
        new XorRelayedAddress(address("2001:db8::1", 1)),
        new RequestedAddressFamily(AddressFamily.IPV6),
        new AdditionalAddressFamily(AddressFamily.IPV6),
        new EvenPort(true),
        new EvenPort(false),
        new RequestedTransport(17),
        new DontFragment(),
        new ReservationToken(0xF123_4567_89AB_CDEFL),
        new AddressErrorCode(AddressFamily.IPV4, 440),
        new Icmp(3, 4, 1_280),
        new Icmp(127, 511, -1),
        new PasswordAlgorithm(PasswordAlgorithm.SHA_256),
        new PasswordAlgorithms(List.of(2, 1)));
  }

  private static StunMessage read(byte[] bytes) {
    return (StunMessage) StunCodec.decode(bytes);
  }

  @ParameterizedTest
  @MethodSource("attributes")
  void isReadAsItWasWritten(StunAttribute attribute) {
    StunMessage message =
        read(StunWriter.request(StunMethod.ALLOCATE, ID).add(attribute).fingerprinted());
    assertThat(message.attributes()).containsExactly(attribute);
    assertThat(message.unknownRequired()).isEmpty();
  }

  @Test
  void dataOfAnyLength() {
    for (int length : new int[] {0, 1, 3, 4, 1_400}) {
      byte[] bytes = new byte[length];
      StunMessage message =
          read(StunWriter.indication(StunMethod.SEND, ID).add(new Data(bytes)).plain());
      assertThat(message.get(Data.class).bytes()).hasSize(length);
    }
  }

  /** As RFC 8656 §18 draws them. */
  @ParameterizedTest
  @CsvSource({
    "000C 0004 4001 0000, ChannelNumber[number=16385]",
    "000D 0004 0000 0258, Lifetime[seconds=600]",
    "0019 0004 11 000000, RequestedTransport[protocol=17]",
    "0017 0004 02 000000, RequestedAddressFamily[family=IPV6]",
    "8000 0004 02 000000, AdditionalAddressFamily[family=IPV6]",
    "0018 0001 80 000000, EvenPort[reserveNext=true]",
    "001A 0000, DontFragment[]",
    "8001 0004 02 00 04 28, 'AddressErrorCode[family=IPV6, code=440]'",
    // Type 3 in 7 bits, code 4 in 9.
    "8004 0008 0000 0604 00000500, 'Icmp[type=3, code=4, data=1280]'",
    "001D 0004 0002 0000, PasswordAlgorithm[number=2]",
    "8002 0008 0002 0000 0001 0000, 'PasswordAlgorithms[numbers=[2, 1]]'",
  })
  void theBytesAreThoseOfTheStandard(String hex, String text) {
    byte[] attribute = HexFormat.of().parseHex(hex.replace(" ", ""));
    byte[] message = new byte[20 + attribute.length];
    System.arraycopy(HexFormat.of().parseHex("000300002112A442"), 0, message, 0, 8);
    message[3] = (byte) attribute.length;
    System.arraycopy(attribute, 0, message, 20, attribute.length);
    assertThat(read(message).attributes().toString()).isEqualTo("[" + text + "]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "000C 0003 400100 00",
        "000D 0008 0000025800000000",
        "0017 0004 03000000",
        "0018 0002 80000000",
        "001A 0004 00000000",
        "0022 0004 00000000",
        "8001 0002 02000000",
        "8004 0004 00000604",
        "001D 0008 0002000000010000",
        "8002 0004 00020008",
        "0012 0004 00010009",
        "0016 0008 0002000900000000"
      })
  void aWrongFormIsRefused(String hex) {
    byte[] attribute = HexFormat.of().parseHex(hex.replace(" ", ""));
    byte[] message = new byte[20 + attribute.length];
    System.arraycopy(HexFormat.of().parseHex("000300002112A442"), 0, message, 0, 8);
    message[3] = (byte) attribute.length;
    System.arraycopy(attribute, 0, message, 20, attribute.length);
    assertThat(StunCodec.decode(message)).isInstanceOf(StunDecoding.Malformed.class);
  }

  @Test
  void allPeersOfAMessageAreKept() {
    StunMessage message =
        read(
            StunWriter.request(StunMethod.CREATE_PERMISSION, ID)
                .add(new XorPeerAddress(address("192.0.2.1", 9)))
                .add(new Lifetime(1))
                .add(new Lifetime(2))
                .add(new XorPeerAddress(address("192.0.2.2", 9)))
                .plain());
    assertThat(message.all(XorPeerAddress.class))
        .containsExactly(
            new XorPeerAddress(address("192.0.2.1", 9)),
            new XorPeerAddress(address("192.0.2.2", 9)));
    assertThat(message.all(Lifetime.class)).containsExactly(new Lifetime(1));
  }
}
