package org.consultrelay.relay.signal.whip;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.consult.RelayChild;
import org.consultrelay.relay.consult.TestRelay;
import org.consultrelay.relay.sdp.ChromiumOffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGHUP reads the configuration again, and ends nothing. */
class HangUpTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  @TempDir Path directory;

  private static int publish(RelayChild relay, String key) {
    String token = TestRelay.tokenOf(key, SECRET, Grants.join("ann", "room"));
    return relay.ask("POST", "/whip/v1", token, ChromiumOffer.whip().text(), Door.SDP).statusCode();
  }

  @Test
  void keysAreTakenAndNothingEnds() throws Exception {
    Path keys = Files.writeString(directory.resolve("keys"), "one=" + SECRET);
    try (RelayChild relay = RelayChild.start("keysFile=" + keys)) {
      assertThat(publish(relay, "one")).isEqualTo(201);
      assertThat(publish(relay, "two")).isEqualTo(401);
      Files.writeString(keys, "two=" + SECRET);
      relay.hangUp("the configuration was read again: applied keys");
      assertThat(publish(relay, "one")).isEqualTo(401);
      assertThat(publish(relay, "two")).isEqualTo(201);

      Files.writeString(keys, "two=");
      relay.hangUp("the new configuration cannot be used, the old one stays: keysFile: has a line");
      assertThat(relay.said()).noneMatch(line -> line.contains(SECRET));
      assertThat(publish(relay, "two")).isEqualTo(201);
      assertThat(relay.isAlive()).isTrue();
    }
  }
}
