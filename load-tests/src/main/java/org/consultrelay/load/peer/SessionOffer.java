package org.consultrelay.load.peer;

import org.consultrelay.relay.dtls.Fingerprint;
import org.consultrelay.relay.ice.IceCredentials;
import org.consultrelay.relay.rtp.Codec;

/**
 * Writes the offer of a simulated participant who only publishes or only plays: one bundle with
 * Opus and a video codec, as browsers offer it.
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

  private SessionOffer() {}

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
    return write(ice, fingerprint, "sendonly", sources);
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
    return write(ice, fingerprint, "recvonly", new Sources(1, video ? 1 : 0, 0, codec));
  }

  private static String write(
      IceCredentials ice, Fingerprint fingerprint, String direction, Sources sources) {
    boolean sends = direction.equals("sendonly");
    boolean audio = sources.audioSsrc() != 0;
    boolean video = sources.videoSsrc() != 0;
    String mids = (audio ? "0" : "") + (audio && video ? " " : "") + (video ? "1" : "");
    OfferText offer = new OfferText(ice, fingerprint, 1, mids);
    if (audio) {
      long ssrc = sends ? sources.audioSsrc() : 0;
      offer.add(new OfferText.Section("0", Codec.OPUS, direction, "", ssrc, 0));
    }
    if (video) {
      long ssrc = sends ? sources.videoSsrc() : 0;
      long rtxSsrc = sends ? sources.videoRtxSsrc() : 0;
      offer.add(new OfferText.Section("1", sources.codec(), direction, "", ssrc, rtxSsrc));
    }
    return offer.toString();
  }
}
