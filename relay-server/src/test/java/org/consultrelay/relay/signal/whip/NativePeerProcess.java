package org.consultrelay.relay.signal.whip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Runs {@link NativePeerMain} and reads what it says. */
final class NativePeerProcess implements AutoCloseable {
  private static final long SECONDS = 30;

  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final List<String> said = new ArrayList<>();

  private NativePeerProcess(Process process) {
    this.process = process;
    Thread.ofVirtual().start(this::read);
  }

  /** Starts one; {@code role} is a codec to publish, or {@code play}. */
  static NativePeerProcess start(String role, String door, String token) throws IOException {
    return new NativePeerProcess(
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                NativePeerMain.class.getName(),
                role,
                door,
                token)
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

  /** The session's path. */
  String location() {
    return await(line -> line.startsWith("location ")).substring("location ".length());
  }

  /** The first report from now on that is as wanted. */
  Map<String, String> awaitReport(Predicate<Map<String, String>> wanted) {
    return members(await(line -> line.startsWith("report ") && wanted.test(members(line))));
  }

  private static Map<String, String> members(String report) {
    Map<String, String> members = new HashMap<>();
    for (String member : report.substring("report ".length()).split(" ", -1)) {
      int equals = member.indexOf('=');
      members.put(member.substring(0, equals), member.substring(equals + 1));
    }
    return members;
  }

  private String await(Predicate<String> wanted) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    try {
      while (true) {
        @Nullable String line = lines.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (line == null) {
          throw new AssertionError("It did not come; the peer said: " + said);
        }
        said.add(line);
        if (wanted.test(line)) {
          return line;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Ends the peer, which must give everything back and exit by itself. */
  void end() throws Exception {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
    await(line -> line.equals("disposed"));
    assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  @Override
  public void close() {
    // The reader ends with the process's output.
    process.destroyForcibly().onExit().join();
  }
}
