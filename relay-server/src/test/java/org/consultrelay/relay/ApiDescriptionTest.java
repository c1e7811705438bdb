package org.consultrelay.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.consultrelay.relay.consult.TestRelay;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The OpenAPI description, held against a running relay. */
class ApiDescriptionTest {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  private static TestRelay relay;
  private static String text;
  private static JsonNode description;

  @BeforeAll
  static void start() throws Exception {
    relay = TestRelay.start("127.0.0.1");
    HttpResponse<String> served = ask("GET", relay.url() + "/openapi.yaml");
    assertThat(served.statusCode()).isEqualTo(200);
    text = served.body();
    description = new YAMLMapper().readTree(text);
  }

  @AfterAll
  static void stop() {
    relay.close();
  }

  @Test
  void isOpenApi() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      // Media types that the library does not know as such; what is described of them is a text.
      JsonObject json =
          new JsonObject(
              description
                  .toString()
                  .replaceAll(
                      "application/(sdp|trickle-ice-sdpfrag|yaml|problem.json)|text/html",
                      "text/plain"));
      OpenAPIContract contract =
          OpenAPIContract.from(vertx, json).toCompletionStage().toCompletableFuture().get();
      assertThat(contract.operations()).hasSizeGreaterThan(30);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get();
    }
  }

  /** What comes without a token and without sense is answered by one of the documented statuses. */
  @Test
  void everyRouteAnswersAsItSays() throws Exception {
    Map<String, String> wrong = new TreeMap<>();
    for (Operation operation : operations()) {
      int status = ask(operation.method(), operation.url()).statusCode();
      if (!operation.statuses().contains(status)) {
        wrong.put(operation.toString(), "answered " + status);
      }
    }
    assertThat(wrong).isEmpty();
  }

  /** Nothing is served that is not described; {@code HEAD} and {@code OPTIONS} go with the rest. */
  @Test
  void everyRouteIsDescribed() {
    Set<String> described = new TreeSet<>();
    operations().forEach(each -> described.add(each.method() + " " + each.path()));
    Set<String> served = new TreeSet<>(relay.relay().routes());
    served.removeIf(route -> route.startsWith("HEAD ") || route.startsWith("OPTIONS "));
    assertThat(served).isNotEmpty();
    served.removeAll(described);
    assertThat(served).isEmpty();
  }

  private record Operation(String method, String path, String base, Set<Integer> statuses) {
    String url() {
      return base + path.replaceAll("\\{[^}]+}", "nobody");
    }

    @Override
    public String toString() {
      return method + " " + path + " " + statuses;
    }
  }

  private static List<Operation> operations() {
    List<Operation> all = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : description.get("paths").properties()) {
      String base =
          path.getValue().has("servers")
              ? "http://127.0.0.1:" + relay.relay().opsPort()
              : relay.url();
      for (Map.Entry<String, JsonNode> each : path.getValue().properties()) {
        if (each.getKey().equals("servers")) {
          continue;
        }
        Set<Integer> statuses = new TreeSet<>();
        each.getValue()
            .get("responses")
            .fieldNames()
            .forEachRemaining(status -> statuses.add(Integer.valueOf(status)));
        all.add(
            new Operation(each.getKey().toUpperCase(Locale.ROOT), path.getKey(), base, statuses));
      }
    }
    return all;
  }

  private static HttpResponse<String> ask(String method, String url) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(Duration.ofSeconds(10))
            .method(method, BodyPublishers.noBody())
            .build();
    return HTTP.send(request, BodyHandlers.ofString());
  }
}
