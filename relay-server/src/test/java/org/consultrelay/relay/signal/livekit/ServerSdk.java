package org.consultrelay.relay.signal.livekit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * LiveKit's server SDKs, unmodified, brought under {@code target}: that for Node by npm when a test
 * asks for it first, that for Java and Kotlin by the build. Where they could not be brought the
 * test is skipped, but not in CI.
 */
final class ServerSdk {
  private static final Path NODE = Path.of("target/server-sdk-npm");
  private static final Path JARS = Path.of("target/server-sdk");
  private static final boolean NODE_THERE =
      NpmTree.install(
          Path.of("src/test/npm-server-sdk"),
          NODE,
          List.of(".npmrc", "package.json", "package-lock.json", "rooms.mjs"));

  private ServerSdk() {}

  /** A script of {@code src/test/npm-server-sdk} with arguments. */
  static ProcessBuilder node(String script, String... arguments) {
    there(NODE_THERE, "npm installs livekit-server-sdk, see " + NODE + "/install.log");
    ProcessBuilder process = new ProcessBuilder("node", script).directory(NODE.toFile());
    process.command().addAll(List.of(arguments));
    return process;
  }

  /** A source file of {@code src/test/java-server-sdk} with arguments. */
  static ProcessBuilder java(String source, String... arguments) {
    there(
        Files.exists(JARS),
        "mvn process-test-resources copies io.livekit:livekit-server to " + JARS);
    ProcessBuilder process =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            JARS + "/*",
            Path.of("src/test/java-server-sdk", source).toString());
    process.command().addAll(List.of(arguments));
    return process;
  }

  private static void there(boolean there, String what) {
    if ("true".equals(System.getenv("CI"))) {
      assertThat(there).as(what).isTrue();
    }
    assumeTrue(there, what);
  }
}
