package org.consultrelay.relay.consult;

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
import java.util.Map;
import java.util.Optional;
import org.consultrelay.relay.Relay;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.api.TokenIssuer;
import org.consultrelay.relay.config.ConfigFiles;
import org.consultrelay.relay.config.ConfigLoader;

/** A real relay in this process, on free ports of one address. */
public final class TestRelay implements RunningRelay {
  /** The API key of every test relay. */
  public static final String KEY = "testkey";

  /** Its secret. */
  public static final String SECRET = "a-secret-that-is-long-enough-for-hs256";

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final String address;
  private final Relay relay;
  private final String scheme;

  private TestRelay(String address, Relay relay, String scheme) {
    this.scheme = scheme;
    this.address = address;
    this.relay = relay;
  }

  /** Starts one; {@code settings} are further {@code key=value} pairs. */
  public static TestRelay start(String address, String... settings) {
    return start(false, Optional.empty(), address, settings);
  }

  /** Starts one on the loopback whose further settings are in a file, where they can be changed. */
  public static TestRelay startFrom(Path yaml, String... settings) {
    return start(false, Optional.of(yaml), "127.0.0.1", settings);
  }

  /** Starts one in development mode: it hands out tokens to anybody. */
  public static TestRelay startForDevelopment(String address) {
    return start(true, Optional.empty(), address);
  }

  private static TestRelay start(
      boolean development, Optional<Path> file, String address, String... settings) {
    List<String> sets =
        new ArrayList<>(
            List.of(
                "http.host=" + address,
                "http.port=0",
                "ops.port=0",
                "net.bind=" + address,
                "net.mediaPort=0",
                "turn.udpPort=0",
                "turn.tcpPort=0",
                "turn.tlsPort=0",
                "tcp.icePort=0",
                "net.packetMemory=64MiB",
                // A test machine that is busy with something else must not decide; tests of
                // overload say what it is.
                "admission.enabled=false",
                "admission.busyLimit=100%",
                "admission.latenessLimit=1s"));
    if (!development && file.isEmpty()) {
      sets.add("keys." + KEY + "=" + SECRET);
    }
    sets.addAll(List.of(settings));
    try {
      ConfigFiles files = new ConfigFiles(new ConfigLoader(development, file, sets, Map.of(), 2));
      return new TestRelay(
          address,
          Relay.start(files.read(), files),
          sets.stream().anyMatch(set -> set.startsWith("http.tls.")) ? "https" : "http");
    } catch (Exception e) {
      throw new IllegalStateException("the relay does not start", e);
    }
  }

  /** The relay itself. */
  public Relay relay() {
    return relay;
  }

  /** The sum of all series of the relay's metrics whose line begins so. */
  public double metric(String prefix) {
    return metrics().stream()
        .filter(line -> line.startsWith(prefix))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** The lines of the relay's metrics of what was dropped, as far as there was any. */
  public List<String> drops() {
    return metrics().stream()
        .filter(line -> line.contains("drop") && !line.startsWith("#") && !line.endsWith(" 0.0"))
        .toList();
  }

  private List<String> metrics() {
    return ops("GET", "/metrics").body().lines().toList();
  }

  /** Asks its operators' door. */
  public HttpResponse<String> ops(String method, String path) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + relay.opsPort() + path))
              .method(method, HttpRequest.BodyPublishers.noBody())
              .timeout(Duration.ofSeconds(10))
              .build();
      return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Where its HTTP door is, without a slash at the end. */
  public String url() {
    String host = address.contains(":") ? "[" + address + "]" : address;
    return scheme + "://" + host + ":" + relay.httpPort();
  }

  @Override
  public String pageUrl() {
    return url() + "/consult";
  }

  @Override
  public String token(String room, String identity) {
    return token(Grants.join(identity, room));
  }

  /** A token that says this. */
  public String token(Grants grants) {
    return token(grants, SECRET, InstantSource.system());
  }

  /** A token of any API key. */
  public static String tokenOf(String key, String secret, Grants grants) {
    return new TokenIssuer(key, secret, InstantSource.system()).issue(grants, Duration.ofHours(1));
  }

  /** A token that says this, signed so and then; it lasts for an hour. */
  String token(Grants grants, String secret, InstantSource clock) {
    return new TokenIssuer(KEY, secret, clock).issue(grants, Duration.ofHours(1));
  }

  @Override
  public void close() {
    try {
      relay.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
