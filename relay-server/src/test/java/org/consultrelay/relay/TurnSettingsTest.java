package org.consultrelay.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.consultrelay.relay.config.ConfigLoader;
import org.consultrelay.relay.config.RelayConfig;
import org.consultrelay.relay.turn.TurnOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of TURN's configuration holds when it is read again. */
class TurnSettingsTest {
  @TempDir Path directory;

  private RelayConfig config(String... sets) throws Exception {
    Path empty = Files.writeString(directory.resolve("relay.yaml"), "");
    return new ConfigLoader(true, Optional.of(empty), List.of(sets), Map.of(), 2).load();
  }

  @Test
  void whatNeedsARestartStaysAsItWasStarted() throws Exception {
    TurnOptions options =
        TurnSettings.options(
            config("turn.realm=first", "turn.quotas.totalBandwidth=1MiB"),
            config(
                "turn.realm=second",
                "turn.quotas.totalBandwidth=2MiB",
                "turn.quotas.perUser=3",
                "turn.quotas.bandwidth=512KiB"));
    assertThat(options.realm()).isEqualTo("first");
    assertThat(options.totalBytesPerSecond()).isEqualTo(1 << 20);
    assertThat(options.perUser()).isEqualTo(3);
    assertThat(options.bytesPerSecond()).isEqualTo(512 << 10);
  }
}
