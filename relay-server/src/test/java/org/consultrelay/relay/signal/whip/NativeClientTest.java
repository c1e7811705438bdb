package org.consultrelay.relay.signal.whip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.signal.whip.Door.created;
import static org.consultrelay.relay.signal.whip.Door.freshRoom;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.onvoid.webrtc.RTCPeerConnectionState;
import dev.onvoid.webrtc.RTCStatsType;
import java.net.http.HttpResponse;
import java.util.Map;
import org.consultrelay.relay.room.PeerSession;
import org.consultrelay.relay.srtp.SrtpProfile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** WHIP and WHEP as software uses them that is no browser: libwebrtc for the JVM. */
@ExtendWith(SharedDoor.class)
class NativeClientTest {
  @Test
  void vp8AndOpusGoThrough(Door door) throws Exception {
    goesThrough(door, "VP8");
  }

  @Test
  void h264AndOpusGoThrough(Door door) throws Exception {
    assumeTrue(NativePeer.encodes("H264"), "the library has no H.264 encoder");
    goesThrough(door, "H264");
  }

  private static void goesThrough(Door door, String codec) throws Exception {
    String room = freshRoom();
    String patient = door.token(room, "patient");
    String clinician = door.token(room, "clinician");
    try (NativePeer publisher = NativePeer.publisher(codec);
        NativePeer player = NativePeer.player()) {
      String publishing = connect(door, publisher, "/whip/v1", patient);
      String playing = connect(door, player, "/whep/v1/patient", clinician);
      assertThat(profileOf(door, publishing)).isEqualTo(SrtpProfile.AEAD_AES_128_GCM);
      assertThat(profileOf(door, playing)).isEqualTo(SrtpProfile.AEAD_AES_128_GCM);

      Await.until("a hundred frames", () -> player.frames() > 100);
      Await.until("a second of sound", () -> player.loudSamples() > 40_000);

      for (String kind : new String[] {"audio", "video"}) {
        Map<String, Object> stream = player.stats(RTCStatsType.INBOUND_RTP, kind);
        assertThat(number(stream, "packetsReceived")).as("%s", stream).isPositive();
        assertThat(number(stream, "packetsLost")).as("%s", stream).isZero();
      }
      Map<String, Object> transport = player.stats(RTCStatsType.TRANSPORT, "");
      assertThat(transport).containsEntry("dtlsState", "connected");

      assertThat(door.delete(publishing, patient).statusCode()).isEqualTo(200);
      // Both hear it at once, by close_notify, and not by silence.
      Await.until("the publisher has ended", () -> isOver(publisher));
      Await.until("the player has ended", () -> isOver(player));
      Door.refused(door.delete(playing, clinician), 404, "no such session");
    }
  }

  private static boolean isOver(NativePeer peer) {
    return peer.state() == RTCPeerConnectionState.CLOSED
        || peer.state() == RTCPeerConnectionState.FAILED
        || peer.state() == RTCPeerConnectionState.DISCONNECTED;
  }

  private static String connect(Door door, NativePeer peer, String path, String token)
      throws Exception {
    HttpResponse<String> response = door.post(path, token, peer.offer());
    String session = created(response);
    peer.answer(response.body());
    Await.until("connected", () -> peer.state() == RTCPeerConnectionState.CONNECTED);
    return session;
  }

  private static SrtpProfile profileOf(Door door, String path) {
    PeerSession session =
        door.relay().relay().rooms().session(path.substring(path.lastIndexOf('/') + 1));
    assertThat(session).isNotNull();
    Await.until("keys", () -> session.transport().profile() != null);
    return session.transport().profile();
  }

  private static long number(Map<String, Object> stats, String member) {
    return stats.get(member) instanceof Number number ? number.longValue() : -1;
  }
}
