package org.consultrelay.relay.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.consultrelay.relay.Needs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Packets that are longer than the path takes, in a network of their own ({@code unshare}): with
 * leave to fragment they arrive; without it they do not, and the sender is told what would.
 */
@EnabledOnOs(OS.LINUX)
class NarrowPathTest {
  private static final String NETWORK = "ip link set lo mtu 1500 up && ";

  private static String inNetwork(String command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("unshare", "--user", "--map-root-user", "--net", "sh", "-c", command)
            .redirectErrorStream(true)
            .start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return process.exitValue() == 0 ? output : "failed: " + output;
    } finally {
      process.destroyForcibly();
    }
  }

  private static boolean mayHaveNetworks() throws InterruptedException {
    try {
      return !inNetwork(NETWORK + "true").startsWith("failed");
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void whatMustNotBeFragmentedIsTooLongAndItsSenderIsTold() throws Exception {
    Needs.that(mayHaveNetworks(), "no networks of our own here");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> lines =
        inNetwork(
                NETWORK
                    + "exec '%s' --enable-native-access=ALL-UNNAMED -Xshare:auto -cp '%s' %s %s"
                        .formatted(
                            java,
                            System.getProperty("java.class.path"),
                            NarrowLoopback.class.getName(),
                            Inet6.available() ? "127.0.0.1 ::1" : "127.0.0.1"))
            .lines()
            .filter(line -> line.contains("fragments") || line.startsWith("failed"))
            .toList();
    String allowed = ", fragments allowed: arrived 100 1800, too long ";
    String forbidden = ", fragments forbidden: arrived 100 nothing, too long 1, told port peer, ";
    assertThat(lines)
        .startsWith(
            "127.0.0.1" + allowed + "0, told null",
            "127.0.0.1" + forbidden + "type 3, code 4, mtu 1500",
            "127.0.0.1" + allowed + "1, told null");
    if (Inet6.available()) {
      assertThat(lines.subList(3, lines.size()))
          .containsExactly(
              "::1" + allowed + "0, told null",
              "::1" + forbidden + "type 2, code 0, mtu 1500",
              "::1" + allowed + "1, told null");
    }
  }
}
