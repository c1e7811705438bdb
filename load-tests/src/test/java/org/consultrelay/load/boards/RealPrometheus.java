package org.consultrelay.load.boards;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A Prometheus of this machine with the configuration that the repository ships. */
final class RealPrometheus implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration START = Duration.ofSeconds(30);

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process process;
  private final Path log;
  private final int port;

  private RealPrometheus(Process process, Path log, int port) {
    this.process = process;
    this.log = log;
    this.port = port;
  }

  /** Whether there is one on the path, with its tool. */
  static boolean isThere() {
    return onPath("prometheus") && onPath("promtool");
  }

  private static boolean onPath(String program) {
    return Pattern.compile(File.pathSeparator)
        .splitAsStream(System.getenv("PATH"))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  /**
   * Starts one and waits until it has read the relay's figures.
   *
   * @param shipped the folder with {@code prometheus.yml} and its rules
   * @param relay whose figures, as {@code host:port}
   * @param directory for its data
   */
  static RealPrometheus start(Path shipped, String relay, Path directory)
      throws IOException, InterruptedException {
    String configuration = Files.readString(shipped.resolve("prometheus.yml"));
    Path file = directory.resolve("prometheus.yml");
    Files.writeString(
        file,
        configuration
            .replace("127.0.0.1:6789", relay)
            .replaceAll("(scrape|evaluation)_interval: \\d+s", "$1_interval: 1s"));
    Files.copy(shipped.resolve("alerts.yml"), directory.resolve("alerts.yml"));
    int port = freePort();
    Path log = directory.resolve("prometheus.log");
    Process process =
        new ProcessBuilder(
                "prometheus",
                "--config.file=" + file,
                "--storage.tsdb.path=" + directory.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    RealPrometheus started = new RealPrometheus(process, log, port);
    started.awaitFigures();
    return started;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void awaitFigures() throws IOException, InterruptedException {
    long end = System.nanoTime() + START.toNanos();
    while (System.nanoTime() < end && process.isAlive()) {
      try {
        if (!query("relay_build_info").isEmpty()) {
          return;
        }
      } catch (IOException notYet) {
        // It is about to listen.
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
    String said = Files.readString(log);
    close();
    throw new IOException("Prometheus reads nothing: " + said);
  }

  /**
   * The present value of each series of an expression.
   *
   * @throws IOException when Prometheus calls it wrong, with what it said
   */
  JsonNode query(String expression) throws IOException, InterruptedException {
    return get("query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
        .get("result");
  }

  /** The alert rules that it has loaded. */
  List<JsonNode> rules() throws IOException, InterruptedException {
    return get("rules").get("groups").findValues("rules").stream()
        .flatMap(JsonNode::valueStream)
        .toList();
  }

  private JsonNode get(String call) throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/" + call))
                .timeout(Duration.ofSeconds(20))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    JsonNode answer = JSON.readTree(response.body());
    if (!answer.path("status").asText().equals("success")) {
      throw new IOException(answer.path("error").asText(response.body()));
    }
    return answer.get("data");
  }

  /** Runs promtool in a directory, and returns what it says; empty when all is well. */
  static String promtool(Path directory, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new java.util.ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    Process tool =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String said = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return tool.waitFor() == 0 ? "" : said;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    http.close();
  }
}
