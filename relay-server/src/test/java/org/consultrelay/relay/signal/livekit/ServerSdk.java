package org.consultrelay.relay.signal.livekit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.consultrelay.relay.Needs;
import org.consultrelay.relay.signal.SpeakingProcess;

/**
 * LiveKit's server SDKs, unmodified, brought under {@code target}: that for Node by npm when a test
 * asks for it first, that for Java and Kotlin by the build.
 */
public final class ServerSdk {
  private static final Path NODE = Path.of("target/server-sdk-npm");
  private static final Path JARS = Path.of("target/server-sdk");
  private static final boolean NODE_THERE =
      NpmTree.install(
          Path.of("src/test/npm-server-sdk"),
          NODE,
          List.of(
              ".npmrc", "package.json", "package-lock.json", "rooms.mjs", "webhook-receiver.mjs"));

  private ServerSdk() {}

  /** A script with arguments, which finds the SDK when it lies in {@link #directory}. */
  public static ProcessBuilder node(String script, String... arguments) {
    ProcessBuilder process = new ProcessBuilder("node", script).directory(directory().toFile());
    process.command().addAll(List.of(arguments));
    return process;
  }

  /** Where the SDK for Node is. */
  public static Path directory() {
    Needs.that(NODE_THERE, "npm installs livekit-server-sdk, see " + NODE + "/install.log");
    return NODE;
  }

  /**
   * Starts a receiver of webhooks.
   *
   * @param port to listen on; 0 for a free one, which it says
   */
  public static SpeakingProcess receiver(String key, String secret, int port) throws IOException {
    return SpeakingProcess.start(node("webhook-receiver.mjs", key, secret, Integer.toString(port)));
  }

  /** A source file of {@code src/test/java-server-sdk} with arguments. */
  static ProcessBuilder java(String source, String... arguments) {
    Needs.that(
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
}
