package org.consultrelay.relay.stun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.consultrelay.relay.stun.StunAttribute.ErrorCode;
import org.consultrelay.relay.stun.StunAttribute.IceControlled;
import org.consultrelay.relay.stun.StunAttribute.IceControlling;
import org.consultrelay.relay.stun.StunAttribute.Nonce;
import org.consultrelay.relay.stun.StunAttribute.Priority;
import org.consultrelay.relay.stun.StunAttribute.Realm;
import org.consultrelay.relay.stun.StunAttribute.Software;
import org.consultrelay.relay.stun.StunAttribute.UnknownAttributes;
import org.consultrelay.relay.stun.StunAttribute.UseCandidate;
import org.consultrelay.relay.stun.StunAttribute.Username;
import org.consultrelay.relay.stun.StunAttribute.XorMappedAddress;
import org.consultrelay.relay.stun.StunDecoding.Malformed;
import org.consultrelay.relay.stun.StunDecoding.Reason;
import org.consultrelay.relay.stun.StunMessage.Integrity;
import org.consultrelay.relay.wire.Bytes;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StunCodecTest {
  private static final TransactionId ID = new TransactionId(0x01020304, 0x05060708090a0b0cL);
  private static final IntegrityKey KEY = IntegrityKey.shortTerm("a password of some length");
  private static final TransportAddress V4 = TransportAddress.ipv4(0x0A010203, 40_000);
  private static final TransportAddress V6 = new TransportAddress(0x20010db8L << 32, 7, 65_535);

  private static final List<StunAttribute> ALL =
      List.of(
          new Username("abcd:efghi"),
          new Realm("example.org"),
          new Nonce("n"),
          new Software(""),
          new XorMappedAddress(V4),
          new ErrorCode(487, "Role Conflict"),
          new UnknownAttributes(List.of(0x7FFF, 0x0003, 0x0001)),
          new Priority(0x7FFF_FFFFL),
          new UseCandidate(),
          new IceControlling(-1),
          new IceControlled(Long.MIN_VALUE));

  private static StunWriter request() {
    return StunWriter.request(StunMethod.BINDING, ID);
  }

  private static StunMessage message(byte[] bytes) {
    return (StunMessage) StunCodec.decode(bytes);
  }

  private static Reason reason(byte[] bytes) {
    return ((Malformed) StunCodec.decode(bytes)).reason();
  }

  /** A request of attributes given as bytes, with a right header. */
  static byte[] raw(byte[]... attributes) {
    int length = 0;
    for (byte[] attribute : attributes) {
      length += attribute.length;
    }
    ByteBuffer buffer = ByteBuffer.allocate(20 + length);
    buffer.putShort((short) 1).putShort((short) length).putInt(StunCodec.MAGIC_COOKIE);
    buffer.putInt(1).putLong(2);
    for (byte[] attribute : attributes) {
      buffer.put(attribute);
    }
    return buffer.array();
  }

  static byte[] attribute(int type, int length, byte... value) {
    ByteBuffer buffer = ByteBuffer.allocate(4 + ((value.length + 3) & ~3));
    buffer.putShort((short) type).putShort((short) length).put(value);
    return buffer.array();
  }

  @Test
  void everyAttributeComesBack() {
    StunWriter writer = request();
    ALL.forEach(writer::add);
    assertThat(message(writer.fingerprinted()).attributes()).isEqualTo(ALL);
    assertThat(message(request().add(new XorMappedAddress(V6)).plain()).attributes())
        .containsExactly(new XorMappedAddress(V6));
  }

  @ParameterizedTest
  @EnumSource(StunClass.class)
  void everyClassComesBack(StunClass messageClass) {
    StunMessage asked = message(request().plain());
    byte[] bytes =
        switch (messageClass) {
          case REQUEST -> request().plain();
          case INDICATION -> StunWriter.indication(StunMethod.BINDING, ID).plain();
          case SUCCESS -> StunWriter.success(asked).plain();
          case ERROR -> StunWriter.error(asked, 420, "").plain();
        };
    assertThat(message(bytes).messageClass()).isEqualTo(messageClass);
    assertThat(message(bytes).transactionId()).isEqualTo(ID);
  }

  @Test
  void methodAndClassBitsAreInterleaved() {
    for (int method = 0; method < 0x1000; method++) {
      for (StunClass messageClass : StunClass.values()) {
        int type = messageClass.type(method);
        assertThat(type).isLessThan(0x4000);
        assertThat(StunClass.methodOfType(type)).isEqualTo(method);
        assertThat(StunClass.ofType(type)).isEqualTo(messageClass);
      }
    }
    assertThat(StunClass.ERROR.type(1)).isEqualTo(0x0111);
  }

  @ParameterizedTest
  @EnumSource(IntegrityAlgorithm.class)
  void integrityOverWhatWasReceived(IntegrityAlgorithm algorithm) {
    byte[] bytes = request().add(new Username("a:b")).add(new Priority(7)).signed(KEY, algorithm);
    assertThat(message(bytes).integrityAlgorithm()).isEqualTo(algorithm);
    assertThat(message(bytes).verify(KEY)).isEqualTo(Integrity.VALID);
    assertThat(message(request().signedPlain(KEY, algorithm)).verify(KEY))
        .isEqualTo(Integrity.VALID);
    byte[] bare =
        request().add(new Username("a:b")).add(new Priority(7)).signedPlain(KEY, algorithm);
    int decoded = 0;
    for (int at = 0; at < bare.length; at++) {
      byte[] changed = bare.clone();
      changed[at] ^= 1;
      if (StunCodec.decode(changed) instanceof StunMessage message) {
        decoded++;
        assertThat(message.verify(KEY)).as("byte %d", at).isNotEqualTo(Integrity.VALID);
      }
    }
    assertThat(decoded).isGreaterThan(40);
  }

  @Test
  void noIntegrityIsAbsent() {
    assertThat(message(request().fingerprinted()).verify(KEY)).isEqualTo(Integrity.ABSENT);
  }

  @Test
  void withBothIntegritiesTheStrongerCounts() {
    byte[] sha1 = request().signedPlain(KEY, IntegrityAlgorithm.SHA1);
    byte[] wrongSha256 = attribute(0x001C, 32, new byte[32]);
    byte[] both = ByteBuffer.allocate(sha1.length + 36).put(sha1).put(wrongSha256).array();
    both[3] = (byte) (both[3] + 36);
    assertThat(message(sha1).verify(KEY)).isEqualTo(Integrity.VALID);
    assertThat(message(both).integrityAlgorithm()).isEqualTo(IntegrityAlgorithm.SHA256);
    assertThat(message(both).verify(KEY)).isEqualTo(Integrity.INVALID);
  }

  @Test
  void whatFollowsTheIntegrityIsIgnored() {
    byte[] signed = request().add(new Username("a:b")).signedPlain(KEY, IntegrityAlgorithm.SHA1);
    byte[] tail = attribute(0x0025, 0); // USE-CANDIDATE, added by somebody else
    byte[] unknown = attribute(0x0003, 4, (byte) 1, (byte) 2, (byte) 3, (byte) 4);
    byte[] malformed = attribute(0x0024, 1, (byte) 1); // PRIORITY of a wrong length
    byte[] again = attribute(0x0008, 20, new byte[20]); // a second MESSAGE-INTEGRITY
    int added = tail.length + unknown.length + malformed.length + again.length;
    ByteBuffer buffer = ByteBuffer.allocate(signed.length + added);
    byte[] bytes = buffer.put(signed).put(tail).put(unknown).put(malformed).put(again).array();
    bytes[3] = (byte) (bytes[3] + added);
    StunMessage message = message(bytes);
    assertThat(message.attributes()).containsExactly(new Username("a:b"));
    assertThat(message.unknownRequired()).isEmpty();
    assertThat(message.verify(KEY)).isEqualTo(Integrity.VALID);
  }

  @Test
  void ofTwoEqualAttributesTheFirstCounts() {
    byte[] bytes = request().add(new Priority(1)).add(new Priority(2)).plain();
    assertThat(message(bytes).attributes()).containsExactly(new Priority(1));
  }

  @Test
  void unknownAttributesAreListedWhenTheyMatter() {
    byte[] bytes =
        raw(
            attribute(0x7FFF, 1, (byte) 9),
            attribute(0xC057, 4, (byte) 0, (byte) 1, (byte) 0, (byte) 10),
            attribute(0x0003, 0),
            attribute(0x7FFF, 0));
    assertThat(message(bytes).unknownRequired()).containsExactly(0x7FFF, 0x0003);
    assertThat(message(bytes).attributes()).isEmpty();
  }

  @Test
  void reasons() {
    byte[] good = request().fingerprinted();
    assertThat(reason(new byte[0])).isEqualTo(Reason.TOO_SHORT);
    assertThat(reason(new byte[19])).isEqualTo(Reason.TOO_SHORT);
    assertThat(reason(with(good, 0, 0x40))).isEqualTo(Reason.NOT_STUN);
    assertThat(reason(with(good, 4, 0))).isEqualTo(Reason.NOT_STUN);
    assertThat(reason(with(good, 3, 9))).isEqualTo(Reason.BAD_LENGTH);
    assertThat(reason(with(good, 3, 4))).isEqualTo(Reason.BAD_LENGTH);
    assertThat(reason(with(good, 3, 12))).isEqualTo(Reason.BAD_LENGTH);
    assertThat(reason(with(good, 1, 2))).isEqualTo(Reason.UNKNOWN_METHOD);
    assertThat(reason(with(good, 27, 1))).isEqualTo(Reason.BAD_FINGERPRINT);
    assertThat(reason(raw(attribute(0x0006, 5, (byte) 1)))).isEqualTo(Reason.ATTRIBUTE_OVERRUN);
    assertThat(reason(raw(attribute(0x0006, 0xFFFF)))).isEqualTo(Reason.ATTRIBUTE_OVERRUN);
    byte[][] many = new byte[StunCodec.MAX_ATTRIBUTES + 1][];
    Arrays.fill(many, attribute(0x8055, 0));
    assertThat(reason(raw(many))).isEqualTo(Reason.TOO_MANY_ATTRIBUTES);
  }

  private static byte[] with(byte[] bytes, int at, int value) {
    byte[] changed = bytes.clone();
    changed[at] = (byte) value;
    return changed;
  }

  @Test
  void fingerprintMustBeLast() {
    byte[] good = request().fingerprinted();
    byte[] more = ByteBuffer.allocate(good.length + 4).put(good).put(attribute(0x25, 0)).array();
    more[3] = (byte) (more[3] + 4);
    assertThat(reason(more)).isEqualTo(Reason.BAD_FINGERPRINT);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0x0006, 0x0014, 0x0015, 0x8022, 0x0020, 0x0009, 0x000A, 0x0024, 0x0025, 0x802A, 0x8029,
        0x0008, 0x001C, 0x8028
      })
  void knownAttributesOfAnyLengthNeverThrow(int type) {
    for (int length = 0; length <= 800; length++) {
      byte[] value = new byte[length];
      Arrays.fill(value, (byte) 2);
      if (StunCodec.decode(raw(attribute(type, length, value))) instanceof StunMessage message) {
        assertThat(message.attributes().size()).isLessThanOrEqualTo(1);
      }
    }
  }

  @Test
  void addressesMustBeOfTheLengthOfTheirFamily() {
    byte[] v4 = {0, 1, 0, 0, 1, 2, 3, 4};
    byte[] v4SaysV6 = {0, 2, 0, 0, 1, 2, 3, 4};
    byte[] none = {0, 3, 0, 0, 1, 2, 3, 4};
    assertThat(StunCodec.decode(raw(attribute(0x20, 8, v4)))).isInstanceOf(StunMessage.class);
    assertThat(reason(raw(attribute(0x20, 8, v4SaysV6)))).isEqualTo(Reason.BAD_ATTRIBUTE);
    assertThat(reason(raw(attribute(0x20, 8, none)))).isEqualTo(Reason.BAD_ATTRIBUTE);
    byte[] v6SaysV4 = new byte[20];
    v6SaysV4[1] = 1;
    assertThat(reason(raw(attribute(0x20, 20, v6SaysV4)))).isEqualTo(Reason.BAD_ATTRIBUTE);
  }

  @Test
  void paddingIsZeroAndAnswersAreEqual() {
    // Odd lengths everywhere; between two equal messages, fill the heap's arrays with others.
    byte[] first = padded();
    var _ = request().add(new Username("Z".repeat(200))).signed(KEY, IntegrityAlgorithm.SHA1);
    assertThat(padded()).isEqualTo(first);
    int at = 20;
    while (at < first.length) {
      int length = StunCodec.u16(first, at + 2);
      for (int pad = at + 4 + length; (pad & 3) != 0; pad++) {
        assertThat(first[pad]).as("padding at %d", pad).isZero();
      }
      at += 4 + ((length + 3) & ~3);
    }
  }

  private static byte[] padded() {
    return StunWriter.error(message(request().plain()), 420, "x")
        .add(new UnknownAttributes(List.of(3)))
        .add(new Software("12345"))
        .add(new Realm("1"))
        .signed(KEY, IntegrityAlgorithm.SHA1);
  }

  @Test
  void tooLongIsRefusedWhenWriting() {
    assertThatThrownBy(() -> request().add(new Username("x".repeat(509))))
        .isInstanceOf(IllegalArgumentException.class);
    StunWriter writer = request();
    Software text = new Software("x".repeat(763));
    for (int i = 0; i < 85; i++) {
      writer.add(text);
    }
    assertThatThrownBy(() -> writer.add(text).plain()).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void looksLikeStun() {
    byte[] stun = request().fingerprinted();
    assertThat(looksLikeStun(stun)).isTrue();
    assertThat(looksLikeStun(with(stun, 0, 3))).isTrue();
    assertThat(looksLikeStun(with(stun, 0, 4))).isFalse();
    assertThat(looksLikeStun(with(stun, 0, 20))).isFalse();
    assertThat(looksLikeStun(with(stun, 0, 128))).isFalse();
    assertThat(looksLikeStun(with(stun, 7, 0x43))).isFalse();
    assertThat(looksLikeStun(with(stun, 3, 7))).isFalse();
    for (int length = 0; length < 20; length++) {
      assertThat(looksLikeStun(Arrays.copyOf(stun, length))).isFalse();
    }
  }

  private static boolean looksLikeStun(byte[] packet) {
    // Exactly sized, and not at the beginning of its memory: an over-read throws.
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(7 + packet.length);
      Bytes.put(memory, 7, packet);
      return StunCodec.looksLikeStun(memory, 7, packet.length);
    }
  }
}
