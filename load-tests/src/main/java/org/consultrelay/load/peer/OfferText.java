package org.consultrelay.load.peer;

import org.consultrelay.relay.dtls.Fingerprint;
import org.consultrelay.relay.ice.IceCredentials;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.rtp.HeaderExtension;
import org.consultrelay.relay.rtp.MediaKind;

/** The text of an offer, section by section, as browsers write it: one bundle, RTX, feedback. */
final class OfferText {
  private static final int AUDIO_LEVEL_ID = 1;
  private static final int TRANSPORT_CC_ID = 3;
  private static final int MID_ID = 4;

  private final StringBuilder sdp = new StringBuilder();
  private final IceCredentials ice;
  private final Fingerprint fingerprint;

  /**
   * One section.
   *
   * @param codec what it carries: Opus, VP8 or H264
   * @param direction as {@code sendonly}
   * @param msid stream and track as {@code a=msid} says them; empty: not said
   * @param ssrc announced; 0: none
   * @param rtxSsrc announced for retransmissions; 0: none
   */
  record Section(String mid, Codec codec, String direction, String msid, long ssrc, long rtxSsrc) {}

  /**
   * An offer without sections.
   *
   * @param version of the session, one more with each offer
   * @param mids of all sections, separated by spaces
   */
  OfferText(IceCredentials ice, Fingerprint fingerprint, int version, String mids) {
    this.ice = ice;
    this.fingerprint = fingerprint;
    line("v=0");
    line("o=- 1 " + version + " IN IP4 127.0.0.1");
    line("s=-");
    line("t=0 0");
    line("a=group:BUNDLE " + mids);
  }

  /** Appends a section. */
  void add(Section section) {
    if (section.codec().kind() == MediaKind.AUDIO) {
      audio(section);
    } else {
      video(section);
    }
    announce(section);
  }

  @Override
  public String toString() {
    return sdp.toString();
  }

  private void audio(Section section) {
    int opus = SessionOffer.OPUS;
    line("m=audio 9 UDP/TLS/RTP/SAVPF " + opus);
    transport(section);
    extension(AUDIO_LEVEL_ID, HeaderExtension.AUDIO_LEVEL);
    line("a=rtpmap:" + opus + " opus/48000/2");
    line("a=rtcp-fb:" + opus + " transport-cc");
    line("a=fmtp:" + opus + " minptime=10;useinbandfec=1");
  }

  private void video(Section section) {
    boolean vp8 = section.codec() == Codec.VP8;
    int media = vp8 ? SessionOffer.VP8 : SessionOffer.H264;
    int rtx = vp8 ? SessionOffer.VP8_RTX : SessionOffer.H264_RTX;
    line("m=video 9 UDP/TLS/RTP/SAVPF " + media + ' ' + rtx);
    transport(section);
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
  }

  private void transport(Section section) {
    line("c=IN IP4 0.0.0.0");
    line("a=rtcp-mux");
    line("a=rtcp-rsize");
    line("a=setup:actpass");
    line("a=ice-ufrag:" + ice.ufrag());
    line("a=ice-pwd:" + ice.password());
    line("a=fingerprint:" + fingerprint);
    line("a=mid:" + section.mid());
    extension(TRANSPORT_CC_ID, HeaderExtension.TRANSPORT_CC);
    extension(MID_ID, HeaderExtension.MID);
    line("a=" + section.direction());
    if (!section.msid().isEmpty()) {
      line("a=msid:" + section.msid());
    }
  }

  private void extension(int id, HeaderExtension extension) {
    line("a=extmap:" + id + ' ' + extension.uri());
  }

  private void announce(Section section) {
    if (section.rtxSsrc() != 0) {
      line("a=ssrc-group:FID " + section.ssrc() + ' ' + section.rtxSsrc());
      line("a=ssrc:" + section.rtxSsrc() + " cname:simulated");
    }
    if (section.ssrc() != 0) {
      line("a=ssrc:" + section.ssrc() + " cname:simulated");
    }
  }

  private void line(String text) {
    sdp.append(text).append("\r\n");
  }
}
