package org.consultrelay.relay.consult;

import static org.assertj.core.api.Assertions.assertThat;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.consultrelay.relay.store.Store;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The relay stops and starts again: people find their places, and what is over leaves nothing. */
class ConsultRestartTest {
  private static final String NEW_SECRET = "the-secret-after-it-was-changed-for-another";

  @TempDir Path directory;

  private TestRelay start(String secret) {
    return TestRelay.start(
        "127.0.0.1",
        "admission.enabled=false",
        "store.file=" + directory.resolve("store"),
        "keys." + TestRelay.KEY + "=" + secret);
  }

  @Test
  void placesLinksAndAdmissionsOutliveARestartAndAChangeOfKeys() throws IOException {
    JsonNode made;
    JsonNode invited;
    JsonNode waitingBefore;
    String letIn;
    List<VisitPage> pages;
    try (TestRelay relay = start(TestRelay.SECRET)) {
      made =
          new Practitioner(relay).make("\"clinicianName\": \"Dr Jones\", \"phone\": \"020 7946\"");
      VisitPage clinician = VisitPage.come(relay, made.get("clinician"), "");
      VisitPage patient = VisitPage.come(relay, made.get("patient"), "Pat Smith");
      waitingBefore = clinician.waiting(1).get(0);
      clinician.say(VisitPage.object("invite").put("role", "guest").put("name", "Interpreter"));
      invited = clinician.await("invited");
      VisitPage guest = VisitPage.come(relay, invited, "");
      String visit = clinician.waiting(2).get(1).get("visit").asText();
      clinician.say(VisitPage.object("admit").put("visit", visit));
      letIn = JWT.decode(guest.await("admitted").get("token").asText()).getSubject();
      clinician.say(VisitPage.object("lock").put("locked", true));
      clinician.settled();
      pages = List.of(clinician, patient, guest);
    }
    pages.forEach(page -> page.ended("shutdown"));
    try (TestRelay relay = start(NEW_SECRET);
        VisitPage patient = VisitPage.come(relay, made.get("patient"), "")) {
      assertThat(patient.await("welcome").get("name").asText()).isEqualTo("Pat Smith");
      JsonNode waiting = patient.await("waiting");
      assertThat(waiting.get("since")).isEqualTo(waitingBefore.get("since"));
      assertThat(waiting.get("position").asInt()).isEqualTo(1);
      assertThat(waiting.get("locked").asBoolean()).isTrue();
      try (VisitPage guest = VisitPage.come(relay, invited, "");
          VisitPage clinician = VisitPage.come(relay, made.get("clinician"), "")) {
        String token = guest.await("admitted").get("token").asText();
        assertThat(JWT.require(Algorithm.HMAC256(NEW_SECRET)).build().verify(token).getSubject())
            .isEqualTo(letIn);
        clinician.await("admitted");
        JsonNode people = clinician.people(each -> each.get("present").size() == 2);
        assertThat(people.get("waiting").get(0).get("visit")).isEqualTo(waitingBefore.get("visit"));
        patient.say("video-failed");
        assertThat(patient.await("phone").get("number").asText()).isEqualTo("020 7946");
      }
    }
  }

  @Test
  void nothingRemainsOfWhatIsOver() throws IOException {
    JsonNode ended;
    JsonNode deleted;
    try (TestRelay relay = start(TestRelay.SECRET)) {
      Practitioner practice = new Practitioner(relay);
      ended = practice.make("\"patientName\": \"Zebedee Quux\", \"phone\": \"020 7946 0123\"");
      deleted = practice.make("\"patientName\": \"Zebedee Quux\"");
      try (VisitPage clinician = VisitPage.come(relay, ended.get("clinician"), "Dr Xylophone");
          VisitPage patient = VisitPage.come(relay, ended.get("patient"), "")) {
        clinician.waiting(1);
        patient.await("waiting");
        clinician.say("end");
        patient.ended("ended");
      }
      assertThat(practice.ask("DELETE", Practitioner.path(deleted), "").statusCode())
          .isEqualTo(204);
    }
    Path file = directory.resolve("store");
    try (Store store = Store.open(Optional.of(file))) {
      assertThat(store.map("consultations")).isEmpty();
    }
    assertThat(new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1))
        .doesNotContain("Zebedee")
        .doesNotContain("Xylophone")
        .doesNotContain("7946");
    try (TestRelay relay = start(TestRelay.SECRET);
        VisitPage page = VisitPage.come(relay, ended.get("patient"), "")) {
      page.refused("gone");
    }
  }
}
