package org.consultrelay.load.middle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FaultyLinkTest {
  private static final int RTP = 0x90;
  private static final int OPUS = 111;
  private static final int PACKETS = 100_000;

  @Test
  void onePercentIsOnePercent() {
    FaultyLink link = new FaultyLink(Faults.loss(0.01), 1);
    for (int i = 0; i < PACKETS; i++) {
      link.fate(RTP, OPUS);
    }
    assertThat(link.dropped(OPUS)).isBetween(900L, 1_100L);
    assertThat(link.passed(OPUS)).isEqualTo(PACKETS - link.dropped(OPUS));
  }

  @Test
  void faultsAddUp() {
    FaultyLink link = new FaultyLink(new Faults(0.1, 0.1, 0.1, 0), 2);
    for (int i = 0; i < PACKETS; i++) {
      link.fate(RTP, OPUS | 0x80);
    }
    assertThat(link.dropped(OPUS)).isBetween(9_500L, 10_500L);
    assertThat(link.duplicated()).isBetween(9_500L, 10_500L);
    assertThat(link.altered()).isBetween(9_500L, 10_500L);
  }

  @Test
  void onlyMediaSuffer() {
    FaultyLink link = new FaultyLink(Faults.loss(1), 3);
    assertThat(link.fate(0x00, 0x01)).as("STUN").isEqualTo(FaultyLink.Fate.PASS);
    assertThat(link.fate(22, 254)).as("DTLS").isEqualTo(FaultyLink.Fate.PASS);
    assertThat(link.fate(0x81, 205)).as("RTCP").isEqualTo(FaultyLink.Fate.PASS);
    assertThat(link.fate(0x81, OPUS)).as("RTP").isEqualTo(FaultyLink.Fate.DROP);
  }
}
