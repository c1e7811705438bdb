package org.consultrelay.relay.consult;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Waiting rooms of a real relay, through its doors. */
class WaitingRoomTest {
  private static TestRelay relay;
  private static Practitioner practice;

  @BeforeAll
  static void start() {
    relay = TestRelay.start("127.0.0.1", "keys.other=another-secret-that-is-long-enough-for-it");
    practice = new Practitioner(relay);
  }

  @AfterAll
  static void stop() {
    relay.close();
  }

  @Test
  void aConsultationHasTwoLinksAndItsTimes() {
    Instant slot = Instant.now().plus(30, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
    JsonNode made =
        practice.make(
            "\"slot\": \""
                + slot.atOffset(ZoneOffset.ofHours(5))
                + "\", \"minutes\": 20, \"urgent\": false");
    assertThat(Instant.parse(made.get("opensAt").asText()))
        .isEqualTo(slot.minus(60, ChronoUnit.MINUTES));
    assertThat(Instant.parse(made.get("endsAt").asText()))
        .isEqualTo(slot.plus(80, ChronoUnit.MINUTES));
    String link = made.get("patient").get("link").asText();
    String token = made.get("patient").get("token").asText();
    assertThat(link).isEqualTo(relay.url() + "/consult#j=" + token);
    assertThat(token).matches("[A-Za-z0-9_-]{30}");
    JsonNode state = practice.look(made);
    assertThat(state.get("state").asText()).isEqualTo("scheduled");
    assertThat(state.toString())
        .doesNotContain(token)
        .doesNotContain(made.get("clinician").get("token").asText());
  }

  @Test
  void onlyItsApiKeySeesAConsultation() {
    JsonNode made = practice.make("");
    Practitioner other =
        new Practitioner(relay, "other", "another-secret-that-is-long-enough-for-it");
    String path = Practitioner.path(made);
    Practitioner.refused(other.ask("GET", path, ""), 404, "not_found");
    Practitioner.refused(other.ask("DELETE", path, ""), 404, "not_found");
    Practitioner.refused(
        other.ask("POST", path + "/links", "{\"role\": \"guest\"}"), 404, "not_found");
    assertThat(practice.ask("DELETE", path, "").statusCode()).isEqualTo(204);
    Practitioner.refused(practice.ask("GET", path, ""), 404, "not_found");
  }

  @Test
  void backEndsNeedATokenThatMayMakeRooms() {
    String path = "/consult/v1/consultations";
    Practitioner.refused(practice.send("POST", path, "{}"), 401, "unauthenticated");
    Practitioner.refused(
        practice.send("POST", path, "{}", "Authorization", "Bearer " + relay.token("r", "ann")),
        403,
        "forbidden");
    String plain = Practitioner.token(TestRelay.KEY, TestRelay.SECRET, false);
    Practitioner.refused(
        practice.send("POST", path, "{}", "Authorization", "Bearer " + plain), 403, "forbidden");
    Practitioner.refused(
        practice.send("POST", "/consult/v1/dev-consultation", "{}"), 404, "not_found");
  }

  @Test
  void whatCannotBeUnderstoodIsRefused() {
    for (String body :
        new String[] {
          "[]",
          "{",
          "null",
          "{\"minutes\": 4}",
          "{\"minutes\": \"60\"}",
          "{\"minutes\": 1.5}",
          "{\"slot\": \"tomorrow\"}",
          "{\"slot\": \"2099-01-01T00:00:00Z\"}",
          "{\"slot\": \"2025-01-01T00:00:00Z\"}",
          "{\"phone\": \"<script>\"}",
          "{\"colour\": \"red\"}",
          "{} {}"
        }) {
      HttpResponse<String> response = practice.ask("POST", "/consultations", body);
      assertThat(response.statusCode()).as(body).isEqualTo(400);
      Practitioner.refused(response, 400, "invalid");
    }
    assertThat(practice.ask("POST", "/consultations", " ".repeat(9_000)).statusCode())
        .isEqualTo(413);
  }

  @Test
  void aPatientWaitsUntilTheClinicianLetsThemIn() {
    JsonNode made =
        practice.make("\"clinicianName\": \"Dr Jones\", \"patientName\": \"Pat Smith\"");
    try (VisitPage patient = VisitPage.come(relay, made.get("patient"), "somebody")) {
      JsonNode welcome = patient.await("welcome");
      assertThat(welcome.get("role").asText()).isEqualTo("patient");
      assertThat(welcome.get("name").asText()).isEqualTo("Pat Smith");
      assertThat(welcome.get("others").get(0).asText()).isEqualTo("Dr Jones");
      assertThat(welcome.get("consultation").get("state").asText()).isEqualTo("waiting");
      JsonNode waiting = patient.await("waiting");
      assertThat(waiting.get("position").asInt()).isEqualTo(1);
      assertThat(waiting.get("clinicianPresent").asBoolean()).isFalse();
      assertThat(practice.look(made).get("state").asText()).isEqualTo("waiting");
      try (VisitPage clinician = VisitPage.come(relay, made.get("clinician"), "")) {
        assertThat(clinician.await("welcome").get("name").asText()).isEqualTo("Dr Jones");
        JsonNode admitted = clinician.await("admitted");
        assertThat(admitted.get("room").asText()).isEqualTo(made.get("room").asText());
        assertThat(patient.await("waiting").get("clinicianPresent").asBoolean()).isTrue();
        assertThat(patient.settled()).isEmpty();
        clinician.admitTheOne();
        assertThat(patient.await("admitted").get("token").asText()).contains(".");
        assertThat(
                clinician.people(people -> people.get("present").size() == 2).get("waiting").size())
            .isZero();
        assertThat(practice.look(made).get("state").asText()).isEqualTo("running");
      }
    }
  }

  @Test
  void aStrangersLinkAnAlteredOneAndAnEndedOneAreRefused() {
    JsonNode made = practice.make("");
    String token = made.get("patient").get("token").asText();
    for (int i = 0; i < token.length(); i++) {
      char other = token.charAt(i) == 'x' ? 'y' : 'x';
      try (VisitPage page = VisitPage.open(relay)) {
        page.hello(token.substring(0, i) + other + token.substring(i + 1), "");
        page.refused("not_found");
        assertThat(page.closeStatus()).isEqualTo(1000);
      }
    }
    assertThat(practice.ask("DELETE", Practitioner.path(made), "").statusCode()).isEqualTo(204);
    try (VisitPage page = VisitPage.come(relay, made.get("patient"), "")) {
      page.refused("gone");
      assertThat(page.closeStatus()).isEqualTo(1000);
    }
  }

  @Test
  void beforeItsTimeItSaysWhenItOpens() {
    Instant slot = Instant.now().plus(3, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS);
    JsonNode made = practice.make("\"slot\": \"" + slot + "\"");
    try (VisitPage page = VisitPage.come(relay, made.get("patient"), "")) {
      JsonNode error = page.await("error");
      assertThat(error.get("code").asText()).isEqualTo("unavailable");
      assertThat(error.get("opensAt").asText()).isEqualTo(made.get("opensAt").asText());
      assertThat(error.get("retryAfter").asInt()).isPositive();
    }
  }

  @Test
  void aSecondDeviceTakesTheSeatAndKeepsThePlace() {
    JsonNode made = practice.make("");
    try (VisitPage first = VisitPage.come(relay, made.get("patient"), "Pat")) {
      JsonNode before = first.await("waiting");
      try (VisitPage second = VisitPage.come(relay, made.get("patient"), "")) {
        first.ended("elsewhere");
        assertThat(second.await("welcome").get("name").asText()).isEqualTo("Pat");
        assertThat(second.await("waiting").get("since")).isEqualTo(before.get("since"));
      }
    }
  }

  @Test
  void aLineThatIsLostKeepsThePlace() {
    JsonNode made = practice.make("");
    try (VisitPage clinician = VisitPage.come(relay, made.get("clinician"), "")) {
      VisitPage lost = VisitPage.come(relay, made.get("patient"), "Pat");
      JsonNode before = lost.await("waiting");
      lost.cut();
      JsonNode gone =
          clinician.people(people ->
              people.get("waiting").size() == 1
                  && !people.get("waiting").get(0).get("connected").asBoolean());
      try (VisitPage back = VisitPage.come(relay, made.get("patient"), "")) {
        assertThat(back.await("waiting").get("since")).isEqualTo(before.get("since"));
        JsonNode here =
            clinician.people(people -> people.get("waiting").get(0).get("connected").asBoolean());
        assertThat(here.get("waiting").get(0).get("visit"))
            .isEqualTo(gone.get("waiting").get(0).get("visit"));
      }
    }
  }

  @Test
  void theClinicianWritesLocksInvitesAndRevokes() {
    JsonNode made = practice.make("\"phone\": \"+44 20 7946 0000\"");
    try (VisitPage clinician = VisitPage.come(relay, made.get("clinician"), "");
        VisitPage patient = VisitPage.come(relay, made.get("patient"), "Pat")) {
      String visit = clinician.waiting(1).get(0).get("visit").asText();
      clinician.say(
          VisitPage.object("message").put("visit", visit).put("text", "ten minutes, sorry"));
      assertThat(patient.await("message").get("text").asText()).isEqualTo("ten minutes, sorry");
      clinician.say(VisitPage.object("message").put("visit", visit).put("text", "x".repeat(281)));
      clinician.refused("invalid");

      clinician.say(VisitPage.object("lock").put("locked", true));
      patient.await(message -> message.path("locked").asBoolean(), "locked");
      clinician.say(VisitPage.object("admit").put("visit", visit));
      clinician.refused("forbidden");
      clinician.say(VisitPage.object("lock").put("locked", false));
      patient.await(
          message ->
              message.get("type").asText().equals("waiting") && !message.get("locked").asBoolean(),
          "unlocked");

      clinician.say(VisitPage.object("invite").put("role", "guest").put("name", "Interpreter"));
      JsonNode invited = clinician.await("invited");
      assertThat(invited.get("link").asText()).startsWith(relay.url() + "/consult#j=");
      try (VisitPage guest = VisitPage.come(relay, invited, "")) {
        assertThat(guest.await("welcome").get("role").asText()).isEqualTo("guest");
        assertThat(guest.await("waiting").get("position").asInt()).isEqualTo(2);
        clinician.say(VisitPage.object("revoke").put("linkId", invited.get("linkId").asText()));
        guest.ended("revoked");
        assertThat(
                patient
                    .await(
                        message ->
                            message.get("type").asText().equals("waiting")
                                && message.get("of").asInt() == 1,
                        "one waits")
                    .get("position")
                    .asInt())
            .isEqualTo(1);
      }
      patient.say("video-failed");
      assertThat(patient.await("phone").get("number").asText()).isEqualTo("+44 20 7946 0000");
      for (String type : new String[] {"admit", "lock", "invite", "revoke", "message-all", "end"}) {
        patient.say(type);
        patient.refused("forbidden");
      }
      patient.say("refresh");
      patient.refused("forbidden");
      clinician.say("end");
      patient.ended("ended");
      clinician.ended("ended");
      Practitioner.refused(practice.ask("GET", Practitioner.path(made), ""), 404, "not_found");
    }
  }

  @Test
  void whoIsBlockedDoesNotComeBackAndWhoIsRemovedWaitsAnew() {
    JsonNode made = practice.make("");
    try (VisitPage clinician = VisitPage.come(relay, made.get("clinician"), "")) {
      try (VisitPage patient = VisitPage.come(relay, made.get("patient"), "Pat")) {
        String visit = clinician.waiting(1).get(0).get("visit").asText();
        clinician.say(VisitPage.object("remove").put("visit", visit));
        patient.ended("removed");
      }
      try (VisitPage again = VisitPage.come(relay, made.get("patient"), "Pat")) {
        assertThat(again.await("waiting").get("position").asInt()).isEqualTo(1);
        String visit = clinician.waiting(1).get(0).get("visit").asText();
        clinician.say(VisitPage.object("remove").put("visit", visit).put("block", true));
        again.ended("removed");
      }
      try (VisitPage blocked = VisitPage.come(relay, made.get("patient"), "Pat")) {
        blocked.refused("gone");
      }
    }
  }

  @Test
  void modesAreToldToTheOthersInTheCall() {
    JsonNode made = practice.make("");
    try (VisitPage clinician = VisitPage.come(relay, made.get("clinician"), "");
        VisitPage patient = VisitPage.come(relay, made.get("patient"), "Pat")) {
      patient.say(VisitPage.object("mode").put("mode", "audio"));
      patient.refused("forbidden");
      clinician.admitTheOne();
      patient.await("admitted");
      patient.say(VisitPage.object("mode").put("mode", "bad-line"));
      JsonNode told = clinician.await("mode");
      assertThat(told.get("mode").asText()).isEqualTo("bad-line");
      assertThat(told.get("name").asText()).isEqualTo("Pat");
      patient.say("leave");
      patient.ended("left");
      clinician.people(people -> people.get("present").size() == 1);
    }
  }
}
