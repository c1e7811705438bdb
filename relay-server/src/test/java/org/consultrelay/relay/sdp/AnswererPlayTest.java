package org.consultrelay.relay.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The peer plays: WHEP and the downlink of rooms. */
class AnswererPlayTest {
  private static final SendTrack MIC = Sdp.track("TR_mic", Codec.OPUS, 50_001);
  private static final SendTrack CAM = Sdp.track("TR_cam", Codec.VP8, 60_001);

  private static SectionChooser sending(SendTrack audio, SendTrack video) {
    return (index, section) ->
        SectionDecision.send(section.kind() == MediaKind.AUDIO ? audio : video);
  }

  @Test
  void answersAWhepPlayer() {
    AnswerResult.Answered answered =
        Sdp.answer(MediaPolicy.STANDARD, ChromiumOffer.whep().text(), sending(MIC, CAM));
    String text = SdpWriter.write(answered.answer());
    assertThat(text.lines().toList())
        .containsSubsequence(
            "m=audio 9 UDP/TLS/RTP/SAVPF 111",
            "a=sendonly",
            "a=msid:PA_1|TR_mic TR_mic",
            "a=ssrc:50001 cname:cname-PA_1",
            "m=video 9 UDP/TLS/RTP/SAVPF 96 97",
            "a=sendonly",
            "a=msid:PA_1|TR_cam TR_cam",
            "a=ssrc-group:FID 60001 60002",
            "a=ssrc:60001 cname:cname-PA_1",
            "a=ssrc:60002 cname:cname-PA_1");
    assertThat(text).doesNotContain("50002");
    NegotiatedSection video = AnswererPublishTest.section(answered.session(), "1");
    assertThat(video.direction()).isEqualTo(Direction.SENDONLY);
    assertThat(video.track()).isSameAs(CAM);
    assertThat(video.codecs()).hasSize(1);
    assertThat(video.extensionId(ExtensionUri.MID)).isEqualTo(4);
    assertThat(video.extensionId(ExtensionUri.RID)).isZero();
  }

  @Test
  void sendsH264ByProfileNotByLevel() {
    Codec publisher = Codec.video("H264", "packetization-mode=1;profile-level-id=42c015");
    AnswerResult.Answered answered =
        Sdp.answer(
            MediaPolicy.STANDARD,
            ChromiumOffer.whep().text(),
            sending(MIC, Sdp.track("TR_cam", publisher, 9)));
    NegotiatedCodec codec = answered.session().sections().get(1).codecs().getFirst();
    assertThat(codec.payloadType()).isEqualTo(109);
    assertThat(codec.codec()).isEqualTo(publisher);
    assertThat(codec.localFormat().get("profile-level-id")).isEqualTo("42e01f");
  }

  @Test
  void leavesAPlayerThatCannotDecodeIdleOrRefusesIt() {
    Codec h265 = Codec.video("H265", "");
    SectionChooser chooser = sending(MIC, Sdp.track("TR_cam", h265, 9));
    Refusal refusal = Sdp.refuse(MediaPolicy.STANDARD, ChromiumOffer.whep().text(), chooser);
    assertThat(refusal.reason()).isEqualTo(RefusalReason.NO_COMMON_CODEC);
    assertThat(refusal.text())
        .contains("video section '1'")
        .contains("VP8")
        .contains("needed H265");
    AnswerResult.Answered answered =
        Sdp.answer(MediaPolicy.STANDARD.withStrict(false), ChromiumOffer.whep().text(), chooser);
    NegotiatedSection video = answered.session().sections().get(1);
    assertThat(video.direction()).isEqualTo(Direction.INACTIVE);
    assertThat(video.rejected()).isFalse();
    assertThat(video.track()).isNull();
    assertThat(video.problem()).isEqualTo(refusal);
    assertThat(SdpWriter.write(answered.answer())).doesNotContain("TR_cam");
  }

  @Test
  void doesNotSendWhereThePeerDoesNotReceive() {
    AnswerResult.Answered answered =
        Sdp.answer(MediaPolicy.STANDARD, ChromiumOffer.whip().text(), sending(MIC, CAM));
    assertThat(answered.session().sections())
        .allSatisfy(section -> {
          assertThat(section.direction()).isEqualTo(Direction.INACTIVE);
          assertThat(section.track()).isNull();
        });
    assertThat(SdpWriter.write(answered.answer())).doesNotContain("a=ssrc");
  }

  @Test
  void whatReachesFromEndToEndIsAgreedOnBothWays() {
    NegotiatedSession up =
        Sdp.answer(MediaPolicy.STANDARD, ChromiumOffer.whip().text(), SectionChooser.receiveAll())
            .session();
    NegotiatedSession down =
        Sdp.answer(MediaPolicy.STANDARD, ChromiumOffer.whep().text(), sending(MIC, CAM)).session();
    for (NegotiatedSession session : List.of(up, down)) {
      NegotiatedCodec opus = session.sections().getFirst().codecs().getFirst();
      assertThat(opus.localFormat().isOn("useinbandfec")).isTrue();
      assertThat(session.sections().get(1).extensionIds())
          .containsEntry(ExtensionUri.PLAYOUT_DELAY, 5)
          .containsEntry(ExtensionUri.DEPENDENCY_DESCRIPTOR, 12);
    }
    String without = ChromiumOffer.whep().text().replace(ExtensionUri.DEPENDENCY_DESCRIPTOR, "x:y");
    assertThat(
            Sdp.answer(MediaPolicy.STANDARD, without, sending(MIC, CAM))
                .session()
                .sections()
                .get(1)
                .extensionIds())
        .doesNotContainKey(ExtensionUri.DEPENDENCY_DESCRIPTOR);
  }

  @Test
  void goesBothWaysInOneSection() {
    String offer =
        ChromiumOffer.offer().audio("sendrecv", "mic", 1).video("sendrecv", "cam", 5).text();
    AnswerResult.Answered answered =
        Sdp.answer(
            MediaPolicy.STANDARD,
            offer,
            (index, section) ->
                new SectionDecision.SendReceive(
                    section.kind() == MediaKind.AUDIO
                        ? MIC
                        : Sdp.track("TR_cam", Codec.H264, 7_001),
                    SectionDecision.receive()));
    NegotiatedSection video = answered.session().sections().get(1);
    assertThat(video.direction()).isEqualTo(Direction.SENDRECV);
    assertThat(video.codecs())
        .extracting(NegotiatedCodec::payloadType)
        .containsExactly(109, 96, 98, 45);
    assertThat(video.remoteMediaSsrcs()).containsExactly(5L);
    assertThat(SdpWriter.write(answered.answer())).contains("a=ssrc-group:FID 7001 7002");
  }

  @Test
  void announcesNoRetransmissionSourceWithoutRetransmission() {
    String offer = ChromiumOffer.whep().text().replaceAll("a=fmtp:97 apt=96\r\n", "");
    AnswerResult.Answered answered = Sdp.answer(MediaPolicy.STANDARD, offer, sending(MIC, CAM));
    assertThat(SdpWriter.write(answered.answer())).doesNotContain("FID").doesNotContain("60002");
    assertThat(answered.session().sections().get(1).codecs().getFirst().hasRtx()).isFalse();
  }

  @Test
  void aRoomsFirstOfferGetsTracksInItsSpareSections() {
    SectionChooser chooser =
        (index, section) ->
            switch (section.mid()) {
              case "0" -> SectionDecision.send(MIC);
              case "3" -> SectionDecision.send(CAM);
              case "6" -> new SectionDecision.AcceptData(5_000, 65_536);
              default -> SectionDecision.inactive();
            };
    AnswerResult.Answered answered =
        Sdp.answer(MediaPolicy.STANDARD.withStrict(false), ChromiumOffer.room().text(), chooser);
    assertThat(answered.session().sections())
        .extracting(NegotiatedSection::direction)
        .containsExactly(
            Direction.SENDONLY,
            Direction.INACTIVE,
            Direction.INACTIVE,
            Direction.SENDONLY,
            Direction.INACTIVE,
            Direction.INACTIVE,
            Direction.SENDRECV);
    assertThat(answered.answer().bundleGroups())
        .containsExactly(List.of("0", "1", "2", "3", "4", "5", "6"));
    String text = SdpWriter.write(answered.answer());
    assertThat(text)
        .contains("m=application 9 UDP/DTLS/SCTP webrtc-datachannel")
        .contains("a=sctp-port:5000\r\na=max-message-size:65536");
    assertThat(answered.session().sections().get(6).remoteSctp())
        .isEqualTo(new SctpDescription(5_000, 262_144));
    // The idle sections name the codecs and ids that they will use later.
    assertThat(answered.session().sections().get(4).codecs()).hasSize(4);
    assertThat(answered.session().sections().get(4).extensionId(ExtensionUri.MID)).isEqualTo(4);
  }
}
