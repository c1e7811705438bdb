package org.consultrelay.load.middle;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A relay as seen through a faulty network, or a faulty relay: a WHIP and WHEP door that hands
 * everything on to a real one, and puts itself between the media. Can hand on requests to play
 * somebody as requests to play somebody else, as a relay that mixes publishers up.
 */
public final class FaultyMiddle implements AutoCloseable {
  private static final Pattern UDP_CANDIDATE =
      Pattern.compile("(a=candidate:\\S+ 1 (?i:udp) \\d+) (\\S+) (\\d+) typ host");

  private final URI relay;
  private final FaultyLink up;
  private final FaultyLink down;
  private final UnaryOperator<String> confuse;
  private final HttpClient http = HttpClient.newHttpClient();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private final Map<InetSocketAddress, UdpMiddle> ports = new ConcurrentHashMap<>();

  private FaultyMiddle(URI relay, FaultyLink up, FaultyLink down, UnaryOperator<String> confuse)
      throws IOException {
    this.relay = relay;
    this.up = up;
    this.down = down;
    this.confuse = confuse;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handOn);
    server.start();
  }

  /**
   * Stands before a relay.
   *
   * @param relay {@code http://127.0.0.1:7880}
   * @param up what happens to media from participants
   * @param down what happens to media from the relay
   */
  static FaultyMiddle before(URI relay, Faults up, Faults down, long seed) throws IOException {
    return new FaultyMiddle(
        relay, new FaultyLink(up, seed), new FaultyLink(down, ~seed), UnaryOperator.identity());
  }

  /** A relay without loss that plays somebody else: maps paths as {@code /whep/v1/alice}. */
  static FaultyMiddle confusing(URI relay, UnaryOperator<String> paths) throws IOException {
    return new FaultyMiddle(
        relay, new FaultyLink(Faults.NONE, 0), new FaultyLink(Faults.NONE, 0), paths);
  }

  /** Where its door is, without a slash at the end. */
  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** What became of media from participants. */
  FaultyLink up() {
    return up;
  }

  /** What became of media from the relay. */
  FaultyLink down() {
    return down;
  }

  private void handOn(HttpExchange exchange) throws IOException {
    try (exchange) {
      URI asked = exchange.getRequestURI();
      HttpRequest.Builder request =
          HttpRequest.newBuilder(relay.resolve(confuse.apply(asked.getRawPath())))
              .method(
                  exchange.getRequestMethod(),
                  HttpRequest.BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
      for (String name : List.of("Authorization", "Content-Type", "If-Match")) {
        exchange.getRequestHeaders().getOrDefault(name, List.of()).stream()
            .findFirst()
            .ifPresent(value -> request.header(name, value));
      }
      HttpResponse<String> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      for (String name : List.of("Location", "Content-Type", "ETag", "Retry-After")) {
        answer
            .headers()
            .firstValue(name)
            .ifPresent(value -> exchange.getResponseHeaders().add(name, local(value)));
      }
      byte[] body = throughUs(answer.body()).getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer.statusCode(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String local(String header) {
    return header.startsWith(relay.toString())
        ? url() + header.substring(relay.toString().length())
        : header;
  }

  /** Puts our port in the place of the relay's. */
  private String throughUs(String answer) {
    Matcher candidates = UDP_CANDIDATE.matcher(answer);
    StringBuilder rewritten = new StringBuilder();
    while (candidates.find()) {
      InetSocketAddress at =
          new InetSocketAddress(candidates.group(2), Integer.parseInt(candidates.group(3)));
      InetSocketAddress ours = ports.computeIfAbsent(at, this::open).address();
      candidates.appendReplacement(
          rewritten,
          "$1 " + ours.getAddress().getHostAddress() + " " + ours.getPort() + " typ host");
    }
    return candidates.appendTail(rewritten).toString();
  }

  private UdpMiddle open(InetSocketAddress at) {
    try {
      UdpMiddle port = new UdpMiddle(up, down);
      port.relayAt(at);
      return port;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    server.stop(0);
    threads.shutdownNow();
    http.shutdownNow();
    for (UdpMiddle port : new ArrayList<>(ports.values())) {
      port.close();
    }
  }
}
