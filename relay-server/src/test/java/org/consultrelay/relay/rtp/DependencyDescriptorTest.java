package org.consultrelay.relay.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class DependencyDescriptorTest {
  private final DependencyDescriptor descriptor = new DependencyDescriptor();
  private DependencyStructure known = new DependencyStructure();
  private DependencyStructure spare = new DependencyStructure();

  /** L1T3 as in A.6.1, targets from 30 down to 7.5 pictures a second. */
  private static void structure(Bits bits, int offset) {
    bits.put(offset, 6).put(2, 5);
    bits.put(0, 2).put(1, 2).put(1, 2).put(0, 2).put(3, 2);
    int[][] indications = {{2, 2, 2}, {2, 2, 2}, {2, 1, 0}, {1, 0, 0}, {1, 0, 0}};
    for (int[] template : indications) {
      for (int indication : template) {
        bits.put(indication, 2);
      }
    }
    int[] distances = {0, 4, 2, 1, 1};
    for (int distance : distances) {
      if (distance > 0) {
        bits.put(1, 1).put(distance - 1, 4);
      }
      bits.put(0, 1);
    }
    bits.nonSymmetric(1, 4);
    for (int target = 0; target < 3; target++) {
      bits.nonSymmetric(0, 1);
    }
    for (int distance : new int[] {0, 4, 2, 1, 3}) {
      bits.put(distance, 4);
    }
    bits.put(1, 1).put(639, 16).put(359, 16);
  }

  private boolean parse(byte[] bytes) {
    boolean read = descriptor.parse(Packets.exact(bytes), 0, bytes.length, known, spare);
    if (read && descriptor.hasStructure()) {
      DependencyStructure old = known;
      known = spare;
      spare = old;
    }
    return read;
  }

  private static Bits begin(boolean start, boolean end, int template, int frame) {
    return new Bits().put(start ? 1 : 0, 1).put(end ? 1 : 0, 1).put(template, 6).put(frame, 16);
  }

  private static byte[] key(int offset) {
    Bits bits = begin(true, false, offset, 1_000).put(0b10000, 5);
    structure(bits, offset);
    return bits.bytes();
  }

  @Test
  void aKeyFrameBringsItsStructure() {
    assertThat(parse(key(60))).isTrue();
    assertThat(descriptor.hasStructure()).isTrue();
    assertThat(descriptor.keyFrame()).isTrue();
    assertThat(descriptor.startsFrame()).isTrue();
    assertThat(descriptor.endsFrame()).isFalse();
    assertThat(descriptor.frameNumber()).isEqualTo(1_000);
    assertThat(descriptor.hasActiveTargets()).isTrue();
    assertThat(descriptor.activeTargets()).isEqualTo(7);
    assertThat(known.templates()).isEqualTo(5);
    assertThat(known.targets()).isEqualTo(3);
    assertThat(known.chains()).isEqualTo(1);
    assertThat(known.temporalOf(0)).isEqualTo(2);
    assertThat(known.temporalOf(2)).isZero();
    assertThat(known.chainOf(1)).isZero();
    assertThat(known.width(0)).isEqualTo(640);
    assertThat(known.height(0)).isEqualTo(360);
    assertThat(known.width(1)).isEqualTo(-1);
    assertThat(known.isPart(2, 0)).isTrue();
    assertThat(known.isPart(0, 2)).isFalse();
  }

  @Test
  void laterFramesAreReadByIt() {
    assertThat(parse(begin(true, true, 63, 1_001).bytes())).isFalse();
    assertThat(parse(key(60))).isTrue();
    // 60 + 4 wraps: the fifth template.
    assertThat(parse(begin(true, true, 0, 1_003).bytes())).isTrue();
    assertThat(descriptor.temporalId()).isEqualTo(2);
    assertThat(descriptor.referenceCount()).isEqualTo(1);
    assertThat(descriptor.reference(0)).isEqualTo(1);
    assertThat(descriptor.chainDistance(0)).isEqualTo(3);
    assertThat(DependencyDescriptor.indication(descriptor.indications(), 0))
        .isEqualTo(DependencyDescriptor.DISCARDABLE);
    assertThat(DependencyDescriptor.indication(descriptor.indications(), 1))
        .isEqualTo(DependencyDescriptor.NOT_PRESENT);
    assertThat(descriptor.hasActiveTargets()).isFalse();
    assertThat(descriptor.keyFrame()).isFalse();
    assertThat(parse(begin(true, true, 1, 1_003).bytes())).isFalse();
  }

  @Test
  void ownValuesInPlaceOfTheTemplates() {
    assertThat(parse(key(5))).isTrue();
    Bits bits = begin(true, true, 6, 1_004).put(0b01111, 5).put(0b101, 3);
    bits.put(3, 2).put(2, 2).put(0, 2);
    bits.put(1, 2).put(3, 4).put(2, 2).put(99, 8).put(3, 2).put(4_095, 12).put(0, 2);
    bits.put(77, 8);
    assertThat(parse(bits.bytes())).isTrue();
    assertThat(descriptor.activeTargets()).isEqualTo(5);
    assertThat(DependencyDescriptor.indication(descriptor.indications(), 1))
        .isEqualTo(DependencyDescriptor.SWITCH);
    assertThat(descriptor.referenceCount()).isEqualTo(3);
    assertThat(descriptor.reference(0)).isEqualTo(4);
    assertThat(descriptor.reference(1)).isEqualTo(100);
    assertThat(descriptor.reference(2)).isEqualTo(4_096);
    assertThat(descriptor.chainDistance(0)).isEqualTo(77);

    MemorySegment target = Packets.exact(new byte[descriptor.length(true)]);
    descriptor.write(target, 0, 70_000, 60, true, 3);
    assertThat(target.byteSize()).isEqualTo(bits.bytes().length);
    known = renumbered(1);
    assertThat(parse(target.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE))).isTrue();
    assertThat(descriptor.frameNumber()).isEqualTo(70_000 & 0xFFFF);
    assertThat(descriptor.templateId()).isEqualTo(2);
    assertThat(descriptor.activeTargets()).isEqualTo(3);
    assertThat(descriptor.reference(2)).isEqualTo(4_096);
    assertThat(descriptor.chainDistance(0)).isEqualTo(77);
  }

  private static DependencyStructure renumbered(int offset) {
    DependencyDescriptor reader = new DependencyDescriptor();
    DependencyStructure structure = new DependencyStructure();
    byte[] bytes = key(offset);
    assertThat(
            reader.parse(
                Packets.exact(bytes), 0, bytes.length, new DependencyStructure(), structure))
        .isTrue();
    return structure;
  }

  @Test
  void writesAStructureAnew() {
    byte[] bytes = key(60);
    assertThat(parse(bytes)).isTrue();
    byte[] same = new byte[descriptor.length(false)];
    descriptor.write(Packets.exact(same), 0, 1_000, 0, false, 0);
    assertThat(same).isEqualTo(bytes);

    byte[] other = new byte[descriptor.length(true)];
    descriptor.write(Packets.exact(other), 0, 5, 10, true, 4);
    assertThat(parse(other)).isTrue();
    assertThat(known.idOffset()).isEqualTo(70 & 63);
    assertThat(descriptor.templateId()).isEqualTo(70 & 63);
    assertThat(descriptor.activeTargets()).isEqualTo(4);
    assertThat(descriptor.keyFrame()).isTrue();
    assertThat(known.width(0)).isEqualTo(640);
    assertThat(known.templates()).isEqualTo(5);
  }

  @Test
  void addsActiveTargetsToAShortOne() {
    assertThat(parse(key(0))).isTrue();
    assertThat(parse(begin(false, true, 2, 9).bytes())).isTrue();
    assertThat(descriptor.length(false)).isEqualTo(3);
    byte[] longer = new byte[descriptor.length(true)];
    assertThat(longer).hasSize(4);
    descriptor.write(Packets.exact(longer), 0, 10, 0, true, 6);
    assertThat(parse(longer)).isTrue();
    assertThat(descriptor.frameNumber()).isEqualTo(10);
    assertThat(descriptor.endsFrame()).isTrue();
    assertThat(descriptor.temporalId()).isEqualTo(1);
    assertThat(descriptor.activeTargets()).isEqualTo(6);
  }

  @Test
  void cutShort() {
    byte[] whole = key(0);
    for (int length = 0; length < whole.length; length++) {
      byte[] part = java.util.Arrays.copyOf(whole, length);
      assertThat(descriptor.parse(Packets.exact(part), 0, length, known, spare)).isFalse();
    }
  }

  @Property(tries = 5_000)
  void anyBytes(@ForAll @Size(max = 80) byte[] bytes) {
    DependencyStructure structure = renumbered(0);
    check(bytes, structure);
    if (bytes.length > 3) {
      // Most begin with a structure then.
      bytes[3] |= (byte) 0x80;
      check(bytes, structure);
    }
  }

  @Property(tries = 5_000)
  void aDescriptorWithFlippedBits(@ForAll @Size(max = 6) int[] flips) {
    byte[] bytes = key(0);
    for (int flip : flips) {
      bytes[Math.floorMod(flip >> 3, bytes.length)] ^= (byte) (1 << (flip & 7));
    }
    check(bytes, renumbered(0));
  }

  private void check(byte[] bytes, DependencyStructure structure) {
    if (!descriptor.parse(Packets.exact(bytes), 0, bytes.length, structure, spare)) {
      return;
    }
    assertThat(descriptor.referenceCount()).isBetween(0, DependencyStructure.MAX_REFERENCES);
    assertThat(descriptor.spatialId()).isBetween(0, 3);
    assertThat(descriptor.temporalId()).isBetween(0, 7);
    assertThat(descriptor.structure().targets()).isBetween(1, DependencyStructure.MAX_TARGETS);
    int length = descriptor.length(true);
    assertThat(length).isBetween(3, bytes.length + 5);
    byte[] copy = new byte[length];
    long indications = descriptor.indications();
    int number = descriptor.frameNumber();
    descriptor.write(Packets.exact(copy), 0, number, 0, true, 1);
    assertThat(descriptor.parse(Packets.exact(copy), 0, length, structure, spare)).isTrue();
    assertThat(descriptor.indications()).isEqualTo(indications);
    assertThat(descriptor.activeTargets()).isEqualTo(1);
    assertThat(descriptor.frameNumber()).isEqualTo(number);
  }
}
