package org.consultrelay.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.consult.TestRelay;
import org.consultrelay.relay.signal.SpeakingProcess;
import org.consultrelay.relay.signal.livekit.ServerSdk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The example back ends of {@code docs/examples}, as they are, against a relay. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ExamplesTest {
  private static final Path EXAMPLES = CommittedFile.root().resolve("docs/examples");

  @Test
  void bookWithCurl() throws Exception {
    Needs.program("curl");
    try (TestRelay relay = TestRelay.start("127.0.0.1")) {
      ProcessBuilder book = new ProcessBuilder("sh", EXAMPLES.resolve("book.sh").toString());
      book.environment().put("RELAY_TOKEN", relay.token(Grants.server("")));
      book.environment().put("RELAY_CANCEL", "yes");
      List<String> said = run(relay, book);
      assertThat(said.getFirst()).matches("consultation: \\S{8,}");
      assertThat(said).filteredOn(line -> line.matches("link: http.*/consult#j=\\S+")).hasSize(2);
      assertThat(said).contains("state: scheduled").endsWith("ended");
    }
  }

  @Test
  void bookWithJava() throws Exception {
    try (TestRelay relay = TestRelay.start("127.0.0.1")) {
      List<String> said =
          run(
              relay,
              new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  EXAMPLES.resolve("Book.java").toString()));
      assertThat(said.getFirst()).matches("consultation: \\S{8,}");
      assertThat(said).filteredOn(line -> line.contains("/consult#j=")).hasSize(2);
      assertThat(said.getLast()).contains("\"rooms\"");
    }
  }

  @Test
  void roomsWithNode() throws Exception {
    try (TestRelay relay = TestRelay.start("127.0.0.1")) {
      List<String> said = run(relay, node("rooms.mjs"));
      assertThat(said.getFirst()).startsWith("room: visit-");
      String room = said.getFirst().substring("room: ".length());
      assertThat(said.get(1)).matches("token: \\S+\\.\\S+\\.\\S+");
      assertThat(said).contains("rooms: " + room).endsWith("deleted");
    }
  }

  @Test
  void webhooksWithNode() throws Exception {
    ProcessBuilder listening = node("webhooks.mjs");
    listening.environment().putAll(keys());
    try (SpeakingProcess receiver = SpeakingProcess.start(listening)) {
      String port = receiver.await("listening on ").substring("listening on ".length());
      try (TestRelay relay =
          TestRelay.start(
              "127.0.0.1",
              "webhooks.urls=http://127.0.0.1:" + port + "/",
              "webhooks.allowPrivate=true")) {
        run(relay, node("rooms.mjs"));
        assertThat(receiver.await("room_started ")).startsWith("room_started visit-");
        assertThat(receiver.await("room_finished ")).startsWith("room_finished visit-");
      }
    }
  }

  /** Beside the SDK, which npm has brought elsewhere. */
  private static ProcessBuilder node(String script) throws Exception {
    Path copy = ServerSdk.directory().resolve("example-" + script);
    Files.write(copy, Files.readAllBytes(EXAMPLES.resolve(script)));
    return ServerSdk.node(copy.getFileName().toString());
  }

  private static Map<String, String> keys() {
    return Map.of("RELAY_KEY", TestRelay.KEY, "RELAY_SECRET", TestRelay.SECRET);
  }

  private static List<String> run(TestRelay relay, ProcessBuilder example) throws Exception {
    example.environment().put("RELAY_URL", relay.url());
    example.environment().putAll(keys());
    Process process = example.redirectErrorStream(true).start();
    try {
      String text =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(text).isZero();
      return text.lines().toList();
    } finally {
      process.destroyForcibly();
    }
  }
}
