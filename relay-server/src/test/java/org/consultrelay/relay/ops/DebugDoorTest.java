package org.consultrelay.relay.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.consultrelay.relay.Needs;
import org.consultrelay.relay.config.OpsConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may look into rooms, and what is asked. */
@ExtendWith(VertxExtension.class)
class DebugDoorTest {
  private final Metrics metrics = new Metrics("test");
  private final AtomicReference<Optional<CountDownLatch>> holdUp =
      new AtomicReference<>(Optional.empty());
  private final CountDownLatch looking = new CountDownLatch(1);
  private Vertx vertx;
  private OpsServer server;

  @BeforeEach
  void keep(Vertx given) {
    vertx = given;
  }

  @AfterEach
  void stop() {
    server.stop().await();
    metrics.close();
  }

  private int start(String host, boolean debug) {
    OpsConfig config = new OpsConfig(InetAddress.ofLiteral(host), 0, Duration.ZERO, debug);
    server =
        new OpsServer(
            vertx, config, metrics, List.of(), List.of(), new NoOrders(), null, new Look());
    return server.start().await();
  }

  /** The answer's first line and its body, with a header or none. */
  private static String ask(String to, int port, String target, String... headers)
      throws IOException {
    StringBuilder request = new StringBuilder("GET " + target + " HTTP/1.1\r\n");
    boolean hostSet = false;
    for (String header : headers) {
      request.append(header).append("\r\n");
      hostSet |= header.startsWith("Host:");
    }
    request.append(hostSet ? "" : "Host: " + to + ":" + port + "\r\n");
    request.append("Connection: close\r\n\r\n");
    try (Socket socket = new Socket(to, port)) {
      socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/debug, rooms 0",
    "/debug?page=3, rooms 3",
    "/debug?room=RM_x, room RM_x 0",
    "/debug?room=RM_x&page=1, room RM_x 1",
    "/debug?session=abcdef, session abcdef"
  })
  void asksForWhatIsAskedFor(String target, String asked) throws Exception {
    String answer = ask("127.0.0.1", start("127.0.0.1", false), target);
    assertThat(answer).startsWith("HTTP/1.1 200").contains("no-store").contains(asked);
  }

  @Test
  void whatIsNotThereIs404() throws Exception {
    int port = start("127.0.0.1", false);
    assertThat(ask("127.0.0.1", port, "/debug?room=none")).startsWith("HTTP/1.1 404");
    assertThat(ask("127.0.0.1", port, "/debug?session=none")).startsWith("HTTP/1.1 404");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "x", "99999999999", "1000001"})
  void pagesAreNumbers(String page) throws Exception {
    String answer = ask("127.0.0.1", start("127.0.0.1", false), "/debug?page=" + page);
    assertThat(answer).startsWith("HTTP/1.1 400");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Forwarded-For: 192.0.2.7",
        "Forwarded: for=192.0.2.7",
        "Host: evil.example:6789",
        "Host: 192.0.2.7",
        "Origin: http://evil.example"
      })
  void whatDoesNotComeFromHereIsRefused(String header) throws Exception {
    String answer = ask("127.0.0.1", start("127.0.0.1", false), "/debug", header);
    assertThat(answer).startsWith("HTTP/1.1 403");
  }

  @Test
  void localhostIsHereToo() throws Exception {
    int port = start("127.0.0.1", false);
    assertThat(ask("127.0.0.1", port, "/debug", "Host: localhost:" + port))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void otherMachinesAreRefusedUnlessTheyAreAllowed() throws Exception {
    String own = ownAddress();
    int port = start("0.0.0.0", false);
    assertThat(ask(own, port, "/debug")).startsWith("HTTP/1.1 403");
    assertThat(ask(own, port, "/metrics")).startsWith("HTTP/1.1 200");
    server.stop().await();
    port = start("0.0.0.0", true);
    assertThat(ask(own, port, "/debug", "X-Forwarded-For: 192.0.2.7", "Host: relay.example"))
        .startsWith("HTTP/1.1 200");
    assertThat(ask(own, port, "/debug", "Origin: http://evil.example"))
        .as("no page, in any case")
        .startsWith("HTTP/1.1 403");
  }

  private static String ownAddress() throws IOException {
    Optional<String> own =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
            .map(InetAddress::getHostAddress)
            .findFirst();
    Needs.that(own.isPresent(), "an IPv4 address that is not loopback's");
    return own.orElseThrow();
  }

  @Test
  void oneLooksAtATime() throws Exception {
    int port = start("127.0.0.1", false);
    CountDownLatch first = new CountDownLatch(1);
    holdUp.set(Optional.of(first));
    Thread other =
        Thread.startVirtualThread(() -> {
          try {
            ask("127.0.0.1", port, "/debug");
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
    looking.await();
    assertThat(ask("127.0.0.1", port, "/debug"))
        .startsWith("HTTP/1.1 503")
        .containsIgnoringCase("retry-after: 1");
    holdUp.set(Optional.empty());
    first.countDown();
    other.join();
    assertThat(ask("127.0.0.1", port, "/debug")).startsWith("HTTP/1.1 200");
  }

  private final class Look implements Inspection {
    @Override
    public JsonObject rooms(int page) {
      looking.countDown();
      holdUp
          .get()
          .ifPresent(latch -> {
            try {
              latch.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
      return new JsonObject().put("asked", "rooms " + page);
    }

    @Override
    public Optional<JsonObject> room(String room, int page) {
      return room.equals("none")
          ? Optional.empty()
          : Optional.of(new JsonObject().put("asked", "room " + room + " " + page));
    }

    @Override
    public Optional<JsonObject> session(String beginning) {
      return beginning.equals("none")
          ? Optional.empty()
          : Optional.of(new JsonObject().put("asked", "session " + beginning));
    }
  }

  private static final class NoOrders implements OpsServer.Orders {
    @Override
    public void drain() {}

    @Override
    public Drain.TakenBack takeBack() {
      return Drain.TakenBack.NOT_DRAINING;
    }

    @Override
    public Drain.Progress progress() {
      return new Drain.Progress(false, 0, 0, 0);
    }
  }
}
