package org.consultrelay.load.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.consultrelay.load.net.Impairment;
import org.consultrelay.load.net.LineCounts;
import org.consultrelay.load.net.NetworkScript;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "clear",
        "rate 250kbit queue 200ms",
        "rate 1500.5kbit queue 64000b delay 40ms",
        "rate 250kbit queue off jitter 2.5ms",
        "jitter 20ms reordering burst 95/5 loss 0.5% reorder 1% duplicate 2%"
      })
  void aLineIsToldInTheWordsOfScripts(String words) {
    Impairment line = NetworkScript.change(Impairment.NONE, words);
    assertThat(LineText.of(line)).isEqualTo(words);
  }

  @Test
  void countsAreToldPerSecond() {
    LineCounts counts = new LineCounts(100, 250_000, 80, 200_000, 3, 0, 17, 0, 0, 83, 0, 0, 0);
    assertThat(LineText.of(counts, 2))
        .isEqualTo("   1000 kbit/s in     800 out, queue    0 ms, lost 3, dropped by the queue 17");
    assertThat(LineText.total(counts))
        .isEqualTo(
            "100 packets in, 80 out, queue 0.0 ms on average, lost 3, dropped by the queue 17");
  }
}
