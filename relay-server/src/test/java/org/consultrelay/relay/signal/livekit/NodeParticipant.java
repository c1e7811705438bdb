package org.consultrelay.relay.signal.livekit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A participant on {@code @livekit/rtc-node}, in a Node process of its own. */
final class NodeParticipant implements AutoCloseable {
  private static final Path SOURCE = Path.of("src", "test", "npm");
  private static final Path HOME = Path.of("target", "rtc-node");
  private static final long SECONDS = 30;
  private static final long INSTALL_SECONDS = 120;

  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final List<String> said = new ArrayList<>();

  private NodeParticipant(Process process) {
    this.process = process;
    Thread.ofVirtual().start(this::read);
  }

  /** Joins; skips the test when there is no Node, or the client cannot be had. */
  static NodeParticipant join(String url, String token) throws Exception {
    install();
    return new NodeParticipant(
        new ProcessBuilder("node", "participant.js", url, token)
            .directory(HOME.toFile())
            .redirectErrorStream(true)
            .start());
  }

  /** Puts the pinned client under {@code target}, once. */
  private static void install() throws Exception {
    Files.createDirectories(HOME);
    for (String file : new String[] {"package.json", "package-lock.json", "participant.js"}) {
      Files.copy(SOURCE.resolve(file), HOME.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    Path installed = HOME.resolve("installed");
    String wanted = Files.readString(HOME.resolve("package-lock.json"));
    if (Files.exists(installed) && Files.readString(installed).equals(wanted)) {
      return;
    }
    Process npm;
    try {
      npm =
          new ProcessBuilder("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent")
              .directory(HOME.toFile())
              .redirectErrorStream(true)
              .redirectOutput(HOME.resolve("npm.log").toFile())
              .start();
    } catch (IOException e) {
      abort("npm is missing: install nodejs and npm to test with @livekit/rtc-node");
      throw e;
    }
    if (!npm.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS) || npm.exitValue() != 0) {
      npm.destroyForcibly();
      abort("npm cannot install @livekit/rtc-node, see " + HOME.resolve("npm.log"));
    }
    Files.writeString(installed, wanted);
  }

  private void read() {
    try (BufferedReader in = process.inputReader()) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for it to say a line that begins so; lines before that are passed over. */
  void says(String start) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (true) {
      String line = lines.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (line == null) {
        throw new AssertionError("waits for \"%s\", it said: %s".formatted(start, said));
      }
      said.add(line);
      if (line.startsWith(start)) {
        return;
      }
    }
  }

  /** Has it do something. */
  void does(String command) throws IOException {
    process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  /** Waits for its end, which must be a good one. */
  void ends() throws InterruptedException {
    assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as("%s", said).isZero();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
