package org.consultrelay.relay.signal.whip;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.util.List;
import java.util.Map;
import org.consultrelay.relay.consult.ChromiumFixture;
import org.consultrelay.relay.consult.SharedChromium;
import org.consultrelay.relay.sdp.ChromiumOffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Several sizes of one picture over WHIP, of which a WHEP player gets one. */
@ExtendWith({SharedDoor.class, SharedChromium.class})
@Timeout(90)
class WhipSimulcastTest {
  private static final String SCRIPT =
      """
      async ([url, token, publishes, millis]) => {
        const connection = new RTCPeerConnection();
        window.connection = connection;
        if (publishes) {
          const stream = await navigator.mediaDevices.getUserMedia(
              { video: { width: 640, height: 360, frameRate: 15 } });
          connection.addTransceiver(stream.getVideoTracks()[0], {
            direction: 'sendonly',
            sendEncodings: [
              { rid: 'h', scaleResolutionDownBy: 2, maxBitrate: 150_000 },
              { rid: 'f', maxBitrate: 500_000 },
            ],
          });
        } else {
          const { receiver } = connection.addTransceiver('video', { direction: 'recvonly' });
          const video = document.createElement('video');
          video.muted = true;
          video.srcObject = new MediaStream([receiver.track]);
          document.body.append(video);
          video.play();
        }
        await connection.setLocalDescription();
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'Content-Type': 'application/sdp', Authorization: 'Bearer ' + token },
          body: connection.localDescription.sdp,
        });
        const sdp = await response.text();
        if (response.status !== 201) {
          throw new Error(sdp);
        }
        await connection.setRemoteDescription({ type: 'answer', sdp });
        return sdp;
      }
      """;

  /** All statistics of a kind that fulfil a condition, once there are so many. */
  private static final String STATISTICS =
      """
      async ([type, count, least, millis]) => {
        const end = performance.now() + millis;
        for (;;) {
          const all = [...(await connection.getStats()).values()]
              .filter((each) => each.type === type && (each.framesSent ?? each.framesDecoded) >= least)
              .map((each) => ({ rid: each.rid ?? '', height: each.frameHeight }));
          if (all.length >= count) {
            return all;
          }
          if (performance.now() > end) {
            throw new Error('not in time: ' + JSON.stringify(all));
          }
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
      """;

  private static Page page(ChromiumFixture chromium, Door door) {
    Page page = chromium.newPage();
    page.navigate(door.relay().url() + "/");
    return page;
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> statistics(Page page, String type, int count) {
    return (List<Map<String, Object>>) page.evaluate(STATISTICS, List.of(type, count, 30, 40_000));
  }

  @Test
  void allSizesComeInAndOneGoesOut(Door door, ChromiumFixture chromium) {
    String room = Door.freshRoom();
    String url = door.relay().url();
    try (Page patient = page(chromium, door);
        Page clinician = page(chromium, door)) {
      String answer =
          (String)
              patient.evaluate(
                  SCRIPT, List.of(url + "/whip/v1", door.token(room, "patient"), true));
      assertThat(answer).contains("a=simulcast:recv h;f\r\n");
      assertThat(statistics(patient, "outbound-rtp", 2))
          .extracting(each -> each.get("rid"))
          .containsExactlyInAnyOrder("h", "f");
      clinician.evaluate(
          SCRIPT, List.of(url + "/whep/v1/patient", door.token(room, "clinician"), false));
      assertThat(statistics(clinician, "inbound-rtp", 1).getFirst().get("height"))
          .as("nothing holds back the largest")
          .isEqualTo(360);
    }
  }

  @Test
  void theAnswerTakesThemByTheirNames(Door door) {
    String offer = ChromiumOffer.offer().simulcast("cam").text();
    String whip = door.post("/whip/v1", door.token(Door.freshRoom(), "patient"), offer).body();
    assertThat(whip)
        .contains("a=rid:q recv\r\na=rid:h recv\r\na=rid:f recv\r\na=simulcast:recv q;h;f\r\n")
        .contains("sdes:rtp-stream-id")
        .contains("sdes:repaired-rtp-stream-id");
    String numbered = offer.replace("q", "0").replace(":h", ":1").replace(":f", ":2");
    numbered = numbered.replace("a=simulcast:send 0;h;f", "a=simulcast:send 0;1;2");
    assertThat(door.post("/whip/v1", door.token(Door.freshRoom(), "patient"), numbered).body())
        .contains("a=simulcast:recv 0;1;2");
  }
}
