package org.consultrelay.relay.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodecTest {
  private static CodecDescription offered(String name, String format) {
    return new CodecDescription(96, name, 90_000, 1, new FormatParameters(format), List.of());
  }

  // RFC 6184 §8.1, table 5.
  @ParameterizedTest
  @CsvSource({
    "42e01f, CONSTRAINED_BASELINE",
    "42E01F, CONSTRAINED_BASELINE",
    "42c015, CONSTRAINED_BASELINE",
    "4280f0, BASELINE",
    "42001f, BASELINE",
    "4d801f, CONSTRAINED_BASELINE",
    "4d001f, MAIN",
    "4d401f, MAIN",
    "58c01f, CONSTRAINED_BASELINE",
    "58801f, BASELINE",
    "58001f, EXTENDED",
    "64001f, HIGH",
    "640c1f, CONSTRAINED_HIGH",
    "6e001f, HIGH_10",
    "f4001f, UNKNOWN",
    "42e01, UNKNOWN",
    "42e01g, UNKNOWN",
    "42e01f1, UNKNOWN",
  })
  void namesTheProfile(String value, H264Profile profile) {
    assertThat(H264Profile.of(new FormatParameters("profile-level-id=" + value)))
        .isEqualTo(profile);
  }

  @Test
  void h264NeedsTheSameProfileAndPacketization() {
    assertThat(Codec.H264.matches(offered("h264", "packetization-mode=1;profile-level-id=42c00a")))
        .isTrue();
    assertThat(Codec.H264.matches(offered("H264", "profile-level-id=42e01f"))).isFalse();
    assertThat(Codec.H264.matches(offered("H264", "packetization-mode=1"))).isFalse();
    assertThat(Codec.H264.matches(offered("H264", "packetization-mode=1;profile-level-id=640c1f")))
        .isFalse();
    Codec unknown = Codec.video("H264", "packetization-mode=1;profile-level-id=zz");
    assertThat(unknown.matches(offered("H264", "packetization-mode=1;profile-level-id=zz")))
        .isFalse();
  }

  @Test
  void vp9AndAv1NeedTheSameProfile() {
    assertThat(Codec.VP9.matches(offered("VP9", ""))).isTrue();
    assertThat(Codec.VP9.matches(offered("VP9", "profile-id=2"))).isFalse();
    assertThat(Codec.AV1.matches(offered("AV1", "level-idx=5;profile=0;tier=0"))).isTrue();
    assertThat(Codec.AV1.matches(offered("AV1", "profile=1"))).isFalse();
  }

  @Test
  void opusIsOpusHoweverWritten() {
    CodecDescription mono =
        new CodecDescription(98, "OPUS", 48_000, 1, FormatParameters.NONE, List.of());
    assertThat(Codec.OPUS.matches(mono)).isTrue();
    CodecDescription slow =
        new CodecDescription(98, "opus", 16_000, 2, FormatParameters.NONE, List.of());
    assertThat(Codec.OPUS.matches(slow)).isFalse();
  }

  @Test
  void readsParameters() {
    FormatParameters format = new FormatParameters(" a=1; B = 22 ;c;;useinbandfec=0");
    assertThat(format.isOn("A")).isTrue();
    assertThat(format.number("b", -1)).isEqualTo(22);
    assertThat(format.get("c")).isEmpty();
    assertThat(format.isOn("useinbandfec")).isFalse();
    assertThat(format.get("inbandfec")).isNull();
    assertThat(format.number("z", 7)).isEqualTo(7);
  }
}
