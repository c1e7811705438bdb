package org.consultrelay.relay.layers;

import static org.assertj.core.api.Assertions.assertThat;

import org.consultrelay.relay.rtp.Codec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A thousand random switches of each kind, held against a decoder. */
class SwitchingTest {
  private static final int SEEDS = 20;
  private static final int SWITCHES = 50;

  @ParameterizedTest
  @CsvSource({
    "VP8, 3, 1, false",
    "H264, 3, 1, false",
    "VP9, 3, 1, false",
    "VP9, 1, 3, false",
    "VP9, 1, 3, true",
    "AV1, 3, 1, false",
    "AV1, 1, 3, false",
    "AV1, 1, 3, true"
  })
  void aDecoderNeverNotices(Codec codec, int sources, int layers, boolean keyOnly) {
    int switches = 0;
    int resent = 0;
    int frames = 0;
    int split = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      double loss = seed % 4 * 0.03;
      SwitchingSimulation simulation =
          new SwitchingSimulation(codec, sources, layers, keyOnly, loss, seed);
      try {
        simulation.run(SWITCHES);
        simulation.settle((int) seed % 3, (int) seed / 3 % 3);
        DecoderVerifier verifier = new DecoderVerifier(codec, simulation.packets);
        verifier.verify();
        simulation.verifyGaps();
        simulation.verifyAlignment();
        frames += verifier.decodedFrames;
        split += verifier.split;
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
      switches += simulation.switches;
      resent += simulation.resent;
    }
    assertThat(switches).isGreaterThanOrEqualTo(1_000);
    assertThat(resent).isGreaterThan(100);
    assertThat(frames).isGreaterThan(SEEDS * SWITCHES);
    // At most once with each time that layers come in.
    assertThat(split).isLessThan(switches / 2);
  }
}
