package org.consultrelay.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BadNetworkCommandTest {
  @BeforeAll
  static void needed() {
    Needs.badNetwork();
  }

  private static int run(String... args) {
    return Load.commandLine().execute(args);
  }

  @Test
  void theProgramsExitCodeIsTheCommands() {
    assertThat(run("bad-network", "--", "sh", "-c", "exit 7")).isEqualTo(7);
  }

  @Test
  void theProgramIsToldTheAddresses(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("seen");
    String script = "echo {host} {client} $BAD_NETWORK_HOST $BAD_NETWORK_CLIENT > " + file;
    assertThat(run("bad-network", "--both", "delay 20ms", "--", "sh", "-c", script)).isZero();
    String[] seen = Files.readString(file).strip().split(" ");
    assertThat(seen).hasSize(4);
    assertThat(seen[0]).startsWith("10.199.").isEqualTo(seen[2]);
    assertThat(seen[1]).startsWith("10.199.").isEqualTo(seen[3]).isNotEqualTo(seen[0]);
  }

  @Test
  void theTimeEndsIt() {
    long start = System.nanoTime();
    assertThat(run("bad-network", "--quiet", "--duration", "300ms", "--", "sleep", "50")).isZero();
    assertThat(run("bad-network", "--quiet", "--duration", "300ms")).isZero();
    assertThat(System.nanoTime() - start).isGreaterThan(600_000_000L);
  }
}
