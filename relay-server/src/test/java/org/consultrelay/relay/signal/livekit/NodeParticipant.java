package org.consultrelay.relay.signal.livekit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A participant on {@code @livekit/rtc-node}, in a Node process of its own. */
final class NodeParticipant implements AutoCloseable {
  private static final long SECONDS = 30;

  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final List<String> said = new ArrayList<>();

  private NodeParticipant(Process process) {
    this.process = process;
    Thread.ofVirtual().start(this::read);
  }

  /** Joins; skips the test where npm cannot bring the client. */
  static NodeParticipant join(String url, String token) throws Exception {
    assumeTrue(RtcNodeTest.installed(), "npm cannot install @livekit/rtc-node here");
    return new NodeParticipant(
        new ProcessBuilder("node", "guest.mjs", url, token)
            .directory(RtcNodeTest.INSTALLED.toFile())
            .redirectErrorStream(true)
            .start());
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
