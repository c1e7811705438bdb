package org.consultrelay.relay.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SdpParserTest {
  @Test
  void readsChromium() {
    SessionDescription offer = Sdp.parse(ChromiumOffer.whip().text());
    assertThat(offer.bundleGroups()).containsExactly(List.of("0", "1"));
    assertThat(offer.extmapAllowMixed()).isTrue();
    MediaSection audio = offer.sections().get(0);
    assertThat(audio.kind()).isEqualTo(MediaKind.AUDIO);
    assertThat(audio.direction()).isEqualTo(Direction.SENDONLY);
    assertThat(audio.msid()).isEqualTo(new Msid("stream-1", "mic"));
    assertThat(audio.rtp().codecs().getFirst())
        .isEqualTo(
            new CodecDescription(
                111,
                "opus",
                48_000,
                2,
                new FormatParameters("minptime=10;useinbandfec=1"),
                List.of(RtcpFeedback.TRANSPORT_CC)));
    MediaSection video = offer.sections().get(1);
    CodecDescription vp8 = video.rtp().codecs().getFirst();
    assertThat(vp8.feedback())
        .containsExactly(
            RtcpFeedback.REMB,
            RtcpFeedback.TRANSPORT_CC,
            RtcpFeedback.FIR,
            RtcpFeedback.NACK,
            RtcpFeedback.PLI);
    assertThat(video.rtp().rtxOf(vp8)).extracting(CodecDescription::payloadType).isEqualTo(97);
    assertThat(video.rtp().ssrcGroups().getFirst().ssrcs()).containsExactly(2_001L, 2_002L);
    assertThat(video.rtp().ssrcs().get(1).cname()).isEqualTo("cNaMe");
    assertThat(offer.transportOf(video).setup()).isEqualTo(DtlsSetup.ACTPASS);
  }

  @Test
  void readsSimulcastWithoutSources() {
    MediaSection video =
        Sdp.parse(ChromiumOffer.offer().simulcast("cam").text()).sections().getFirst();
    assertThat(video.rtp().ssrcs()).isEmpty();
    assertThat(video.rtp().rids()).extracting(RidDescription::id).containsExactly("q", "h", "f");
    assertThat(video.rtp().simulcast())
        .extracting(simulcast -> simulcast.send().get(2).alternatives().getFirst().rid())
        .isEqualTo("f");
  }

  @Test
  void readsFirefoxWithItsSessionLevelFingerprint() {
    SessionDescription offer = Sdp.parse(Sdp.load("firefox-whip"));
    MediaSection video = offer.sections().get(1);
    assertThat(video.transport().fingerprints()).isEmpty();
    assertThat(offer.transportOf(video).fingerprints()).hasSize(1);
    assertThat(offer.transportOf(video).iceOptions()).containsExactly("trickle");
    assertThat(video.rtp().extensions())
        .contains(new HeaderExtension(8, Direction.SENDONLY, ExtensionUri.RID, ""));
    // The fmtp lines stand before the rtpmap lines.
    assertThat(video.rtp().codec(127)).extracting(CodecDescription::apt).isEqualTo(126);
  }

  @Test
  void readsObsWithItsSessionLevelIceAndCommas() {
    SessionDescription offer = Sdp.parse(Sdp.load("obs-whip"));
    TransportDescription transport = offer.transportOf(offer.sections().get(1));
    assertThat(transport.ice()).extracting(IceCredentials::ufrag).isEqualTo("vT8x");
    assertThat(transport.iceOptions()).containsExactly("ice2", "trickle");
    assertThat(offer.bundleGroups()).hasSize(1);
    assertThat(offer.sections().getFirst().candidates())
        .containsExactly("candidate:1 1 UDP 2122317823 192.0.2.44 51942 typ host");
    assertThat(offer.sections().getFirst().endOfCandidates()).isTrue();
  }

  @Test
  void readsGstreamerWithMsidOnlyAtSources() {
    SessionDescription offer = Sdp.parse(Sdp.load("gstreamer-whip"));
    assertThat(offer.sections().getFirst().msid())
        .isEqualTo(new Msid("user2137@host-5f2b", "webrtctransceiver0"));
    assertThat(offer.sections().get(1).bundleOnly()).isTrue();
    assertThat(offer.sections().get(1).rtp().rtcpMuxOnly()).isTrue();
  }

  @Test
  void acceptsLfAndCrlfAlike() {
    String text = Sdp.load("safari-whip");
    assertThat(text).doesNotContain("\r");
    assertThat(Sdp.parse(text.replace("\n", "\r\n"))).isEqualTo(Sdp.parse(text));
  }

  @Test
  void spreadsWildcardFeedback() {
    MediaSection video =
        Sdp.parse(head() + "m=video 9 UDP/TLS/RTP/SAVPF 96 98\na=rtcp-fb:* nack pli\n")
            .sections()
            .getFirst();
    assertThat(video.rtp().codecs())
        .allSatisfy(codec -> assertThat(codec.feedback()).containsExactly(RtcpFeedback.PLI));
  }

  @Test
  void takesDataChannelParametersAndDefaults() {
    MediaSection data =
        Sdp.parse(head() + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\na=sctp-port:5000\n")
            .sections()
            .getFirst();
    assertThat(data.sctp()).isEqualTo(new SctpDescription(5_000, 65_536));
    assertThat(data.formats()).containsExactly("webrtc-datachannel");
  }

  @Test
  void tellsRejectedFromBundleOnlyByTheAttribute() {
    String section = "m=video 0 UDP/TLS/RTP/SAVPF 96\n";
    assertThat(Sdp.parse(head() + section).sections().getFirst().isRejected()).isTrue();
    assertThat(Sdp.parse(head() + section + "a=bundle-only\n").sections().getFirst().isRejected())
        .isFalse();
  }

  @Test
  void saysWhereAndWhat() {
    assertRefused("", 0, "no o= line");
    assertRefused("v=1\n", 1, "v=0");
    assertRefused("v=0\nhello\n", 2, "'hello'");
    assertRefused("v=0\no=- x 1 IN IP4 0.0.0.0\n", 2, "o=");
    assertRefused(head() + "m=video nine UDP/TLS/RTP/SAVPF 96\n", 5, "port");
    assertRefused(head() + "m=video 70000 UDP/TLS/RTP/SAVPF 96\n", 5, "port '70000'");
    assertRefused(head() + "m=video 9 UDP/TLS/RTP/SAVPF 999\n", 5, "payload type '999'");
    assertRefused(head() + "m=video 9 UDP/TLS/RTP/SAVPF\n", 5, "formats");
    assertRefused(video("a=extmap:0 urn:x"), 6, "a=extmap id");
    assertRefused(video("a=extmap:256 urn:x"), 6, "a=extmap id");
    assertRefused(video("a=extmap:1/both urn:x"), 6, "direction");
    assertRefused(video("a=ssrc:4294967296 cname:x"), 6, "a=ssrc");
    assertRefused(video("a=ssrc-group:FID 1 99999999999999999999"), 6, "a=ssrc-group");
    assertRefused(video("a=setup:client"), 6, "'client'");
    assertRefused(video("a=fingerprint:sha-256 AB:CD"), 6, "a=fingerprint");
    assertRefused(video("a=ice-ufrag:abc"), 6, "a=ice-ufrag");
    assertRefused(video("a=ice-ufrag:abcd"), 6, "a=ice-ufrag without a=ice-pwd");
    assertRefused(video("a=rid:q sideways"), 6, "a=rid");
    assertRefused(video("a=simulcast:send q;;h recv"), 6, "a=simulcast");
    assertRefused(video("a=rtpmap:96 VP8/0"), 6, "a=rtpmap");
    assertRefused(video("a=mid:a b"), 6, "a=mid");
    assertRefused(video("a=mid:a\na=mid:b"), 7, "a=mid twice");
    assertRefused(video("a=sctp-port:65536"), 6, "a=sctp-port");
    assertRefused(video("a=msid:a\u0000b"), 6, "control characters");
    assertRefused(video("a=mid:1\ra=mid:2"), 6, "control characters");
  }

  @Test
  void quotesLittleAndOnlyPrintableText() {
    SdpResult.Refused refused = Sdp.refused("v=0\n<script>\u202E" + "x".repeat(500) + "\n");
    assertThat(refused.text()).hasSizeLessThan(120).matches("[ -~…]+");
  }

  @Test
  void isBounded() {
    SdpLimits limits = new SdpLimits(2_000, 60, 4, 10);
    assertThat(SdpParser.parse(head(), limits)).isInstanceOf(SdpResult.Parsed.class);
    assertBound(head() + "a=x:" + "y".repeat(2_000), limits, "characters");
    assertBound(head() + "a=x\n".repeat(11), limits, "more than 10 lines");
    assertBound(head() + "c=x\n".repeat(60), limits, "60 lines");
    assertBound(head() + "m=audio 9 RTP/SAVPF 0\n".repeat(5), limits, "4 media sections");
    assertBound(video("b=AS:1\n".repeat(11)), limits, "more than 10 lines");
    StringBuilder feedback = new StringBuilder(video(""));
    for (int i = 0; i < 33; i++) {
      feedback.append("a=rtcp-fb:* x").append(i).append('\n');
    }
    assertThat(Sdp.refused(feedback.toString()).reason()).contains("too many a=rtcp-fb");
  }

  private static void assertBound(String text, SdpLimits limits, String reason) {
    SdpResult result = SdpParser.parse(text, limits);
    assertThat(result).isInstanceOf(SdpResult.Refused.class);
    assertThat(((SdpResult.Refused) result).reason()).contains(reason);
  }

  private static void assertRefused(String text, int line, String reason) {
    SdpResult.Refused refused = Sdp.refused(text);
    assertThat(refused.reason()).contains(reason);
    assertThat(refused.line()).isEqualTo(line);
  }

  private static String head() {
    return "v=0\no=- 1 1 IN IP4 0.0.0.0\ns=-\nt=0 0\n";
  }

  private static String video(String lines) {
    return head() + "m=video 9 UDP/TLS/RTP/SAVPF 96\n" + lines + "\n";
  }
}
