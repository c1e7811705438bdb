package org.consultrelay.relay.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The names of codecs and extensions, and the small values that have a form of their own. */
class NamesTest {
  @Test
  void codecsByEncodingName() {
    assertThat(Codec.of("OPUS")).isEqualTo(Codec.OPUS);
    assertThat(Codec.of("vp8")).isEqualTo(Codec.VP8);
    assertThat(Codec.of("theora")).isNull();
    assertThat(Codec.RED.kind()).isNull();
  }

  @Test
  void extensionsByUri() {
    for (HeaderExtension extension : HeaderExtension.values()) {
      assertThat(HeaderExtension.of(extension.uri())).isEqualTo(extension);
    }
    assertThat(HeaderExtension.of("urn:example:other")).isNull();
    assertThat(HeaderExtension.values().length).isLessThanOrEqualTo(64);
  }

  @Test
  void anIdentifierHasOneMeaningInABundle() {
    HeaderExtensionMap.Builder builder = HeaderExtensionMap.builder();
    assertThat(builder.put(HeaderExtension.MID, 4)).isTrue();
    assertThat(builder.put(HeaderExtension.MID, 4)).isTrue();
    assertThat(builder.put(HeaderExtension.RID, 4)).isFalse();
    assertThat(builder.put(HeaderExtension.MID, 5)).isFalse();
    assertThat(builder.put(HeaderExtension.RID, 0)).isFalse();
    assertThat(builder.put(HeaderExtension.RID, 256)).isFalse();
    assertThat(builder.put(HeaderExtension.RID, 255)).isTrue();
    HeaderExtensionMap map = builder.build();
    builder.put(HeaderExtension.AUDIO_LEVEL, 1);
    assertThat(map.id(HeaderExtension.MID)).isEqualTo(4);
    assertThat(map.id(HeaderExtension.AUDIO_LEVEL)).isZero();
    assertThat(map.has(HeaderExtension.AUDIO_LEVEL)).isFalse();
    assertThat(map.extension(255)).isEqualTo(HeaderExtension.RID);
    assertThat(map.extension(5)).isNull();
    assertThat(map.mask()).isEqualTo(HeaderExtension.MID.bit() | HeaderExtension.RID.bit());
    assertThat(HeaderExtensionMap.EMPTY.mask()).isZero();
  }

  @Test
  void audioLevels() {
    assertThat(AudioLevel.voice(0x85)).isTrue();
    assertThat(AudioLevel.level(0x85)).isEqualTo(5);
    assertThat(AudioLevel.of(true, 5)).isEqualTo(0x85);
    assertThat(AudioLevel.of(false, AudioLevel.SILENCE)).isEqualTo(0x7F);
  }

  @Test
  void absoluteSendTimes() {
    assertThat(AbsSendTime.ofNanos(0)).isZero();
    assertThat(AbsSendTime.ofNanos(1_500_000_000L)).isEqualTo(0x060000);
    assertThat(AbsSendTime.ofNanos(64_000_000_000L)).isZero();
    assertThat(AbsSendTime.ofNanos(-500_000_000L)).isEqualTo(0xFE0000);
    long at = 63_999_000_000L;
    assertThat(
            AbsSendTime.betweenNanos(AbsSendTime.ofNanos(at), AbsSendTime.ofNanos(at + 20_000_000)))
        .isBetween(19_996_000L, 20_004_000L);
    assertThat(
            AbsSendTime.betweenNanos(AbsSendTime.ofNanos(at + 20_000_000), AbsSendTime.ofNanos(at)))
        .isBetween(-20_004_000L, -19_996_000L);
  }

  @Test
  void ntpTimes() {
    assertThat(NtpTime.ofEpochNanos(0) >>> 32).isEqualTo(2_208_988_800L);
    assertThat(NtpTime.ofEpochNanos(1_500_000_000L)).isEqualTo((2_208_988_801L << 32) | 1L << 31);
    for (long nanos : new long[] {1_790_000_000_123_456_789L, 2_085_978_497_000_000_000L}) {
      assertThat(NtpTime.toEpochNanos(NtpTime.ofEpochNanos(nanos))).isBetween(nanos - 1, nanos);
    }
    assertThat(NtpTime.delay(1_500_000_000L)).isEqualTo(98_304);
    assertThat(NtpTime.delay(-5)).isZero();
    assertThat(NtpTime.delay(Long.MAX_VALUE)).isEqualTo(0xFFFF_FFFFL);
  }

  /** The example of RFC 3550 §6.4.1, figure 2. */
  @Test
  void roundTripOfTheStandardsExample() {
    assertThat(NtpTime.roundTripNanos(0xb710_8000, 0xb705_2000, 0x0005_4000))
        .isEqualTo(6_125_000_000L);
    assertThat(NtpTime.roundTripNanos(5, 0, 1)).isEqualTo(-1);
    assertThat(NtpTime.roundTripNanos(5, 4, 9)).isZero();
  }
}
