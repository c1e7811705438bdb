package org.consultrelay.load.local;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A relay in a process of its own, in development mode, on free ports of loopback. */
public final class RelayProcess implements AutoCloseable {
  private static final List<String> FREE_PORTS =
      List.of("turn.udpPort=0", "turn.tcpPort=0", "turn.tlsPort=off", "tcp.icePort=0");

  private static final Duration START = Duration.ofSeconds(60);

  private final Process process;
  private final Path log;
  private final int httpPort;
  private final int opsPort;
  private final HttpClient http = HttpClient.newHttpClient();

  private RelayProcess(Process process, Path log, int httpPort, int opsPort) {
    this.process = process;
    this.log = log;
    this.httpPort = httpPort;
    this.opsPort = opsPort;
  }

  /**
   * Starts one and waits until it is ready.
   *
   * @param launcher what stands in front of the command, as to pin it to a processor; may be empty
   * @param jvmFlags besides those that native access needs
   * @param settings {@code key=value} pairs
   * @throws IOException when it does not become ready, with what it said
   */
  public static RelayProcess start(
      List<String> launcher, List<String> jvmFlags, List<String> settings)
      throws IOException, InterruptedException {
    return start(ownClassPath(), launcher, jvmFlags, settings);
  }

  /**
   * As {@link #start(List, List, List)}, of another build.
   *
   * @param classPath where that is, in absolute paths
   */
  public static RelayProcess start(
      String classPath, List<String> launcher, List<String> jvmFlags, List<String> settings)
      throws IOException, InterruptedException {
    int httpPort = freePort();
    int opsPort = freePort();
    Path log = Files.createTempFile("relay-bench", ".log");
    List<String> command = new ArrayList<>(launcher);
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.addAll(jvmFlags);
    command.addAll(
        List.of(
            "-cp",
            classPath,
            "org.consultrelay.relay.RelayServer",
            "--dev",
            "--set",
            "http.port=" + httpPort,
            "--set",
            "ops.port=" + opsPort,
            "--set",
            "net.mediaPort=0"));
    List<String> all = new ArrayList<>(FREE_PORTS);
    all.addAll(settings);
    for (String setting : all) {
      command.addAll(List.of("--set", setting));
    }
    Process process =
        new ProcessBuilder(command)
            .directory(new File(System.getProperty("java.io.tmpdir")))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    RelayProcess relay = new RelayProcess(process, log, httpPort, opsPort);
    relay.awaitReady();
    return relay;
  }

  /** Ours, as seen from any directory: started by {@code java -jar} it is a relative path. */
  public static String ownClassPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void awaitReady() throws IOException, InterruptedException {
    long end = System.nanoTime() + START.toNanos();
    while (System.nanoTime() < end && process.isAlive()) {
      try {
        if (get("/health/ready").statusCode() == 200) {
          return;
        }
      } catch (IOException notYet) {
        TimeUnit.MILLISECONDS.sleep(100);
      }
    }
    String said = Files.readString(log);
    close();
    throw new IOException("the relay did not start: " + said);
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + opsPort + path))
            .timeout(Duration.ofSeconds(20))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** Where a door is. */
  public URI door(String path) {
    return URI.create("http://127.0.0.1:" + httpPort + path);
  }

  /** Where its metrics are. */
  public URI metrics() {
    return URI.create("http://127.0.0.1:" + opsPort + "/metrics");
  }

  /** The operating system's number of the process. */
  public long processId() {
    return process.pid();
  }

  /** What the relay's metrics and the operating system say now. */
  public Reading read() throws IOException, InterruptedException {
    return new Reading(get("/metrics").body(), cpuSeconds());
  }

  /** User and system time of the process, as the operating system counts it. */
  public double cpuSeconds() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
  }

  /** Whether it still runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Asks it to end as an operating system does (SIGTERM), and does not wait. */
  public void terminate() {
    process.destroy();
  }

  /** Its exit code, when it has ended. */
  public CompletableFuture<Integer> onExit() {
    return process.onExit().thenApply(Process::exitValue);
  }

  /** What it has printed. */
  public String log() throws IOException {
    return Files.readString(log);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      Files.deleteIfExists(log);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // A file in the temporary directory stays; the system clears that.
    }
  }

  /**
   * One look at a relay.
   *
   * @param metrics what it exports
   * @param cpuSeconds what it has used
   */
  public record Reading(String metrics, double cpuSeconds) {
    /** The sum of all series whose line begins so. */
    public double sum(String prefix) {
      return metrics
          .lines()
          .filter(line -> line.startsWith(prefix))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    }
  }
}
