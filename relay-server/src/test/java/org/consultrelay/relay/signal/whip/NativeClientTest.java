package org.consultrelay.relay.signal.whip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.signal.whip.Door.freshRoom;

import java.util.Map;
import java.util.Set;
import org.consultrelay.relay.room.PeerSession;
import org.consultrelay.relay.srtp.SrtpProfile;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WHIP and WHEP as software uses them that is no browser: libwebrtc for the JVM. */
@ExtendWith(SharedDoor.class)
class NativeClientTest {
  private static final Set<String> OVER = Set.of("DISCONNECTED", "FAILED", "CLOSED");

  @ParameterizedTest
  @ValueSource(strings = {"VP8", "H264"})
  void pictureAndSoundGoThrough(String codec, Door door) throws Exception {
    String room = freshRoom();
    String patient = door.token(room, "patient");
    String clinician = door.token(room, "clinician");
    String url = door.relay().url();
    try (NativePeerProcess publisher = NativePeerProcess.start(codec, url + "/whip/v1", patient)) {
      String publishing = publisher.location();
      try (NativePeerProcess player =
          NativePeerProcess.start("play", url + "/whep/v1/patient", clinician)) {
        String playing = player.location();
        Map<String, String> report =
            player.awaitReport(each ->
                Long.parseLong(each.get("frames")) > 100
                    && Long.parseLong(each.get("loud")) > 40_000);
        assertThat(report)
            .containsEntry("audioLost", "0")
            .containsEntry("videoLost", "0")
            .containsEntry("dtls", "connected")
            .containsEntry("srtp", "AEAD_AES_128_GCM");
        for (String path : new String[] {publishing, playing}) {
          assertThat(session(door, path).transport().profile())
              .isEqualTo(SrtpProfile.AEAD_AES_128_GCM);
        }
        assertThat(session(door, publishing).tracks())
            .anySatisfy(track -> assertThat(track.codec().name()).isEqualTo(codec));

        assertThat(door.delete(publishing, patient).statusCode()).isEqualTo(200);

        // Both are told, by close_notify.
        publisher.awaitReport(each -> OVER.contains(each.get("state")));
        player.awaitReport(each -> OVER.contains(each.get("state")));
        Door.refused(door.delete(playing, clinician), 404, "no such session");
        player.end();
        publisher.end();
      }
    }
  }

  private static PeerSession session(Door door, String path) {
    PeerSession session =
        door.relay().relay().rooms().session(path.substring(path.lastIndexOf('/') + 1));
    assertThat(session).isNotNull();
    return session;
  }
}
