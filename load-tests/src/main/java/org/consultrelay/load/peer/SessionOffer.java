package org.consultrelay.load.peer;

import org.consultrelay.relay.dtls.Fingerprint;
import org.consultrelay.relay.ice.IceCredentials;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.rtp.HeaderExtension;

/**
 * Writes the offer of a simulated participant: one bundle with Opus and a video codec, as browsers
 * offer it.
 */
public final class SessionOffer {
  /** The payload type of Opus. */
  public static final int OPUS = 111;

  /** The payload type of VP8. */
  public static final int VP8 = 96;

  /** The payload type of VP8's retransmissions. */
  public static final int VP8_RTX = 97;

  /** The payload type of H.264. */
  public static final int H264 = 102;

  /** The payload type of H.264's retransmissions. */
  public static final int H264_RTX = 103;

  private static final int AUDIO_LEVEL_ID = 1;
  private static final int TRANSPORT_CC_ID = 3;
  private static final int MID_ID = 4;

  private final StringBuilder sdp = new StringBuilder();
  private final IceCredentials ice;
  private final Fingerprint fingerprint;
  private final String direction;

  private SessionOffer(IceCredentials ice, Fingerprint fingerprint, String direction) {
    this.ice = ice;
    this.fingerprint = fingerprint;
    this.direction = direction;
  }

  /**
   * What a participant sends.
   *
   * @param audioSsrc announced for Opus; 0 for no audio
   * @param videoSsrc announced for video; 0 for no video
   * @param videoRtxSsrc announced for its retransmissions; 0 for none
   * @param codec of the video, VP8 or H264
   */
  public record Sources(long audioSsrc, long videoSsrc, long videoRtxSsrc, Codec codec) {}

  /**
   * An offer to publish.
   *
   * @param audioSsrc announced for Opus; 0 for no audio
   * @param videoSsrc announced for VP8; 0 for no video
   */
  public static String publish(
      IceCredentials ice, Fingerprint fingerprint, long audioSsrc, long videoSsrc) {
    return publish(ice, fingerprint, new Sources(audioSsrc, videoSsrc, 0, Codec.VP8));
  }

  /** An offer to publish. */
  public static String publish(IceCredentials ice, Fingerprint fingerprint, Sources sources) {
    return new SessionOffer(ice, fingerprint, "sendonly").write(sources);
  }

  /** An offer to play audio and VP8. */
  public static String play(IceCredentials ice, Fingerprint fingerprint) {
    return play(ice, fingerprint, true, Codec.VP8);
  }

  /**
   * An offer to play audio and perhaps video.
   *
   * @param codec of the video, VP8 or H264
   */
  public static String play(
      IceCredentials ice, Fingerprint fingerprint, boolean video, Codec codec) {
    return new SessionOffer(ice, fingerprint, "recvonly")
        .write(new Sources(1, video ? 1 : 0, 0, codec));
  }

  private String write(Sources sources) {
    String bundle = (sources.audioSsrc() == 0 ? "" : " 0") + (sources.videoSsrc() == 0 ? "" : " 1");
    line("v=0");
    line("o=- 1 1 IN IP4 127.0.0.1");
    line("s=-");
    line("t=0 0");
    line("a=group:BUNDLE" + bundle);
    if (sources.audioSsrc() != 0) {
      line("m=audio 9 UDP/TLS/RTP/SAVPF " + OPUS);
      transport(0);
      extension(AUDIO_LEVEL_ID, HeaderExtension.AUDIO_LEVEL);
      line("a=rtpmap:" + OPUS + " opus/48000/2");
      line("a=rtcp-fb:" + OPUS + " transport-cc");
      line("a=fmtp:" + OPUS + " minptime=10;useinbandfec=1");
      announce(sources.audioSsrc(), 0);
    }
    if (sources.videoSsrc() != 0) {
      boolean vp8 = sources.codec() == Codec.VP8;
      int media = vp8 ? VP8 : H264;
      int rtx = vp8 ? VP8_RTX : H264_RTX;
      line("m=video 9 UDP/TLS/RTP/SAVPF " + media + ' ' + rtx);
      transport(1);
      line("a=rtpmap:" + media + (vp8 ? " VP8/90000" : " H264/90000"));
      if (!vp8) {
        line(
            "a=fmtp:"
                + media
                + " level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f");
      }
      line("a=rtcp-fb:" + media + " transport-cc");
      line("a=rtcp-fb:" + media + " ccm fir");
      line("a=rtcp-fb:" + media + " nack");
      line("a=rtcp-fb:" + media + " nack pli");
      line("a=rtpmap:" + rtx + " rtx/90000");
      line("a=fmtp:" + rtx + " apt=" + media);
      announce(sources.videoSsrc(), sources.videoRtxSsrc());
    }
    return sdp.toString();
  }

  private void transport(int mid) {
    line("c=IN IP4 0.0.0.0");
    line("a=rtcp-mux");
    line("a=rtcp-rsize");
    line("a=setup:actpass");
    line("a=ice-ufrag:" + ice.ufrag());
    line("a=ice-pwd:" + ice.password());
    line("a=fingerprint:" + fingerprint);
    line("a=mid:" + mid);
    extension(TRANSPORT_CC_ID, HeaderExtension.TRANSPORT_CC);
    extension(MID_ID, HeaderExtension.MID);
    line("a=" + direction);
  }

  private void extension(int id, HeaderExtension extension) {
    line("a=extmap:" + id + ' ' + extension.uri());
  }

  private void announce(long ssrc, long rtxSsrc) {
    if (direction.equals("sendonly")) {
      if (rtxSsrc != 0) {
        line("a=ssrc-group:FID " + ssrc + ' ' + rtxSsrc);
        line("a=ssrc:" + rtxSsrc + " cname:simulated");
      }
      line("a=ssrc:" + ssrc + " cname:simulated");
    }
  }

  private void line(String text) {
    sdp.append(text).append("\r\n");
  }
}
