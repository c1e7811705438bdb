package org.consultrelay.relay.stun;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.consultrelay.relay.stun.StunDecoding.Malformed;
import org.consultrelay.relay.stun.StunDecoding.Reason;
import org.junit.jupiter.api.Test;

/** Hostile bytes: whatever comes in, a message or a reason comes out, never an exception. */
class StunFuzzTest {
  private static final IntegrityKey KEY = IntegrityKey.shortTerm("VOkJxbRl1RmTxUk/WvJxBt");

  private static final List<byte[]> CORPUS =
      List.of(
          Rfc5769Test.bytes(Rfc5769Test.REQUEST),
          Rfc5769Test.bytes(Rfc5769Test.IPV4_RESPONSE),
          Rfc5769Test.bytes(Rfc5769Test.IPV6_RESPONSE),
          Rfc5769Test.bytes(Rfc5769Test.LONG_TERM_REQUEST),
          Rfc5769Test.bytes(Rfc5769Test.SHA256_REQUEST));

  /** Takes whatever is in a message, so that a lazy mistake shows too. */
  private static void use(byte[] bytes, String what) {
    try {
      if (StunCodec.decode(bytes) instanceof StunMessage message) {
        var _ = message.verify(KEY);
        assertThat(message.attributes().size()).isLessThanOrEqualTo(StunCodec.MAX_ATTRIBUTES);
        assertThat(message.attributes().toString()).isNotNull();
        assertThat(message.length()).isEqualTo(bytes.length);
      }
    } catch (RuntimeException e) {
      throw new AssertionError(what, e);
    }
  }

  @Test
  void truncated() {
    for (byte[] whole : CORPUS) {
      for (int length = 0; length < whole.length; length++) {
        byte[] cut = Arrays.copyOf(whole, length);
        assertThat(StunCodec.decode(cut)).isInstanceOf(Malformed.class);
        if (length >= 20) {
          // The same with a header that agrees with the truncation.
          cut[2] = (byte) ((length - 20) >> 8);
          cut[3] = (byte) (length - 20);
          use(cut, "cut to " + length);
        }
      }
    }
  }

  @Test
  void random() {
    for (int seed = 0; seed < 20_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      if (bytes.length >= 20 && seed % 2 == 0) {
        header(bytes);
      }
      use(bytes, "seed " + seed);
    }
  }

  @Test
  void mutated() {
    for (int seed = 0; seed < 20_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] bytes = CORPUS.get(random.nextInt(CORPUS.size())).clone();
      for (int i = random.nextInt(1, 6); i > 0; i--) {
        bytes[random.nextInt(20, bytes.length)] = (byte) random.nextInt();
      }
      int fingerprint = bytes.length - 8;
      if (StunCodec.u16(bytes, fingerprint) == StunCodec.FINGERPRINT) {
        // A right checksum, so that the attributes are looked at.
        ByteBuffer.wrap(bytes).putInt(fingerprint + 4, StunCodec.fingerprint(bytes, fingerprint));
      }
      use(bytes, "seed " + seed);
    }
  }

  @Test
  void lengthsAroundTheSixteenBitEdge() {
    for (int length = 65_535 - 20; length <= 65_535 + 20; length++) {
      byte[] bytes = new byte[length];
      header(bytes);
      StunDecoding decoded = StunCodec.decode(bytes);
      // All zero: attributes of type 0 and length 0, more than we take.
      assertThat(decoded)
          .as("length %d", length)
          .isEqualTo(
              new Malformed(
                  length % 4 == 0 && length <= 65_532 + 20
                      ? Reason.TOO_MANY_ATTRIBUTES
                      : Reason.BAD_LENGTH));
      // One attribute that fills the message, and its length off by up to four.
      for (int off = -4; off <= 4; off++) {
        byte[] one = bytes.clone();
        int value = length - 24 + off;
        one[20] = (byte) 0x80;
        one[21] = 0x55;
        one[22] = (byte) (value >> 8);
        one[23] = (byte) value;
        use(one, "length " + length + ", value " + value);
      }
      // A known attribute at the very end, where an offset of 16 bits would wrap.
      byte[] last = bytes.clone();
      int filler = length - 20 - 4 - 8;
      last[20] = (byte) 0x80;
      last[21] = 0x55;
      last[22] = (byte) (filler >> 8);
      last[23] = (byte) filler;
      last[length - 7] = 0x24;
      last[length - 5] = 4;
      use(last, "length " + length);
    }
  }

  @Test
  void aKnownAttributeBeyondTheEdgeIsReadRightly() {
    byte[] bytes = new byte[65_552];
    header(bytes);
    int filler = bytes.length - 20 - 4 - 8;
    ByteBuffer.wrap(bytes)
        .putInt(20, 0x8055_0000 | filler)
        .putInt(bytes.length - 8, 0x0024_0004)
        .putInt(bytes.length - 4, 0x12345678);
    assertThat(((StunMessage) StunCodec.decode(bytes)).attributes())
        .containsExactly(new StunAttribute.Priority(0x12345678));
  }

  private static void header(byte[] bytes) {
    ByteBuffer.wrap(bytes)
        .putShort(0, (short) 1)
        .putShort(2, (short) (bytes.length - 20))
        .putInt(4, StunCodec.MAGIC_COOKIE);
  }
}
