package org.consultrelay.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.consultrelay.relay.consult.TestRelay;
import org.consultrelay.relay.ops.DeepCheck;
import org.consultrelay.relay.srtp.SrtpCiphers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The relay calls itself, and says how it is. */
class TrialCallTest {
  private static TestRelay relay;

  @BeforeAll
  static void start() {
    relay = TestRelay.start("127.0.0.1");
  }

  @AfterAll
  static void stop() {
    relay.close();
  }

  private static HttpResponse<String> get(String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + relay.relay().opsPort() + path))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void soundGoesThereAndBack() throws Exception {
    HttpResponse<String> answer = get("/health/deep");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonObject said = new JsonObject(answer.body());
    assertThat(said.getDouble("iceMillis")).isPositive();
    assertThat(said.getDouble("dtlsMillis")).isGreaterThan(said.getDouble("iceMillis"));
    assertThat(said.getDouble("mediaMillis")).isGreaterThan(said.getDouble("dtlsMillis"));
    assertThat(relay.metric("relay_trial_calls_total{outcome=\"passed\"}")).isPositive();
    assertThat(relay.metric("relay_trial_call_ok")).isEqualTo(1);
    assertThat(relay.metric("relay_trial_call_duration_seconds")).isPositive();
    assertThat(relay.metric("relay_participants ")).as("it is nobody").isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"net.onePort=false", "net.onePort=true", "net.io=nio"})
  void eachLoopHasItsTurnAndNothingIsLeft(String setting) throws Exception {
    try (TestRelay other = TestRelay.start("127.0.0.1", setting);
        ExecutorService handshakes = Executors.newVirtualThreadPerTaskExecutor()) {
      TrialCall trial = trial(other, handshakes);
      for (int i = 0; i < 2 * other.relay().hosts().size(); i++) {
        DeepCheck.Stages stages = trial.call();
        assertThat(stages.media()).isGreaterThan(stages.dtls());
      }
      for (MediaHost host : other.relay().hosts()) {
        CountDownLatch done = new CountDownLatch(1);
        host.loop().execute(done::countDown);
        done.await();
        assertThat(host.demultiplexer().transportCount()).isZero();
      }
    }
  }

  private static TrialCall trial(TestRelay of, ExecutorService handshakes) {
    return new TrialCall(of.relay().hosts(), SrtpCiphers.detect(), new SecureRandom(), handshakes);
  }

  @Test
  void aLoopThatHangsIsNamedAndNotWaitedForLong() throws Exception {
    try (TestRelay other = TestRelay.start("127.0.0.1", "net.loops=1");
        ExecutorService handshakes = Executors.newVirtualThreadPerTaskExecutor()) {
      CountDownLatch go = new CountDownLatch(1);
      other
          .relay()
          .hosts()
          .getFirst()
          .loop()
          .execute(() -> {
            try {
              go.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
      TrialCall trial = trial(other, handshakes);
      assertThatThrownBy(trial::call)
          .isInstanceOf(IOException.class)
          .hasMessage("loop 0 does not answer");
      HttpClient client = HttpClient.newHttpClient();
      HttpResponse<String> ready =
          client.send(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:" + other.relay().opsPort() + "/health/ready"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(ready.body()).contains("loop 0 has run no task for ");
      client.close();
      go.countDown();
    }
  }

  @Test
  void aRelayThatIsWellSaysWhatItLookedAt() throws Exception {
    HttpResponse<String> answer = get("/health/ready");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body())
        .contains("\"loops\"", "\"ports\"", "\"drain\"", "\"capacity\"", "\"headroom\"");
    assertThat(relay.metric("relay_headroom_ratio")).isPositive();
    assertThat(relay.metric("relay_takes_rooms")).isEqualTo(1);
    assertThat(relay.metric("relay_overload_level")).isZero();
  }
}
