package org.consultrelay.relay.consult;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a page must not say, and what comes of it: an error or the end of its line, never more. */
class HostilePageTest {
  private static TestRelay relay;
  private static Practitioner practice;

  /** Says nothing for the whole of its life. */
  private static VisitPage silent;

  @BeforeAll
  static void start() {
    relay = TestRelay.start("127.0.0.1");
    practice = new Practitioner(relay);
    silent = VisitPage.open(relay);
  }

  @AfterAll
  static void stop() {
    relay.close();
  }

  @Test
  void whatIsNoHelloEndsTheLine() {
    for (String first :
        new String[] {
          "",
          "{",
          "[]",
          "null",
          "7",
          "\"hello\"",
          "{}",
          "{\"type\": \"ping\"}",
          "{\"type\": 7}",
          "{\"type\": \"admit\", \"visit\": \"x\"}",
          "{\"type\": \"hello\"} {}",
          "[".repeat(2_000),
          "\u0000"
        }) {
      try (VisitPage page = VisitPage.open(relay)) {
        page.text(first);
        page.refused("invalid");
        assertThat(page.closeStatus()).as(first).isEqualTo(1000);
      }
    }
    for (String token : new String[] {"", "x", "A".repeat(30), "A".repeat(3_000)}) {
      try (VisitPage page = VisitPage.open(relay)) {
        page.hello(token, "");
        page.refused("not_found");
        assertThat(page.closeStatus()).as(token).isEqualTo(1000);
      }
    }
    try (VisitPage page = VisitPage.open(relay)) {
      page.text("{\"type\": \"hello\"}");
      page.refused("not_found");
    }
  }

  @Test
  void whoSaysNothingIsNotWaitedForLong() {
    assertThat(silent.closeStatus()).isEqualTo(1008);
  }

  @Test
  void tooMuchEndsTheLine() {
    try (VisitPage page = VisitPage.open(relay)) {
      page.text("{\"type\": \"hello\", \"token\": \"" + "x".repeat(5_000) + "\"}");
      assertThat(page.closeStatus()).isEqualTo(1009);
    }
    try (VisitPage page = VisitPage.open(relay)) {
      page.socket().sendBinary(ByteBuffer.wrap(new byte[10]), true).join();
      assertThat(page.closeStatus()).isEqualTo(1003);
    }
    try (VisitPage page = VisitPage.open(relay)) {
      page.socket().sendText("{\"type\":", false).join();
      assertThat(page.closeStatus()).isEqualTo(1009);
    }
    JsonNode made = practice.make("");
    try (VisitPage page = VisitPage.come(relay, made.get("patient"), "")) {
      page.await("waiting");
      flood(page);
      assertThat(page.closeStatus()).isEqualTo(1008);
    }
    assertThat(relay.metric("relay_consult_lines_refused_total{reason=\"too_long\"")).isEqualTo(3);
    assertThat(relay.metric("relay_consult_lines_refused_total{reason=\"flood\"")).isEqualTo(1);
  }

  @Test
  void nonsenseIsAnsweredAndChangesNothing() {
    JsonNode made = practice.make("");
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    try (VisitPage page = VisitPage.come(relay, made.get("clinician"), "Dr \u202eJones\n\u0000")) {
      assertThat(page.await("welcome").get("name").asText()).isEqualTo("Dr  Jones");
      page.people(each -> true);
      String valid =
          "{\"type\":\"remove\",\"visit\":\"none\",\"block\":true,\"locked\":false,\"text\":\"x\"}";
      for (int i = 0; i < 40; i++) {
        StringBuilder text = new StringBuilder(valid);
        for (int j = random.nextInt(4); j >= 0; j--) {
          text.setCharAt(random.nextInt(text.length()), (char) (32 + random.nextInt(95)));
        }
        page.text(text.toString());
        JsonNode answer = page.await("error");
        assertThat(answer.get("code").asText())
            .as("seed %s: %s", seed, text)
            .isIn("invalid", "not_found", "forbidden");
      }
      page.say("ping");
      page.await("pong");
    }
  }

  @Test
  void anUnknownPathAndAPlainRequestAreAnswered() {
    Practitioner.refused(practice.send("GET", "/consult/v1/nothing", ""), 404, "not_found");
    assertThat(practice.send("GET", "/consult/v1/visit", "").statusCode()).isEqualTo(426);
    Practitioner.refused(practice.ask("GET", "/consultations/%2e%2e%2f", ""), 404, "not_found");
    assertThat(practice.send("GET", "/consult/", "").statusCode()).isEqualTo(200);
  }

  @Test
  void developmentModeMakesOneForAnybody() {
    try (TestRelay open = TestRelay.startForDevelopment("127.0.0.1")) {
      JsonNode made =
          Practitioner.json(
              new Practitioner(open).send("POST", "/consult/v1/dev-consultation", "{}"), 201);
      try (VisitPage clinician = VisitPage.come(open, made.get("clinician"), "");
          VisitPage patient = VisitPage.come(open, made.get("patient"), "Pat")) {
        clinician.admitTheOne();
        patient.await("admitted");
      }
    }
  }

  @Test
  void linesThatSayNothingAreBounded() {
    Strangers strangers = new Strangers(2, 3);
    assertThat(strangers.come("a")).isTrue();
    assertThat(strangers.come("a")).isTrue();
    assertThat(strangers.come("a")).as("of one source").isFalse();
    assertThat(strangers.come("b")).isTrue();
    assertThat(strangers.come("c")).as("in all").isFalse();
    strangers.known("a");
    assertThat(strangers.come("c")).isTrue();
    strangers.known("a");
    strangers.known("b");
    strangers.known("c");
    assertThat(strangers.count()).isZero();
  }

  /** Says more than anybody may, as far as that is heard. */
  private static void flood(VisitPage page) {
    try {
      for (int i = 0; i < 200 && !page.socket().isOutputClosed(); i++) {
        page.say("ping");
      }
    } catch (CompletionException e) {
      // It was closed between the look and the word.
      assertThat(e).hasRootCauseInstanceOf(IOException.class);
    }
  }
}
