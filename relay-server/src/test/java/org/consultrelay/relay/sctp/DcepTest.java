package org.consultrelay.relay.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DcepTest {
  private static final List<Reliability> RELIABILITIES =
      List.of(
          Reliability.RELIABLE,
          Reliability.LOSSY,
          new Reliability(false, new Reliability.Reliable()),
          new Reliability(true, new Reliability.MaxRetransmits(3)),
          new Reliability(true, new Reliability.MaxLifetime(1_500)),
          new Reliability(false, new Reliability.MaxLifetime(0xFFFF_FFFFL)));

  @Test
  void openIsLaidOutAsInRfc8832() {
    // §5.1: type 3, channel type 0x81, priority 0, reliability 3, lengths 2 and 1, "ab", "c".
    byte[] expected = HexFormat.of().parseHex("038100000000000300020001" + "616263");
    Dcep.Open open =
        new Dcep.Open("ab", "c", new Reliability(false, new Reliability.MaxRetransmits(3)));
    assertThat(Dcep.write(open)).isEqualTo(expected);
    assertThat(Dcep.read(expected, 10)).isEqualTo(open);
  }

  @Test
  void everyReliabilityIsReadAsItWasWritten() {
    for (Reliability reliability : RELIABILITIES) {
      Dcep.Open open = new Dcep.Open("étiquette", "p", reliability);
      assertThat(Dcep.read(Dcep.write(open), 100)).isEqualTo(open);
    }
  }

  @Test
  void whatIsTruncatedOrTooLongIsRefused() {
    byte[] whole = Dcep.write(new Dcep.Open("label", "protocol", Reliability.RELIABLE));
    assertThat(Dcep.read(whole, 8)).isNotNull();
    assertThat(Dcep.read(whole, 7)).isNull();
    for (int length = 0; length < whole.length; length++) {
      assertThat(Dcep.read(Arrays.copyOf(whole, length), 100)).as("%s bytes", length).isNull();
    }
    assertThat(Dcep.read(Arrays.copyOf(whole, whole.length + 1), 100)).isNull();
    byte[] unknownType = whole.clone();
    unknownType[1] = 3;
    assertThat(Dcep.read(unknownType, 100)).isNull();
  }

  @Test
  void anyBytesAreReadOrRefused() {
    SplittableRandom random = new SplittableRandom(4);
    int read = 0;
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      if (bytes.length > 12) {
        bytes[0] = Dcep.OPEN;
        bytes[1] = (byte) (bytes[1] & 0x83);
        bytes[8] = 0;
        bytes[9] = (byte) random.nextInt(bytes.length - 11);
        bytes[10] = 0;
        bytes[11] = (byte) (bytes.length - 12 - bytes[9]);
      }
      Dcep.Open open = Dcep.read(bytes, 30);
      if (open != null) {
        read++;
        assertThat(open.label().length()).isLessThanOrEqualTo(30);
      }
    }
    assertThat(read).isGreaterThan(10_000);
  }
}
