package org.consultrelay.relay.grafana;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.consultrelay.relay.CommittedFile;
import org.consultrelay.relay.Needs;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The boards are what Grafana's own published types say that a board is: the compiler of TypeScript
 * holds them against those. Skipped where npm cannot bring it, except in CI.
 */
@Timeout(300)
class BoardTypesTest {
  private static final Path SOURCE = Path.of("src/test/npm-boards");
  private static final Path PLACE = Path.of("target/board-types").toAbsolutePath();

  @TempDir Path broken;

  /** How a program ended and what it said. */
  private record Run(int exit, String said) {}

  @BeforeAll
  static void install() throws Exception {
    Files.createDirectories(PLACE);
    for (String file : List.of(".npmrc", "package.json", "package-lock.json", "check.mjs")) {
      Files.copy(SOURCE.resolve(file), PLACE.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    Run installed = new Run(1, "there is no npm");
    try {
      installed = run("npm", "ci", "--no-audit", "--no-fund");
    } catch (IOException noNpm) {
      // It is said below.
    }
    Needs.that(installed.exit == 0, "npm cannot install Grafana's types here: " + installed.said);
  }

  @Test
  void everyKeyAndValueIsOneThatGrafanaKnows() throws Exception {
    Run checked = check(CommittedFile.root().resolve("grafana/dashboards"));
    assertThat(checked.said).isEmpty();
    assertThat(checked.exit).isZero();
  }

  @Test
  void whatGrafanaDoesNotKnowIsFound() throws Exception {
    String board =
        Files.readString(CommittedFile.root().resolve("grafana/dashboards/relay-surge.json"));
    Files.writeString(
        broken.resolve("broken.json"),
        board
            .replace("\"drawStyle\" : \"line\"", "\"drawStyle\" : \"curve\"")
            .replace("\"gridPos\"", "\"gridPosition\"")
            .replace("\"legendFormat\"", "\"legend\""));
    Run checked = check(broken);
    assertThat(checked.exit).isEqualTo(1);
    assertThat(checked.said).contains("\"curve\"", "\"gridPosition\"", "\"legend\"");
  }

  private static Run check(Path boards) throws Exception {
    return run("node", "check.mjs", boards.toString());
  }

  private static Run run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(PLACE.toFile()).redirectErrorStream(true).start();
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return new Run(process.waitFor(), said);
  }
}
