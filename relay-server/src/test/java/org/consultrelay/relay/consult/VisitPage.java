package org.consultrelay.relay.consult;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A page's line to the consult service: says what it is told to, and hands out what comes. */
final class VisitPage implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 20;
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final LinkedBlockingDeque<JsonNode> received = new LinkedBlockingDeque<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final WebSocket socket;

  private VisitPage(TestRelay relay) {
    socket =
        HTTP.newWebSocketBuilder()
            .buildAsync(
                URI.create(relay.url().replace("http", "ws") + "/consult/v1/visit"), new Listener())
            .join();
  }

  /** A line on which nothing has been said. */
  static VisitPage open(TestRelay relay) {
    return new VisitPage(relay);
  }

  /** Comes by a link. */
  static VisitPage come(TestRelay relay, JsonNode link, String name) {
    VisitPage page = open(relay);
    page.hello(link.get("token").asText(), name);
    return page;
  }

  void hello(String token, String name) {
    say(object("hello").put("token", token).put("name", name));
  }

  static ObjectNode object(String type) {
    return Practitioner.JSON.createObjectNode().put("type", type);
  }

  void say(JsonNode message) {
    text(message.toString());
  }

  void say(String type) {
    say(object(type));
  }

  void text(String text) {
    socket.sendText(text, true).join();
  }

  WebSocket socket() {
    return socket;
  }

  /** The next message that is such; what comes before it is passed over. */
  JsonNode await(Predicate<JsonNode> condition, String what) {
    List<JsonNode> passed = new ArrayList<>();
    while (true) {
      try {
        JsonNode next = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
          throw new AssertionError("waited for " + what + ", what came: " + passed);
        }
        if (condition.test(next)) {
          return next;
        }
        passed.add(next);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  /** The next message of a type. */
  JsonNode await(String type) {
    return await(message -> message.get("type").asText().equals(type), type);
  }

  /** The next list of people that is such. */
  JsonNode people(Predicate<JsonNode> condition) {
    return await(
        message -> message.get("type").asText().equals("people") && condition.test(message),
        "people");
  }

  /** Who waits, when so many do. */
  JsonNode waiting(int count) {
    return people(people -> people.get("waiting").size() == count).get("waiting");
  }

  /** Lets in the only one who waits. */
  void admitTheOne() {
    say(object("admit").put("visit", waiting(1).get(0).get("visit").asText()));
  }

  /** All that has come until the answer to a ping that is sent now. */
  List<JsonNode> settled() {
    say("ping");
    List<JsonNode> before = new ArrayList<>();
    JsonNode _ =
        await(
            message -> {
              before.add(message);
              return message.get("type").asText().equals("pong");
            },
            "pong");
    before.removeLast();
    return before;
  }

  /** The error that comes next. */
  void refused(@Nullable String code) {
    assertThat(await("error").get("code").asText()).isEqualTo(code);
  }

  void ended(String reason) {
    assertThat(await("ended").get("reason").asText()).isEqualTo(reason);
    assertThat(closeStatus()).isEqualTo(1000);
  }

  int closeStatus() {
    return closed.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  /** Cuts the connection without a word. */
  void cut() {
    socket.abort();
  }

  @Override
  public void close() {
    if (!socket.isOutputClosed()) {
      CompletableFuture<WebSocket> _ = socket.sendClose(WebSocket.NORMAL_CLOSURE, "");
    }
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder partial = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(
        WebSocket webSocket, CharSequence data, boolean last) {
      partial.append(data);
      if (last) {
        try {
          received.add(Practitioner.JSON.readTree(partial.toString()));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        partial.setLength(0);
      }
      webSocket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(
        WebSocket webSocket, int statusCode, String reason) {
      closed.complete(statusCode);
      return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
      closed.complete(1_006);
    }
  }
}
