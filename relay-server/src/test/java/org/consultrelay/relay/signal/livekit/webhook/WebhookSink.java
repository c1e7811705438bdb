package org.consultrelay.relay.signal.livekit.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A back end that takes webhooks, when it is up, and remembers what it got. */
public final class WebhookSink implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** One request. */
  // The very bytes: the signature is over them.
  @SuppressWarnings("ArrayRecordComponent")
  public record Got(JsonNode event, byte[] body, Map<String, String> headers) {
    /** The event's name. */
    public String name() {
      return event.get("event").asText();
    }

    /** The room's name. */
    public String room() {
      return event.get("room").get("name").asText();
    }
  }

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Got> got = new ArrayList<>();
  private int port;
  private @Nullable HttpServer server;
  private volatile int status = 200;
  private volatile String location = "";
  private volatile long delayMillis;
  private volatile int answerBytes;

  private WebhookSink() {}

  /** One that is up. */
  public static WebhookSink open() {
    WebhookSink sink = new WebhookSink();
    sink.start();
    return sink;
  }

  /** Comes up, on the same port as before. */
  public synchronized void start() {
    try {
      HttpServer fresh =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
      fresh.setExecutor(threads);
      fresh.createContext("/", this::take);
      fresh.start();
      port = fresh.getAddress().getPort();
      server = fresh;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Goes down: nothing listens any more. */
  public void stop() {
    @Nullable HttpServer running;
    synchronized (this) {
      running = server;
      server = null;
    }
    if (running != null) {
      running.stop(0);
    }
  }

  private void take(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    Map<String, String> headers = new HashMap<>();
    exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
    pause();
    int answer = status;
    synchronized (this) {
      got.add(new Got(JSON.readTree(body), body, headers));
      notifyAll();
    }
    if (!location.isEmpty()) {
      exchange.getResponseHeaders().set("Location", location);
    }
    exchange.sendResponseHeaders(answer, answerBytes == 0 ? -1 : 0);
    try (exchange) {
      exchange.getResponseBody().write(new byte[answerBytes]);
    }
  }

  private void pause() {
    try {
      Thread.sleep(delayMillis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Answers so from now on. */
  public WebhookSink answers(int newStatus) {
    status = newStatus;
    return this;
  }

  WebhookSink sendsTo(String url) {
    location = url;
    return this;
  }

  WebhookSink waits(long millis) {
    delayMillis = millis;
    return this;
  }

  WebhookSink answersBytes(int count) {
    answerBytes = count;
    return this;
  }

  /** Where it is. */
  public String url() {
    return "http://127.0.0.1:" + port + "/hook?tenant=7";
  }

  int port() {
    return port;
  }

  /** All requests so far. */
  public synchronized List<Got> all() {
    return List.copyOf(got);
  }

  /** The events of a room so far, each at its first coming. */
  public List<Got> ofRoom(String room) {
    Set<String> seen = new HashSet<>();
    return all().stream()
        .filter(each -> each.room().equals(room))
        .filter(each -> seen.add(each.event().get("id").asText()))
        .toList();
  }

  /** The names of the events of a room so far, each at its first coming. */
  public List<String> namesOf(String room) {
    return ofRoom(room).stream().map(Got::name).toList();
  }

  /** Waits until a room has had so many events, or the patience ends. */
  public List<String> await(String room, int count) {
    long end = System.nanoTime() + 30_000_000_000L;
    synchronized (this) {
      while (namesOf(room).size() < count && System.nanoTime() < end) {
        try {
          wait(100);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          break;
        }
      }
    }
    return namesOf(room);
  }

  @Override
  public void close() {
    stop();
    threads.shutdownNow();
  }
}
