package org.consultrelay.relay.stun;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.consultrelay.relay.stun.StunAttribute.IceControlled;
import org.consultrelay.relay.stun.StunAttribute.Nonce;
import org.consultrelay.relay.stun.StunAttribute.Priority;
import org.consultrelay.relay.stun.StunAttribute.Realm;
import org.consultrelay.relay.stun.StunAttribute.Software;
import org.consultrelay.relay.stun.StunAttribute.Username;
import org.consultrelay.relay.stun.StunAttribute.XorMappedAddress;
import org.consultrelay.relay.stun.StunMessage.Integrity;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.Test;

/** The test vectors of RFC 5769, and the one of RFC 8489 appendix B.1 (with erratum 6268). */
class Rfc5769Test {
  private static final String PASSWORD = "VOkJxbRl1RmTxUk/WvJxBt";
  private static final TransactionId ID = new TransactionId(0xb7e7a701, 0xbc34d686fa87dfaeL);
  private static final String ID_HEX = "2112a442 b7e7a701 bc34d686 fa87dfae";

  /** §2.1: with the SOFTWARE "STUN test client" and padding of blanks. */
  static final String REQUEST =
      "00010058"
          + ID_HEX
          + "80220010 5354554e 20746573 7420636c 69656e74"
          + "00240004 6e0001ff"
          + "80290008 932ff9b1 51263b36"
          + "00060009 6576746a 3a683676 59202020"
          + "00080014 9aeaa70c bfd8cb56 781ef2b5 b2d3f249 c1b571a2"
          + "80280004 e57a3bcf";

  /** §2.2. */
  static final String IPV4_RESPONSE =
      "0101003c"
          + ID_HEX
          + "8022000b 74657374 20766563 746f7220"
          + "00200008 0001a147 e112a643"
          + "00080014 2b91f599 fd9e90c3 8c7489f9 2af9ba53 f06be7d7"
          + "80280004 c07d4c96";

  /** §2.3. */
  static final String IPV6_RESPONSE =
      "01010048"
          + ID_HEX
          + "8022000b 74657374 20766563 746f7220"
          + "00200014 0002a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9"
          + "00080014 a382954e 4be67bf1 1784c97c 8292c275 bfe3ed41"
          + "80280004 c8fb0b4c";

  /** §2.4. */
  static final String LONG_TERM_REQUEST =
      "00010060 2112a442 78ad3433 c6ad72c0 29da412e"
          + "00060012 e3839ee3 8388e383 aae38383 e382afe3 82b90000"
          + "0015001c 662f2f34 39396b39 35346436 4f4c3334 6f4c3946 53547679 36347341"
          + "0014000b 6578616d 706c652e 6f726700"
          + "00080014 f6702465 6dd64a3e 02b8e071 2e85c9a2 8ca89666";

  /** RFC 8489 B.1: USERHASH, NONCE, REALM, PASSWORD-ALGORITHM (SHA-256), integrity with SHA-256. */
  static final String SHA256_REQUEST =
      "00010090 2112a442 78ad3433 c6ad72c0 29da412e"
          + "001e0020 4a3cf38f ef6992bd a952c678 0417da0f"
          + "         24819415 569e60b2 05c46e41 407f1704"
          + "00150029 6f624d61 744a6f73 32414141 43662f2f 3439396b 39353464"
          + "         364f4c33 346f4c39 46535476 79363473 41000000"
          + "0014000b 6578616d 706c652e 6f726700"
          + "001d0004 00020000"
          + "001c0020 b5c7bf00 5b6c52a2 1c51c5e8 92f81924"
          + "         136296cb 927c4314 9309278c c6518e65";

  static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  static StunMessage decoded(String hex) {
    return (StunMessage) StunCodec.decode(bytes(hex));
  }

  @Test
  void request() {
    StunMessage message = decoded(REQUEST);
    assertThat(message.is(StunMethod.BINDING, StunClass.REQUEST)).isTrue();
    assertThat(message.transactionId()).isEqualTo(ID);
    assertThat(message.attributes())
        .containsExactly(
            new Software("STUN test client"),
            new Priority(0x6e0001ffL),
            new IceControlled(0x932ff9b151263b36L),
            new Username("evtj:h6vY"));
    assertThat(message.unknownRequired()).isEmpty();
    assertThat(message.hasFingerprint()).isTrue();
    assertThat(message.length()).isEqualTo(108);
    assertThat(message.verify(IntegrityKey.shortTerm(PASSWORD))).isEqualTo(Integrity.VALID);
    assertThat(message.verify(IntegrityKey.shortTerm(PASSWORD + "x"))).isEqualTo(Integrity.INVALID);
  }

  @Test
  void ipv4Response() {
    StunMessage message = decoded(IPV4_RESPONSE);
    assertThat(message.is(StunMethod.BINDING, StunClass.SUCCESS)).isTrue();
    assertThat(message.transactionId()).isEqualTo(ID);
    assertThat(message.get(Software.class)).isEqualTo(new Software("test vector"));
    assertThat(message.get(XorMappedAddress.class))
        .isEqualTo(new XorMappedAddress(TransportAddress.ipv4(0xc0000201, 32853)));
    assertThat(message.verify(IntegrityKey.shortTerm(PASSWORD))).isEqualTo(Integrity.VALID);
  }

  @Test
  void ipv6Response() {
    StunMessage message = decoded(IPV6_RESPONSE);
    assertThat(message.get(XorMappedAddress.class))
        .isEqualTo(
            new XorMappedAddress(
                new TransportAddress(0x20010db812345678L, 0x0011223344556677L, 32853)));
    assertThat(message.verify(IntegrityKey.shortTerm(PASSWORD))).isEqualTo(Integrity.VALID);
  }

  @Test
  void longTermRequest() {
    StunMessage message = decoded(LONG_TERM_REQUEST);
    String user = "\u30DE\u30C8\u30EA\u30C3\u30AF\u30B9";
    assertThat(message.attributes())
        .containsExactly(
            new Username(user),
            new Nonce("f//499k954d6OL34oL9FSTvy64sA"),
            new Realm("example.org"));
    assertThat(message.hasFingerprint()).isFalse();
    assertThat(message.verify(IntegrityKey.longTerm(user, "example.org", "TheMatrIX")))
        .isEqualTo(Integrity.VALID);
    assertThat(message.verify(IntegrityKey.longTerm(user, "example.com", "TheMatrIX")))
        .isEqualTo(Integrity.INVALID);
  }

  @Test
  void sha256Request() {
    StunMessage message = decoded(SHA256_REQUEST);
    String user = "\u30DE\u30C8\u30EA\u30C3\u30AF\u30B9";
    assertThat(message.integrityAlgorithm()).isEqualTo(IntegrityAlgorithm.SHA256);
    assertThat(message.unknownRequired()).containsExactly(0x1e);
    assertThat(message.verify(IntegrityKey.longTermSha256(user, "example.org", "TheMatrIX")))
        .isEqualTo(Integrity.VALID);
    assertThat(message.verify(IntegrityKey.longTerm(user, "example.org", "TheMatrIX")))
        .isEqualTo(Integrity.INVALID);
  }

  @Test
  void weWriteTheSameBytes() {
    // Only the padding may differ (the RFC's own vectors pad with blanks), so: the one without.
    byte[] written =
        StunWriter.request(StunMethod.BINDING, new TransactionId(0x78ad3433, 0xc6ad72c029da412eL))
            .add(new Username("\u30DE\u30C8\u30EA\u30C3\u30AF\u30B9"))
            .add(new Nonce("f//499k954d6OL34oL9FSTvy64sA"))
            .add(new Realm("example.org"))
            .signedPlain(
                IntegrityKey.longTerm(
                    "\u30DE\u30C8\u30EA\u30C3\u30AF\u30B9", "example.org", "TheMatrIX"),
                IntegrityAlgorithm.SHA1);
    assertThat(written).isEqualTo(bytes(LONG_TERM_REQUEST));
  }
}
