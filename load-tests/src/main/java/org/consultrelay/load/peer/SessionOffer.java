package org.consultrelay.load.peer;

import org.consultrelay.relay.dtls.Fingerprint;
import org.consultrelay.relay.ice.IceCredentials;

/**
 * Writes the offer of a simulated participant: one bundle with Opus and VP8 as browsers offer it.
 */
public final class SessionOffer {
  /** The payload type of Opus. */
  public static final int OPUS = 111;

  /** The payload type of VP8. */
  public static final int VP8 = 96;

  /** The payload type of VP8's retransmissions. */
  public static final int VP8_RTX = 97;

  private SessionOffer() {}

  /**
   * An offer to publish.
   *
   * @param audioSsrc announced for Opus; 0 for no audio
   * @param videoSsrc announced for VP8; 0 for no video
   */
  public static String publish(
      IceCredentials ice, Fingerprint fingerprint, long audioSsrc, long videoSsrc) {
    return write(ice, fingerprint, "sendonly", audioSsrc, videoSsrc);
  }

  /** An offer to play audio and video. */
  public static String play(IceCredentials ice, Fingerprint fingerprint) {
    return write(ice, fingerprint, "recvonly", 1, 1);
  }

  private static String write(
      IceCredentials ice,
      Fingerprint fingerprint,
      String direction,
      long audioSsrc,
      long videoSsrc) {
    StringBuilder sdp = new StringBuilder();
    String bundle = (audioSsrc == 0 ? "" : " 0") + (videoSsrc == 0 ? "" : " 1");
    sdp.append("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE")
        .append(bundle)
        .append("\r\n");
    if (audioSsrc != 0) {
      sdp.append("m=audio 9 UDP/TLS/RTP/SAVPF ").append(OPUS).append("\r\n");
      transport(sdp, ice, fingerprint, direction, 0);
      sdp.append("a=rtpmap:")
          .append(OPUS)
          .append(" opus/48000/2\r\na=fmtp:")
          .append(OPUS)
          .append(" minptime=10;useinbandfec=1\r\n");
      announce(sdp, direction, audioSsrc);
    }
    if (videoSsrc != 0) {
      sdp.append("m=video 9 UDP/TLS/RTP/SAVPF ")
          .append(VP8)
          .append(' ')
          .append(VP8_RTX)
          .append("\r\n");
      transport(sdp, ice, fingerprint, direction, 1);
      sdp.append("a=rtcp-rsize\r\na=rtpmap:")
          .append(VP8)
          .append(" VP8/90000\r\na=rtcp-fb:")
          .append(VP8)
          .append(" nack\r\na=rtcp-fb:")
          .append(VP8)
          .append(" nack pli\r\na=rtpmap:")
          .append(VP8_RTX)
          .append(" rtx/90000\r\na=fmtp:")
          .append(VP8_RTX)
          .append(" apt=")
          .append(VP8)
          .append("\r\n");
      announce(sdp, direction, videoSsrc);
    }
    return sdp.toString();
  }

  private static void transport(
      StringBuilder sdp, IceCredentials ice, Fingerprint fingerprint, String direction, int mid) {
    sdp.append("c=IN IP4 0.0.0.0\r\na=rtcp-mux\r\na=setup:actpass\r\na=ice-ufrag:")
        .append(ice.ufrag())
        .append("\r\na=ice-pwd:")
        .append(ice.password())
        .append("\r\na=fingerprint:")
        .append(fingerprint)
        .append("\r\na=mid:")
        .append(mid)
        .append("\r\na=")
        .append(direction)
        .append("\r\n");
  }

  private static void announce(StringBuilder sdp, String direction, long ssrc) {
    if (direction.equals("sendonly")) {
      sdp.append("a=ssrc:").append(ssrc).append(" cname:simulated\r\n");
    }
  }
}
