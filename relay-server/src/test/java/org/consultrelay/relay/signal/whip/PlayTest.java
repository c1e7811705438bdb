package org.consultrelay.relay.signal.whip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.signal.whip.Door.created;
import static org.consultrelay.relay.signal.whip.Door.freshRoom;
import static org.consultrelay.relay.signal.whip.Door.header;
import static org.consultrelay.relay.signal.whip.Door.refused;

import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.sdp.ChromiumOffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** WHEP over HTTP, without media. */
@ExtendWith(SharedDoor.class)
class PlayTest {
  @Test
  void aPlayerThatComesBeforeItsPublisherIsToldSo(Door door) {
    String room = freshRoom();
    String token = door.token(room, "clinician");
    // No room yet; then a room without them; then they are in but only play.
    refused(door.play(token, "patient"), 404, "does not publish (yet)");
    created(door.publish(token));
    refused(door.play(token, "patient"), 404, "does not publish (yet)");
    String patient = door.token(room, "patient");
    created(door.play(patient, "clinician"));
    refused(door.play(token, "patient"), 404, "does not publish (yet)");
    created(door.publish(patient));
    created(door.play(token, "patient"));
  }

  @Test
  void playersEndWithTheirPublisher(Door door) {
    String room = freshRoom();
    String patient = door.token(room, "patient");
    String publishing = created(door.publish(patient));
    String clinician = door.token(room, "clinician");
    HttpResponse<String> player = door.play(clinician, "patient");
    assertThat(door.isOpen(created(player), clinician, header(player, "ETag"))).isTrue();

    assertThat(door.delete(publishing, patient).statusCode()).isEqualTo(200);

    assertThat(door.isOpen(created(player), clinician, header(player, "ETag"))).isFalse();
    refused(door.delete(created(player), clinician), 404, "no such session");
    refused(door.play(clinician, "patient"), 404, "does not publish (yet)");
    assertThat(participants(door, clinician)).isEmpty();
  }

  @Test
  void whatIsNotInTheRoomCannotBePlayed(Door door) {
    String room = freshRoom();
    created(door.publish(door.token(room, "patient")));
    refused(door.play(door.token(freshRoom(), "spy"), "patient"), 404, "does not publish (yet)");
  }

  @Test
  void anOfferThatHasNoPlaceForTheTracksIs422AndLeavesNobody(Door door) {
    String room = freshRoom();
    String patient = door.token(room, "patient");
    created(
        door.post("/whip/v1", patient, ChromiumOffer.offer().audio("sendonly", "mic", 77).text()));
    String clinician = door.token(room, "clinician");
    refused(
        door.post(
            "/whep/v1/patient", clinician, ChromiumOffer.offer().video("recvonly", "", 0).text()),
        422,
        "no section that could play");
    refused(
        door.post("/whep/v1/patient", clinician, ChromiumOffer.whip().text()),
        422,
        "no section that could play");
    assertThat(participants(door, clinician)).hasSize(1);
  }

  @Test
  void aPlayerWithoutThePublishersCodecIsTold(Door door) {
    String room = freshRoom();
    created(door.publish(door.token(room, "patient")));
    String offer = ChromiumOffer.whep().text().replace("VP8", "VPx");
    refused(door.post("/whep/v1/patient", door.token(room, "clinician"), offer), 422, "needed VP8");
  }

  @Test
  void anIdentityMayHoldAnyCharacter(Door door) {
    for (String identity :
        List.of("Dr. Ä/é?", "a b+c%20&d=e;f", "..hidden", "人 🙂", "\"q\" <i> \\", "#")) {
      String room = freshRoom();
      String token = door.token(room, identity);
      created(door.publish(token));
      String encoded = URLEncoder.encode(identity, StandardCharsets.UTF_8).replace("+", "%20");
      HttpResponse<String> player = door.play(token, encoded);
      String session = created(player);
      assertThat(session).startsWith("/whep/v1/" + encoded + "/");
      assertThat(door.isOpen(session, token, header(player, "ETag"))).isTrue();
      assertThat(participants(door, token))
          .extracting(each -> each.getString("identity"))
          .containsExactly(identity);
      assertThat(door.delete(session, token).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aRoomsPeopleAreListed(Door door) {
    String room = freshRoom();
    Grants patient = Grants.join("patient", room);
    String named =
        door.relay()
            .token(
                new Grants(
                    "patient",
                    "Päule \"P\" O'Hara",
                    "",
                    patient.attributes(),
                    "",
                    patient.video()));
    assertThat(participants(door, named)).isEmpty();
    created(door.publish(named));
    String clinician = door.token(room, "clinician");
    String player = created(door.play(clinician, "patient"));
    HttpResponse<String> response = door.list(clinician);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(header(response, "Content-Type")).isEqualTo("application/json");
    assertThat(header(response, "Cache-Control")).isEqualTo("no-store");
    assertThat(participants(door, clinician))
        .containsExactly(
            new JsonObject()
                .put("identity", "patient")
                .put("name", "Päule \"P\" O'Hara")
                .put("publishing", true),
            new JsonObject().put("identity", "clinician").put("name", "").put("publishing", false));
    assertThat(door.delete(player, clinician).statusCode()).isEqualTo(200);
    assertThat(participants(door, clinician)).hasSize(1);
    assertThat(participants(door, door.token(freshRoom(), "spy"))).isEmpty();
  }

  private static List<JsonObject> participants(Door door, String token) {
    return new JsonObject(door.list(token).body())
        .getJsonArray("participants").stream().map(JsonObject.class::cast).toList();
  }
}
