package org.consultrelay.load.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.consultrelay.relay.dtls.Fingerprint;
import org.consultrelay.relay.ice.IceCredentials;
import org.consultrelay.relay.rtp.Codec;

/**
 * The offers of a participant who publishes and plays over one connection. Sections are only ever
 * added, and keep their order and names (RFC 8829 §5.2.2). Not thread-safe.
 */
public final class SharedOffer {
  private final IceCredentials ice;
  private final Fingerprint fingerprint;
  private final Codec videoCodec;
  private final List<OfferText.Section> sections = new ArrayList<>();
  private int version;

  /**
   * An offer without sections.
   *
   * @param videoCodec VP8 or H264
   */
  public SharedOffer(IceCredentials ice, Fingerprint fingerprint, Codec videoCodec) {
    this.ice = ice;
    this.fingerprint = fingerprint;
    this.videoCodec = videoCodec;
  }

  /** Adds sections to receive in. */
  public void reserve(int audios, int videos) {
    for (int i = 0; i < audios; i++) {
      add(Codec.OPUS, "recvonly", "", 0, 0);
    }
    for (int i = 0; i < videos; i++) {
      add(videoCodec, "recvonly", "", 0, 0);
    }
  }

  /**
   * Adds a section to send sound in.
   *
   * @param track our name for it
   */
  public void sendAudio(String track, long ssrc) {
    add(Codec.OPUS, "sendonly", "- " + track, ssrc, 0);
  }

  /**
   * Adds a section to send a picture in.
   *
   * @param track our name for it
   */
  public void sendVideo(String track, long ssrc, long rtxSsrc) {
    add(videoCodec, "sendonly", "- " + track, ssrc, rtxSsrc);
  }

  private void add(Codec codec, String direction, String msid, long ssrc, long rtxSsrc) {
    String mid = Integer.toString(sections.size());
    sections.add(new OfferText.Section(mid, codec, direction, msid, ssrc, rtxSsrc));
  }

  /** The next offer: all sections so far. */
  public String next() {
    String mids = sections.stream().map(OfferText.Section::mid).collect(Collectors.joining(" "));
    OfferText text = new OfferText(ice, fingerprint, ++version, mids);
    sections.forEach(text::add);
    return text.toString();
  }
}
