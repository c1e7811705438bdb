package org.consultrelay.relay.sdp;

import java.util.ArrayList;
import java.util.List;

/** Puts together offers in the shape that Chromium gives them, section by section. */
public final class ChromiumOffer {
  private static final String PWD = "aB3dE6gH9jK2mN5pQ8sT1vW4";

  private final List<String> mids = new ArrayList<>();
  private final StringBuilder sections = new StringBuilder();
  private String ufrag = "cHr0";
  private String setup = "actpass";
  private String opusFormat = "minptime=10;useinbandfec=1";

  public static ChromiumOffer offer() {
    return new ChromiumOffer();
  }

  /** Camera and microphone towards a WHIP endpoint. */
  public static ChromiumOffer whip() {
    return offer().audio("sendonly", "mic", 1_001).video("sendonly", "cam", 2_001);
  }

  /** A WHEP player. */
  public static ChromiumOffer whep() {
    return offer().audio("recvonly", "", 0).video("recvonly", "", 0);
  }

  /** The reserve of sections that a room client's first offer has. */
  public static ChromiumOffer room() {
    ChromiumOffer offer = offer();
    for (int i = 0; i < 3; i++) {
      offer.audio("recvonly", "", 0);
    }
    for (int i = 0; i < 3; i++) {
      offer.video("recvonly", "", 0);
    }
    return offer.data();
  }

  public ChromiumOffer ufrag(String value) {
    ufrag = value;
    return this;
  }

  public ChromiumOffer setup(String value) {
    setup = value;
    return this;
  }

  /** For sections added afterwards. */
  public ChromiumOffer opusFormat(String value) {
    opusFormat = value;
    return this;
  }

  private StringBuilder transport(String mediaLine) {
    String mid = Integer.toString(mids.size());
    mids.add(mid);
    sections.append("m=").append(mediaLine).append('\n');
    return sections
        .append("c=IN IP4 0.0.0.0\n")
        .append("a=rtcp:9 IN IP4 0.0.0.0\n")
        .append("a=ice-ufrag:UFRAG\na=ice-pwd:" + PWD + "\na=ice-options:trickle\n")
        .append("a=fingerprint:" + Sdp.FINGERPRINT + "\n")
        .append("a=setup:SETUP\n")
        .append("a=mid:")
        .append(mid)
        .append('\n');
  }

  public ChromiumOffer audio(String direction, String track, long ssrc) {
    transport("audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126")
        .append("a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\n")
        .append("a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\n")
        .append("a=extmap:3 " + ExtensionUri.TRANSPORT_CC + "\n")
        .append("a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\n")
        .append("a=")
        .append(direction)
        .append('\n');
    msid(track);
    sections
        .append("a=rtcp-mux\na=rtcp-rsize\n")
        .append("a=rtpmap:111 opus/48000/2\na=rtcp-fb:111 transport-cc\na=fmtp:111 ")
        .append(opusFormat)
        .append("\na=rtpmap:63 red/48000/2\na=fmtp:63 111/111\n")
        .append("a=rtpmap:9 G722/8000\na=rtpmap:0 PCMU/8000\na=rtpmap:8 PCMA/8000\n")
        .append("a=rtpmap:13 CN/8000\n")
        .append("a=rtpmap:110 telephone-event/48000\na=rtpmap:126 telephone-event/8000\n");
    if (ssrc != 0) {
      source(ssrc, track);
    }
    return this;
  }

  public ChromiumOffer video(String direction, String track, long ssrc) {
    videoSection(direction, track);
    if (ssrc != 0) {
      sections.append("a=ssrc-group:FID " + ssrc + " " + (ssrc + 1) + "\n");
      source(ssrc, track);
      source(ssrc + 1, track);
    }
    return this;
  }

  /** Three layers by RID, no a=ssrc. */
  public ChromiumOffer simulcast(String track) {
    videoSection("sendonly", track);
    sections.append("a=rid:q send\na=rid:h send\na=rid:f send\na=simulcast:send q;h;f\n");
    return this;
  }

  private void videoSection(String direction, String track) {
    transport("video 9 UDP/TLS/RTP/SAVPF 96 97 103 104 107 108 109 114 39 40 45 46 98 99 116 117")
        .append("a=extmap:14 urn:ietf:params:rtp-hdrext:toffset\n")
        .append("a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\n")
        .append("a=extmap:13 urn:3gpp:video-orientation\n")
        .append("a=extmap:3 " + ExtensionUri.TRANSPORT_CC + "\n")
        .append("a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay\n")
        .append("a=extmap:6 http://www.webrtc.org/experiments/rtp-hdrext/video-content-type\n")
        .append("a=extmap:7 http://www.webrtc.org/experiments/rtp-hdrext/video-timing\n")
        .append("a=extmap:8 http://www.webrtc.org/experiments/rtp-hdrext/color-space\n")
        .append("a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\n")
        .append("a=extmap:10 " + ExtensionUri.RID + "\n")
        .append("a=extmap:11 " + ExtensionUri.REPAIRED_RID + "\n")
        .append("a=extmap:12 " + ExtensionUri.DEPENDENCY_DESCRIPTOR + "\n")
        .append("a=")
        .append(direction)
        .append('\n');
    msid(track);
    sections.append("a=rtcp-mux\na=rtcp-rsize\n");
    codec(96, "VP8", "");
    codec(103, "H264", h264(1, "42001f"));
    codec(107, "H264", h264(0, "42001f"));
    codec(109, "H264", h264(1, "42e01f"));
    codec(39, "H264", h264(0, "42e01f"));
    codec(45, "AV1", "level-idx=5;profile=0;tier=0");
    codec(98, "VP9", "profile-id=0");
    sections.append("a=rtpmap:116 red/90000\na=rtpmap:117 ulpfec/90000\n");
  }

  private static String h264(int mode, String profile) {
    return "level-asymmetry-allowed=1;packetization-mode=" + mode + ";profile-level-id=" + profile;
  }

  private void codec(int payloadType, String name, String format) {
    int rtx = payloadType == 109 ? 114 : payloadType + 1;
    sections.append("a=rtpmap:" + payloadType + " " + name + "/90000\n");
    for (String feedback : List.of("goog-remb", "transport-cc", "ccm fir", "nack", "nack pli")) {
      sections.append("a=rtcp-fb:" + payloadType + " " + feedback + "\n");
    }
    if (!format.isEmpty()) {
      sections.append("a=fmtp:" + payloadType + " " + format + "\n");
    }
    sections.append("a=rtpmap:" + rtx + " rtx/90000\na=fmtp:" + rtx + " apt=" + payloadType + "\n");
  }

  private void msid(String track) {
    if (!track.isEmpty()) {
      sections.append("a=msid:stream-1 " + track + "\n");
    }
  }

  private void source(long ssrc, String track) {
    sections.append("a=ssrc:" + ssrc + " cname:cNaMe\na=ssrc:" + ssrc + " msid:stream-1 " + track);
    sections.append('\n');
  }

  public ChromiumOffer data() {
    transport("application 9 UDP/DTLS/SCTP webrtc-datachannel")
        .append("a=sctp-port:5000\na=max-message-size:262144\n");
    return this;
  }

  /** A section that the browser has stopped. */
  public ChromiumOffer stopped() {
    String mid = Integer.toString(mids.size());
    mids.add(mid);
    sections.append("m=video 0 UDP/TLS/RTP/SAVPF 96\nc=IN IP4 0.0.0.0\na=mid:" + mid);
    sections.append("\na=inactive\na=rtpmap:96 VP8/90000\n");
    return this;
  }

  public String text() {
    List<String> bundled =
        mids.stream()
            .filter(mid -> !sections.toString().contains("0.0.0.0\na=mid:" + mid))
            .toList();
    String text =
        "v=0\no=- 8041137812345678901 2 IN IP4 127.0.0.1\ns=-\nt=0 0\n"
            + "a=group:BUNDLE "
            + String.join(" ", bundled)
            + "\na=extmap-allow-mixed\na=msid-semantic: WMS stream-1\n"
            + sections;
    return text.replace("UFRAG", ufrag).replace("SETUP", setup).replace("\n", "\r\n");
  }
}
