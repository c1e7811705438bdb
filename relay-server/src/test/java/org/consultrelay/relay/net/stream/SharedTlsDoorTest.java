package org.consultrelay.relay.net.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.consultrelay.relay.net.IoMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP and STUN behind one TLS port, told apart by what comes first. */
class SharedTlsDoorTest {
  private static final int LARGE = 3_000_000;

  @TempDir Path directory;
  private StreamFixture fixture;
  private StreamDoor door;
  private final ConnectionGate gate = new ConnectionGate(50, 50);
  private final AtomicInteger behind = new AtomicInteger();

  @BeforeEach
  void open() throws IOException {
    fixture = new StreamFixture(IoMode.AUTO);
    door = open(fixture.rules(gate));
  }

  private StreamDoor open(StreamDoor.Rules rules) throws IOException {
    TestCertificate made = TestCertificate.of("localhost", "EC");
    Path chain = directory.resolve("chain.pem");
    Path key = directory.resolve("key.pem");
    made.writeCertificate(chain);
    made.writeKey(key);
    byte[] large = new byte[LARGE];
    new Random(7).nextBytes(large);
    HttpServer http =
        StreamFixture.await(
            fixture
                .vertx
                .createHttpServer(new HttpServerOptions().setUseProxyProtocol(true))
                .connectionHandler(connection -> {
                  behind.incrementAndGet();
                  connection.closeHandler(_ -> behind.decrementAndGet());
                })
                .requestHandler(request -> {
                  String from = request.remoteAddress().toString();
                  switch (request.path()) {
                    case "/large" ->
                        request.response().end(io.vertx.core.buffer.Buffer.buffer(large));
                    case "/count" ->
                        request
                            .body()
                            .onSuccess(body -> request.response().end("" + body.length()));
                    default -> request.response().end(request.version() + " " + from);
                  }
                })
                .listen(0, "127.0.0.1"));
    return fixture.open(
        StreamFraming.STUN,
        StreamLimits.DEFAULT,
        rules,
        new Certificates(chain, key),
        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), http.actualPort()));
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  @Test
  void stunAndHttpComeByTheSamePort() throws Exception {
    SSLSocket turn = tls("stun.turn");
    StreamDoorTest.echo(turn);
    assertThat(turn.getApplicationProtocol()).isEqualTo("stun.turn");
    assertThat(get("/", HttpClient.Version.HTTP_1_1)).startsWith("HTTP_1_1 127.0.0.1:");
    StreamDoorTest.echo(turn);
    // And a client that offers no protocol at all.
    SSLSocket plain = tls();
    StreamDoorTest.echo(plain);
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void httpOfBothVersionsPassesUnharmed(HttpClient.Version version) throws Exception {
    if (version.ordinal() > HttpClient.Version.HTTP_2.ordinal()) {
      return; // HTTP/3 has no TCP
    }
    assertThat(get("/", version))
        .startsWith(version.name().equals("HTTP_2") ? "HTTP_2" : "HTTP_1_1");
    byte[] expected = new byte[LARGE];
    new Random(7).nextBytes(expected);
    HttpResponse<byte[]> large =
        client(version).send(request("/large").build(), HttpResponse.BodyHandlers.ofByteArray());
    assertThat(Arrays.equals(large.body(), expected)).isTrue();
    HttpResponse<String> count =
        client(version)
            .send(
                request("/count")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[LARGE]))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(count.body()).isEqualTo("" + LARGE);
  }

  @Test
  void theHttpDoorIsToldTheClientsAddress() throws Exception {
    SSLSocket socket = tls("http/1.1");
    socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    assertThat(answer).endsWith("HTTP_1_0 127.0.0.1:" + socket.getLocalPort());
    StreamFixture.until(() -> gate.count() == 0);
  }

  @Test
  void whoHangsUpOnHttpLeavesNothing() throws Exception {
    for (int i = 0; i < 20; i++) {
      SSLSocket socket = tls("http/1.1");
      socket.getOutputStream().write('G');
      socket.close();
    }
    StreamFixture.until(() -> gate.count() == 0 && behind.get() == 0);
    assertThat(get("/", HttpClient.Version.HTTP_1_1)).startsWith("HTTP_1_1");
  }

  @Test
  void aProxyInFrontIsSeenThrough() throws Exception {
    door.close();
    door = open(fixture.rules(gate, "127.0.0.1/32"));
    Socket raw = fixture.connect(door);
    raw.getOutputStream()
        .write(HexFormat.of().parseHex("0d0a0d0a000d0a515549540a2111000ccb007107c6336401c35101bb"));
    SSLSocket socket = wrap(raw, "http/1.1");
    OutputStream out = socket.getOutputStream();
    out.write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    assertThat(answer).endsWith("HTTP_1_0 203.0.113.7:50001");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"GET / HTTP/1.1\r\n\r\n", "\u0001\u0000\u0000\u0000!\u0012", "PROXY TCP4 1"})
  void whatIsNoTlsIsCountedAsThat(String text) throws IOException {
    Socket socket = fixture.connect(door);
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    while (!StreamFixture.isClosed(socket)) {
      // An alert may come first.
    }
    StreamFixture.until(() -> fixture.counters.ends(StreamEnd.TLS_FAILED) == 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1", "TLSv1.1"})
  void oldTlsIsRefused(String version) throws IOException {
    SSLSocket socket = tls();
    socket.setEnabledProtocols(new String[] {version});
    assertThat(org.assertj.core.api.Assertions.catchThrowable(socket::startHandshake))
        .isInstanceOf(IOException.class);
  }

  private SSLSocket tls(String... protocols) throws IOException {
    return wrap(fixture.connect(door), protocols);
  }

  private static SSLSocket wrap(Socket socket, String... protocols) throws IOException {
    SSLSocket tls =
        (SSLSocket)
            TestCertificate.trusting()
                .getSocketFactory()
                .createSocket(socket, "localhost", socket.getPort(), true);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setApplicationProtocols(protocols);
    tls.setSSLParameters(parameters);
    return tls;
  }

  private String get(String path, HttpClient.Version version) throws Exception {
    return client(version).send(request(path).build(), HttpResponse.BodyHandlers.ofString()).body();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("https://localhost:" + door.port() + path))
        .timeout(Duration.ofSeconds(StreamFixture.SECONDS));
  }

  private static HttpClient client(HttpClient.Version version) {
    return HttpClient.newBuilder().version(version).sslContext(TestCertificate.trusting()).build();
  }
}
