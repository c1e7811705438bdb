package org.consultrelay.relay.signal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A client in a process of its own, which is told what to do and says what it saw, line by line.
 */
public final class SpeakingProcess implements AutoCloseable {
  private static final long SECONDS = 30;

  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final List<String> said = new ArrayList<>();

  private SpeakingProcess(Process process) {
    this.process = process;
    Thread.ofVirtual().start(this::read);
  }

  /** Starts it; what it writes as errors is among what it says. */
  public static SpeakingProcess start(ProcessBuilder command) throws IOException {
    return new SpeakingProcess(command.redirectErrorStream(true).start());
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

  /** The first line from now on that is as wanted; lines before it are passed over. */
  public String await(String what, Predicate<String> wanted) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    try {
      while (true) {
        @Nullable String line = lines.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (line == null) {
          throw new AssertionError("\"%s\" did not come; it said: %s".formatted(what, said));
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

  /** The first line from now on that begins so. */
  public String await(String start) {
    return await(start, line -> line.startsWith(start));
  }

  /** What it has said until now is not awaited any more. */
  public void forget() {
    lines.drainTo(said);
  }

  /** Has it do something. */
  public void tell(String command) throws IOException {
    process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  /** Waits for it to exit by itself, which must be a good end. */
  public void awaitExit() throws InterruptedException {
    assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as("%s", said).isTrue();
    assertThat(process.exitValue()).as("%s", said).isZero();
  }

  @Override
  public void close() {
    // The reader ends with the process's output.
    process.destroyForcibly().onExit().join();
  }
}
