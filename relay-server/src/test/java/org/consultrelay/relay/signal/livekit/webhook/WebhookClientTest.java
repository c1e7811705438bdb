package org.consultrelay.relay.signal.livekit.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.consultrelay.relay.config.ConfigLoader;
import org.consultrelay.relay.config.WebhooksConfig;
import org.consultrelay.relay.net.stream.TestCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where posts go, and above all where not. */
@Timeout(60)
class WebhookClientTest {
  private static final byte[] BODY = "{\"event\":\"x\"}".getBytes(StandardCharsets.UTF_8);

  private final Vertx vertx = Vertx.vertx();
  private final WebhookSink sink = WebhookSink.open();
  @TempDir Path directory;

  @AfterEach
  void close() throws Exception {
    sink.close();
    vertx.close().toCompletionStage().toCompletableFuture().get();
  }

  private static WebhooksConfig config(String... settings) throws Exception {
    List<String> sets =
        new ArrayList<>(
            List.of("keys.app=0123456789abcdef0123456789abcdef", "webhooks.timeout=20s"));
    sets.addAll(List.of(settings));
    return new ConfigLoader(false, Optional.empty(), sets, Map.of(), 2).load().webhooks();
  }

  private WebhookClient client(WebhooksConfig config, String... addresses) {
    return new WebhookClient(
        vertx,
        vertx.getOrCreateContext(),
        config,
        host -> {
          InetAddress[] all = new InetAddress[addresses.length];
          for (int i = 0; i < all.length; i++) {
            all[i] = InetAddress.getByName(addresses[i]);
          }
          return all;
        });
  }

  private static WebhookClient open(Vertx vertx, WebhooksConfig config) {
    return new WebhookClient(vertx, vertx.getOrCreateContext(), config, InetAddress::getAllByName);
  }

  private static void refused(WebhookClient client, String url, String why) {
    assertThatThrownBy(() -> client.post(URI.create(url), BODY, "jwt"))
        .isInstanceOf(Delivery.FailedException.class)
        .hasMessageContaining(why);
  }

  @Test
  void postsToTheAddressThatWasLookedAt() throws Exception {
    WebhookClient client = client(config("webhooks.allowPrivate=true"), "127.0.0.1");
    // No name server knows it: only what was looked up and looked at can have been used.
    String authority = "receiver.invalid:" + sink.port();
    client.post(URI.create("http://" + authority + "/a%20b?c=d&e"), BODY, "jwt");
    WebhookSink.Got got = sink.all().getFirst();
    assertThat(got.body()).isEqualTo(BODY);
    assertThat(got.headers())
        .containsEntry("Host", authority)
        .containsEntry("Authorization", "jwt")
        .containsEntry("Content-type", "application/webhook+json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.8.9.10",
        "10.0.0.1",
        "192.168.1.1",
        "172.16.5.4",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::"
      })
  void aNameThatLeadsInsideIsNotFollowed(String address) throws Exception {
    refused(
        client(config(), address),
        "http://receiver.example:" + sink.port(),
        "its address is private, and webhooks.allowPrivate is false");
    assertThat(sink.all()).isEmpty();
  }

  @Test
  void aNameThatChangesItsMindIsNotFollowed() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    WebhookClient client =
        new WebhookClient(
            vertx,
            vertx.getOrCreateContext(),
            config("webhooks.allowPrivate=true"),
            host ->
                new InetAddress[] {
                  InetAddress.getByName(asked.getAndIncrement() == 0 ? "127.0.0.1" : "169.254.1.1")
                });
    URI url = URI.create("http://receiver.example:" + sink.port());
    client.post(url, BODY, "jwt");
    // The connection is still open, and not used: the name is looked up for each event.
    refused(client, url.toString(), "its address must not be reached");
    assertThat(asked).hasValue(2);
    assertThat(sink.all()).hasSize(1);
  }

  @Test
  void whatCannotBeNamedOtherwiseIsLookedAtAsWell() throws Exception {
    for (String host : List.of("127.0.0.1", "localhost", "[::1]")) {
      refused(
          open(vertx, config()),
          "http://" + host + ":" + sink.port(),
          "webhooks.allowPrivate is false");
    }
    for (String host : List.of("169.254.169.254", "[fe80::1]", "[fd00:ec2::254]", "224.0.0.1")) {
      refused(
          open(vertx, config("webhooks.allowPrivate=true")),
          "http://" + host + ":" + sink.port(),
          "its address must not be reached");
    }
    assertThat(sink.all()).isEmpty();
  }

  @Test
  void theSecondAddressIsTriedWhenTheFirstIsDeaf() throws Exception {
    WebhookClient client = client(config("webhooks.allowPrivate=true"), "127.0.0.9", "127.0.0.1");
    client.post(URI.create("http://receiver.example:" + sink.port()), BODY, "jwt");
    assertThat(sink.all()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void redirectsAreNotFollowed(int status) throws Exception {
    try (WebhookSink elsewhere = WebhookSink.open()) {
      sink.answers(status).sendsTo(elsewhere.url());
      refused(
          open(vertx, config("webhooks.allowPrivate=true")), sink.url(), "it answers " + status);
      assertThat(elsewhere.all()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 404, 429, 500, 503})
  void whatIsNotOfThe200sIsAFailure(int status) throws Exception {
    sink.answers(status);
    refused(open(vertx, config("webhooks.allowPrivate=true")), sink.url(), "it answers " + status);
  }

  @Test
  void waitsNoLongerThanItMay() throws Exception {
    sink.waits(30_000);
    refused(
        open(vertx, config("webhooks.allowPrivate=true", "webhooks.timeout=1s")),
        sink.url(),
        "no answer in time");
  }

  @Test
  void doesNotReadOnForEver() throws Exception {
    sink.answersBytes(50 << 20);
    open(vertx, config("webhooks.allowPrivate=true")).post(URI.create(sink.url()), BODY, "jwt");
    assertThat(sink.all()).hasSize(1);
  }

  @Test
  void saysWhyItDoesNotGetThrough() throws Exception {
    WebhooksConfig config = config("webhooks.allowPrivate=true");
    WebhookClient nameless =
        new WebhookClient(
            vertx,
            vertx.getOrCreateContext(),
            config,
            host -> {
              throw new UnknownHostException(host);
            });
    refused(nameless, "http://receiver.example", "its name is not known");
    sink.stop();
    refused(open(vertx, config), sink.url(), "ConnectException");
  }

  @Test
  void certificatesMustBeOfTheNameAndOfAKnownSigner() throws Exception {
    TestCertificate certificate = TestCertificate.of("receiver.example", "EC");
    Path chain = directory.resolve("chain.pem");
    Path key = directory.resolve("key.pem");
    certificate.writeCertificate(chain);
    certificate.writeKey(key);
    HttpServer server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setSsl(true)
                    .setKeyCertOptions(
                        new PemKeyCertOptions()
                            .addCertPath(chain.toString())
                            .addKeyPath(key.toString())))
            .requestHandler(request -> request.response().end())
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get();
    int port = server.actualPort();
    WebhookClient knowing =
        client(config("webhooks.allowPrivate=true", "webhooks.authorities=" + chain), "127.0.0.1");
    knowing.post(URI.create("https://receiver.example:" + port), BODY, "jwt");
    refused(knowing, "https://other.example:" + port, "SSLHandshakeException");
    refused(
        client(config("webhooks.allowPrivate=true"), "127.0.0.1"),
        "https://receiver.example:" + port,
        "SSLHandshakeException");
  }
}
