package org.consultrelay.relay.signal.whip;

import dev.onvoid.webrtc.RTCPeerConnectionState;
import dev.onvoid.webrtc.RTCStatsType;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * A native peer in a process of its own: where the library aborts, tests live on. Arguments: {@code
 * VP8}, {@code H264} or {@code play}; the door's URL; the token. Prints the session's location, and
 * then how it fares, ten times a second. Ends, everything disposed of, when its input ends.
 */
final class NativePeerMain {
  private static final long EVERY_NANOS = 100_000_000;

  private NativePeerMain() {}

  public static void main(String[] arguments) throws Exception {
    boolean plays = arguments[0].equals("play");
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try (NativePeer peer = plays ? NativePeer.player() : NativePeer.publisher(arguments[0])) {
      out.println("location " + open(peer, URI.create(arguments[1]), arguments[2]));
      Await.until("connected", () -> peer.state() == RTCPeerConnectionState.CONNECTED);
      if (!plays) {
        peer.speak();
      }
      while (System.in.available() == 0) {
        out.println(report(peer));
        LockSupport.parkNanos(EVERY_NANOS);
      }
    }
    out.println("disposed");
  }

  private static String open(NativePeer peer, URI door, String token) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          http.send(
              HttpRequest.newBuilder(door)
                  .header("Authorization", "Bearer " + token)
                  .header("Content-Type", Door.SDP)
                  .POST(HttpRequest.BodyPublishers.ofString(peer.offer()))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 201) {
        throw new IllegalStateException(response.statusCode() + " " + response.body());
      }
      peer.answer(response.body());
      return response.headers().firstValue("Location").orElseThrow();
    }
  }

  private static String report(NativePeer peer) throws Exception {
    Map<String, Object> audio = peer.stats(RTCStatsType.INBOUND_RTP, "audio");
    Map<String, Object> video = peer.stats(RTCStatsType.INBOUND_RTP, "video");
    return "report state=%s frames=%d loud=%d audioLost=%s videoLost=%s dtls=%s srtp=%s"
        .formatted(
            peer.state(),
            peer.frames(),
            peer.loudSamples(),
            audio.get("packetsLost"),
            video.get("packetsLost"),
            peer.stats(RTCStatsType.TRANSPORT, "").get("dtlsState"),
            peer.stats(RTCStatsType.TRANSPORT, "").get("srtpCipher"));
  }
}
