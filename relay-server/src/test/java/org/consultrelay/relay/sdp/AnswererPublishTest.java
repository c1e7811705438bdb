package org.consultrelay.relay.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The peer publishes: WHIP and the uplink of rooms. */
class AnswererPublishTest {
  private static final SectionChooser ALL = SectionChooser.receiveAll();

  @Test
  void answersChromium() {
    AnswerResult.Answered answered =
        Sdp.answer(MediaPolicy.STANDARD, ChromiumOffer.whip().text(), ALL);
    String text = SdpWriter.write(answered.answer());
    assertThat(text.lines().toList())
        .containsSubsequence(
            "v=0",
            "o=- 4711 1 IN IP4 127.0.0.1",
            "a=group:BUNDLE 0 1",
            "a=extmap-allow-mixed",
            "a=ice-lite",
            "a=ice-options:ice2 trickle",
            "m=audio 9 UDP/TLS/RTP/SAVPF 111",
            "a=candidate:1 1 udp 2130706431 192.0.2.1 7882 typ host",
            "a=end-of-candidates",
            "a=ice-ufrag:rELy",
            "a=setup:passive",
            "a=mid:0",
            "a=recvonly",
            "a=rtcp-mux",
            "a=rtcp-rsize",
            "a=rtpmap:111 opus/48000/2",
            "a=rtcp-fb:111 transport-cc",
            "a=fmtp:111 minptime=10;useinbandfec=1",
            "m=video 9 UDP/TLS/RTP/SAVPF 96 97 109 114 98 99 45 46",
            "a=recvonly",
            "a=rtpmap:96 VP8/90000",
            "a=rtcp-fb:96 transport-cc",
            "a=rtcp-fb:96 ccm fir",
            "a=rtcp-fb:96 nack",
            "a=rtcp-fb:96 nack pli",
            "a=fmtp:97 apt=96",
            "a=rtpmap:109 H264/90000",
            "a=fmtp:109 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
            "a=rtpmap:98 VP9/90000",
            "a=fmtp:98 profile-id=0",
            "a=rtpmap:45 AV1/90000",
            "a=fmtp:45 level-idx=5;profile=0;tier=0");
    assertThat(text).doesNotContain("goog-remb").doesNotContain("a=ssrc").doesNotContain("a=rid");
    assertThat(text.split("a=candidate", -1)).hasSize(3);
  }

  @Test
  void tellsTheMediaLayerWhatWasAgreed() {
    NegotiatedSession session =
        Sdp.answer(MediaPolicy.STANDARD, ChromiumOffer.whip().text(), ALL).session();
    assertThat(session.role()).isEqualTo(DtlsRole.SERVER);
    assertThat(session.remoteIce().ufrag()).isEqualTo("cHr0");
    assertThat(session.remoteFingerprints()).hasSize(1);
    assertThat(session.newDtlsAssociation()).isTrue();
    assertThat(session.iceRestart()).isFalse();
    NegotiatedSection audio = section(session, "0");
    assertThat(audio.direction()).isEqualTo(Direction.RECVONLY);
    assertThat(audio.codecs().getFirst().codec()).isEqualTo(Codec.OPUS);
    assertThat(audio.codecs().getFirst().payloadType()).isEqualTo(111);
    assertThat(audio.codecs().getFirst().hasRtx()).isFalse();
    assertThat(audio.extensionId(ExtensionUri.AUDIO_LEVEL)).isEqualTo(1);
    assertThat(audio.extensionId(ExtensionUri.VIDEO_ORIENTATION)).isZero();
    assertThat(audio.remoteMsid()).isEqualTo(new Msid("stream-1", "mic"));
    NegotiatedSection video = section(session, "1");
    assertThat(video.codecs())
        .extracting(c -> c.codec().name())
        .containsExactly("VP8", "H264", "VP9", "AV1");
    NegotiatedCodec vp8 = video.codecs().getFirst();
    assertThat(vp8.rtxPayloadType()).isEqualTo(97);
    assertThat(vp8.feedback()).isEqualTo(new Feedback(true, true, true, true, false));
    assertThat(video.codecOf(114)).isSameAs(video.codecs().get(1));
    assertThat(video.extensionIds())
        .containsEntry(ExtensionUri.MID, 4)
        .containsEntry(ExtensionUri.TRANSPORT_CC, 3)
        .containsEntry(ExtensionUri.VIDEO_ORIENTATION, 13)
        .containsEntry(ExtensionUri.DEPENDENCY_DESCRIPTOR, 12)
        .doesNotContainKey(ExtensionUri.ABS_SEND_TIME)
        .doesNotContainKey(ExtensionUri.RID);
    assertThat(video.rtxSsrcOf(2_001)).isEqualTo(2_002);
    assertThat(video.remoteMediaSsrcs()).containsExactly(2_001L);
    assertThat(video.reducedSizeRtcp()).isTrue();
  }

  @Test
  void answersEveryClient() {
    for (String client : Sdp.CLIENTS) {
      AnswerResult.Answered answered = Sdp.answer(MediaPolicy.STANDARD, Sdp.load(client), ALL);
      SessionDescription offer = Sdp.parse(Sdp.load(client));
      assertThat(answered.session().sections())
          .as(client)
          .hasSize(2)
          .allSatisfy(section -> {
            assertThat(section.direction()).isEqualTo(Direction.RECVONLY);
            assertThat(section.codecs()).isNotEmpty();
            assertThat(section.problem()).isNull();
            assertThat(section.mid()).isEqualTo(offer.sections().get(section.index()).mid());
            assertThat(section.remoteMsid()).isNotNull();
          });
      assertThat(answered.answer().bundleGroups()).isEqualTo(offer.bundleGroups());
    }
  }

  @Test
  void answersSafariInOurOrder() {
    NegotiatedSession session =
        Sdp.answer(MediaPolicy.STANDARD, Sdp.load("safari-whip"), ALL).session();
    assertThat(section(session, "1").codecs())
        .extracting(NegotiatedCodec::payloadType)
        .containsExactly(100, 98);
  }

  @Test
  void takesTheRolePeersInsistOn() {
    AnswerResult.Answered ffmpeg = Sdp.answer(MediaPolicy.STANDARD, Sdp.load("ffmpeg-whip"), ALL);
    assertThat(ffmpeg.session().role()).isEqualTo(DtlsRole.CLIENT);
    assertThat(SdpWriter.write(ffmpeg.answer())).contains("a=setup:active");
    String active = ChromiumOffer.whip().setup("active").text();
    assertThat(Sdp.answer(MediaPolicy.STANDARD, active, ALL).session().role())
        .isEqualTo(DtlsRole.SERVER);
    String silent = ChromiumOffer.whip().text().replace("a=setup:actpass\r\n", "");
    assertThat(Sdp.answer(MediaPolicy.STANDARD, silent, ALL).session().role())
        .isEqualTo(DtlsRole.SERVER);
  }

  @Test
  void asksForRembOnlyWithoutTransportCc() {
    NegotiatedSession obs = Sdp.answer(MediaPolicy.STANDARD, Sdp.load("obs-whip"), ALL).session();
    assertThat(section(obs, "1").codecs().getFirst().feedback())
        .isEqualTo(new Feedback(true, true, false, false, true));
    // The feedback line without the header extension is not enough.
    String halved =
        ChromiumOffer.whip().text().replace("a=extmap:3 " + ExtensionUri.TRANSPORT_CC + "\r\n", "");
    NegotiatedSection video = section(Sdp.answer(MediaPolicy.STANDARD, halved, ALL).session(), "1");
    assertThat(video.codecs().getFirst().feedback().transportCc()).isFalse();
    assertThat(video.codecs().getFirst().feedback().remb()).isTrue();
    assertThat(video.extensionId(ExtensionUri.ABS_SEND_TIME)).isEqualTo(2);
  }

  @Test
  void keepsTheOfferersOwnParametersToItself() {
    AnswerResult.Answered answered =
        Sdp.answer(MediaPolicy.STANDARD, Sdp.load("gstreamer-whip"), ALL);
    NegotiatedCodec h264 = section(answered.session(), "video0").codecs().getFirst();
    assertThat(h264.codec()).isEqualTo(Codec.H264);
    assertThat(h264.localFormat().text()).isEqualTo("packetization-mode=1;profile-level-id=42c01f");
    assertThat(h264.remoteFormat().get("sprop-parameter-sets")).startsWith("Z0LAH9k");
    assertThat(SdpWriter.write(answered.answer())).contains("a=rtpmap:98 OPUS/48000/2");
    String munged =
        ChromiumOffer.whip().text().replace("42e01f", "42e01f;x-google-start-bitrate=900");
    assertThat(SdpWriter.write(Sdp.answer(MediaPolicy.STANDARD, munged, ALL).answer()))
        .doesNotContain("x-google");
  }

  @Test
  void asksForStereoOnlyWhenTheTrackIsStereo() {
    assertThat(opus(Sdp.answer(MediaPolicy.STANDARD, Sdp.load("obs-whip"), ALL)))
        .isEqualTo("minptime=10;useinbandfec=1;stereo=1;maxaveragebitrate=510000");
    // Firefox says stereo=1 in every offer, as a receiver.
    assertThat(opus(Sdp.answer(MediaPolicy.STANDARD, Sdp.load("firefox-whip"), ALL)))
        .isEqualTo("useinbandfec=1");
    SectionChooser stereo =
        (index, section) -> new SectionDecision.Receive(List.of(), true, List.of());
    assertThat(opus(Sdp.answer(MediaPolicy.STANDARD, ChromiumOffer.whip().text(), stereo)))
        .isEqualTo("minptime=10;useinbandfec=1;stereo=1;maxaveragebitrate=510000");
  }

  @Test
  void speaksOfDtxAsThePolicySays() {
    String plain = ChromiumOffer.whip().text();
    String dtx = ChromiumOffer.offer().opusFormat("usedtx=1").audio("sendonly", "a", 1).text();
    assertThat(opus(Sdp.answer(MediaPolicy.STANDARD, plain, ALL))).doesNotContain("usedtx");
    assertThat(opus(Sdp.answer(MediaPolicy.STANDARD, dtx, ALL))).isEqualTo("usedtx=1");
    MediaPolicy request = MediaPolicy.STANDARD.withDtx(OpusDtx.REQUEST);
    assertThat(opus(Sdp.answer(request, plain, ALL)))
        .isEqualTo("minptime=10;useinbandfec=1;usedtx=1");
    MediaPolicy off = MediaPolicy.STANDARD.withDtx(OpusDtx.OFF);
    assertThat(opus(Sdp.answer(off, dtx, ALL))).isEmpty();
  }

  @Test
  void takesOneLayerOrAllByName() {
    String offer = ChromiumOffer.offer().simulcast("cam").text();
    AnswerResult.Answered single = Sdp.answer(MediaPolicy.STANDARD, offer, ALL);
    assertThat(SdpWriter.write(single.answer())).doesNotContain("a=rid").doesNotContain("simul");
    assertThat(single.session().sections().getFirst().rids()).isEmpty();
    AnswerResult.Answered all = Sdp.answer(MediaPolicy.STANDARD.withSimulcast(true), offer, ALL);
    assertThat(SdpWriter.write(all.answer()))
        .contains("a=rid:q recv\r\na=rid:h recv\r\na=rid:f recv\r\na=simulcast:recv q;h;f\r\n");
    NegotiatedSection section = all.session().sections().getFirst();
    assertThat(section.rids()).containsExactly("q", "h", "f");
    assertThat(section.extensionId(ExtensionUri.RID)).isEqualTo(10);
    assertThat(section.extensionId(ExtensionUri.REPAIRED_RID)).isEqualTo(11);
  }

  @Test
  void keepsTheOrderOfPreferenceOfFirefoxAndMirrorsExtensionDirections() {
    AnswerResult.Answered answered =
        Sdp.answer(MediaPolicy.STANDARD.withSimulcast(true), Sdp.load("firefox-whip"), ALL);
    assertThat(SdpWriter.write(answered.answer()))
        .contains("a=simulcast:recv f;h;q")
        .contains("a=extmap:8/recvonly " + ExtensionUri.RID)
        .contains("a=extmap:6/sendonly " + ExtensionUri.PLAYOUT_DELAY);
    assertThat(section(answered.session(), "1").rids()).containsExactly("f", "h", "q");
  }

  @Test
  void aDecisionMayNameTheCodec() {
    SectionChooser h264First =
        (index, section) ->
            new SectionDecision.Receive(List.of("opus", "H264", "VP8"), false, List.of());
    NegotiatedSession session =
        Sdp.answer(MediaPolicy.STANDARD, ChromiumOffer.whip().text(), h264First).session();
    assertThat(section(session, "1").codecs())
        .extracting(NegotiatedCodec::payloadType)
        .containsExactly(109, 96);
  }

  @Test
  void takesOtherCodecsWhenThePolicyHasThem() {
    MediaPolicy policy = MediaPolicy.STANDARD.withCodecs(List.of(Codec.AV1, Codec.VP9, Codec.OPUS));
    NegotiatedSession session = Sdp.answer(policy, ChromiumOffer.whip().text(), ALL).session();
    assertThat(section(session, "1").codecs())
        .extracting(NegotiatedCodec::payloadType)
        .containsExactly(45, 98);
  }

  private static String opus(AnswerResult.Answered answered) {
    return answered.session().sections().getFirst().codecs().getFirst().localFormat().text();
  }

  static NegotiatedSection section(NegotiatedSession session, String mid) {
    return Objects.requireNonNull(session.section(mid));
  }
}
