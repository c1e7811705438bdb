package org.consultrelay.relay.consult;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.api.TokenIssuer;

/** A relay in a process of its own, which can be told to stop as an operating system does. */
public final class RelayChild implements AutoCloseable {
  private static final Pattern READY =
      Pattern.compile(".*HTTP on port (\\d+), metrics and health on port (\\d+).*");
  private static final long PATIENCE_SECONDS = 30;
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Process process;
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Matcher> ready = new CompletableFuture<>();

  private RelayChild(Process process) {
    this.process = process;
    Thread.ofVirtual().start(this::read);
  }

  /** Starts one on free ports of the loopback; {@code settings} are further {@code key=value}. */
  public static RelayChild start(String... settings) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                // That of the product: tests have another one, which says less.
                "-Dlogback.configurationFile=logback.xml",
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "org.consultrelay.relay.RelayServer"));
    List<String> sets =
        new ArrayList<>(
            List.of(
                "keys." + TestRelay.KEY + "=" + TestRelay.SECRET,
                "http.host=127.0.0.1",
                "http.port=0",
                "ops.port=0",
                "net.bind=127.0.0.1",
                "net.mediaPort=0",
                "net.loops=1",
                "turn.udpPort=0",
                "turn.tcpPort=off",
                "turn.tlsPort=off",
                "tcp.icePort=off",
                "net.packetMemory=64MiB",
                "rooms.departureTimeout=200ms"));
    sets.addAll(List.of(settings));
    sets.forEach(set -> command.addAll(List.of("--set", set)));
    return new RelayChild(
        new ProcessBuilder(command)
            .directory(Path.of(System.getProperty("java.io.tmpdir")).toFile())
            .redirectErrorStream(true)
            .start());
  }

  private void read() {
    try (BufferedReader in = process.inputReader()) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        said.add(line);
        Matcher ports = READY.matcher(line);
        if (ports.matches()) {
          ready.complete(ports);
        }
      }
    } catch (IOException e) {
      // It was killed, and nobody waits for more.
    }
    ready.completeExceptionally(new AssertionError("it did not start: " + said));
  }

  private String port(int group) {
    return ready.copy().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join().group(group);
  }

  /** Where its HTTP door is. */
  public String url() {
    return "http://127.0.0.1:" + port(1);
  }

  /** Asks its operators' door. */
  public HttpResponse<String> ops(String method, String path) {
    return send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(2) + path))
            .method(method, HttpRequest.BodyPublishers.noBody()));
  }

  /** Asks its HTTP door with a token. */
  public HttpResponse<String> ask(
      String method, String path, String token, String body, String type) {
    return send(
        HttpRequest.newBuilder(URI.create(url() + path))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", type)
            .method(method, HttpRequest.BodyPublishers.ofString(body)));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return CLIENT.send(
          request.timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Leave to join a room. */
  public String token(String room, String identity) {
    return new TokenIssuer(TestRelay.KEY, TestRelay.SECRET, InstantSource.system())
        .issue(Grants.join(identity, room), Duration.ofHours(1));
  }

  /** SIGTERM (the handle leaves the streams open); returns once it is about to stop. */
  public void terminate() throws InterruptedException {
    port(2);
    process.toHandle().destroy();
    for (int i = 0; i < 1_000 && said.stream().noneMatch(line -> line.contains("draining:")); i++) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertThat(said).anyMatch(line -> line.contains("draining:"));
  }

  /** SIGTERM once more. */
  public void terminateAgain() {
    process.toHandle().destroy();
  }

  /** SIGHUP; returns once it has written this. */
  public void hangUp(String line) throws IOException, InterruptedException {
    port(2);
    new ProcessBuilder("kill", "-HUP", Long.toString(process.pid())).start().waitFor();
    for (int i = 0; i < 1_000 && said.stream().noneMatch(each -> each.contains(line)); i++) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertThat(said).anyMatch(each -> each.contains(line));
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Its exit code, once it has ended by itself. */
  public int awaitExit() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("%s", said).isTrue();
    return process.exitValue();
  }

  /** What it has written so far. */
  public List<String> said() {
    return said;
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
