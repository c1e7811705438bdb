package org.consultrelay.relay.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The relay offers, a client answers: the subscriber side of room protocols. */
class OffererTest {
  private static final MediaPolicy POLICY = MediaPolicy.STANDARD.withStrict(false);
  private static final SendTrack MIC = Sdp.track("TR_mic", Codec.OPUS, 100);
  private static final SendTrack CAM = Sdp.track("TR_cam", Codec.VP8, 200);
  private static final LocalTransport CLIENT =
      new LocalTransport(
          new IceCredentials("cLnt", "clientClientClientClient"),
          false,
          List.of("candidate:7 1 udp 2122260223 198.51.100.9 50000 typ host"),
          Fingerprint.of("sha-256", new byte[32]));

  private final Offerer offerer = new Offerer(POLICY);

  /** A client as our own answerer would be one: it receives whatever is sent. */
  private static SessionDescription clientAnswers(Offer offer) {
    SessionDescription received = Sdp.parse(SdpWriter.write(offer.description()));
    AnswerResult result =
        new Answerer(POLICY)
            .answer(
                received,
                Origin.ofRelay(1),
                CLIENT,
                null,
                (index, section) ->
                    section.kind() == MediaKind.APPLICATION
                        ? new SectionDecision.AcceptData(5_000, 262_144)
                        : SectionDecision.receive());
    String text = SdpWriter.write(Sdp.answered(result).answer());
    return Sdp.parse(text.replace("a=setup:passive", "a=setup:active"));
  }

  private static NegotiatedSession applied(ApplyResult result) {
    assertThat(result).isInstanceOf(ApplyResult.Applied.class);
    return ((ApplyResult.Applied) result).session();
  }

  private static List<OfferSection> tracks() {
    return List.of(
        new OfferSection.Data("0", 5_000, 65_536),
        new OfferSection.Sending("1", MIC),
        new OfferSection.Sending("2", CAM),
        new OfferSection.Idle("3", MediaKind.VIDEO));
  }

  @Test
  void offersTracksAndData() {
    Offer offer = offerer.offer(Sdp.ORIGIN, Sdp.LOCAL, tracks());
    assertThat(SdpWriter.write(offer.description()).lines().toList())
        .containsSubsequence(
            "a=group:BUNDLE 0 1 2 3",
            "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
            "a=candidate:1 1 udp 2130706431 192.0.2.1 7882 typ host",
            "a=setup:actpass",
            "a=sctp-port:5000",
            "m=audio 9 UDP/TLS/RTP/SAVPF 111",
            "a=sendonly",
            "a=msid:PA_1|TR_mic TR_mic",
            "a=fmtp:111 minptime=10;useinbandfec=1",
            "m=video 9 UDP/TLS/RTP/SAVPF 96 97",
            "a=ssrc-group:FID 200 201",
            "m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 100 101 102 103",
            "a=inactive");
  }

  @Test
  void appliesTheAnswerIntoTheSameView() {
    Offer offer = offerer.offer(Sdp.ORIGIN, Sdp.LOCAL, tracks());
    NegotiatedSession session = applied(offerer.apply(offer, clientAnswers(offer), null));
    assertThat(session.role()).isEqualTo(DtlsRole.SERVER);
    assertThat(session.remoteIce()).isEqualTo(CLIENT.ice());
    assertThat(session.remoteCandidates()).isEqualTo(CLIENT.candidates());
    NegotiatedSection camera = AnswererPublishTest.section(session, "2");
    assertThat(camera.direction()).isEqualTo(Direction.SENDONLY);
    assertThat(camera.track()).isSameAs(CAM);
    assertThat(camera.codecs().getFirst().rtxPayloadType()).isEqualTo(97);
    assertThat(camera.codecs().getFirst().feedback().transportCc()).isTrue();
    assertThat(camera.extensionId(ExtensionUri.MID)).isEqualTo(1);
    assertThat(session.sections().getFirst().remoteSctp())
        .isEqualTo(new SctpDescription(5_000, 262_144));
    assertThat(session.sections().get(3).direction()).isEqualTo(Direction.INACTIVE);
  }

  @Test
  void numbersStayTheSameWhenSectionsAreAddedAndStopped() {
    Offer first = offerer.offer(Sdp.ORIGIN, Sdp.LOCAL, tracks());
    NegotiatedSession before = applied(offerer.apply(first, clientAnswers(first), null));
    List<OfferSection> sections = new ArrayList<>(tracks());
    sections.set(0, new OfferSection.Stopped("0", MediaKind.APPLICATION));
    sections.set(2, new OfferSection.Stopped("2", MediaKind.VIDEO));
    sections.set(3, new OfferSection.Sending("3", Sdp.track("TR_h", Codec.H264, 300)));
    sections.add(new OfferSection.Sending("4", Sdp.track("TR_b", Codec.OPUS, 400)));
    Offer second = offerer.offer(Sdp.ORIGIN.next(), Sdp.LOCAL, sections);
    NegotiatedSession after = applied(offerer.apply(second, clientAnswers(second), before));
    assertThat(after.newDtlsAssociation()).isFalse();
    assertThat(after.iceRestart()).isFalse();
    assertThat(second.description().bundleGroups()).containsExactly(List.of("1", "3", "4"));
    assertThat(after.sections().get(0).rejected()).isTrue();
    assertThat(after.sections().get(2).rejected()).isTrue();
    assertThat(after.sections().get(3).codecs().getFirst().payloadType()).isEqualTo(98);
    assertThat(after.sections().get(3).extensionIds())
        .isEqualTo(before.sections().get(2).extensionIds());
    assertThat(after.sections().get(4).codecs().getFirst().payloadType()).isEqualTo(111);
  }

  @Test
  void anOfferOfDataAloneWorks() {
    Offer offer =
        offerer.offer(Sdp.ORIGIN, Sdp.LOCAL, List.of(new OfferSection.Data("0", 5_000, 65_536)));
    NegotiatedSession session = applied(offerer.apply(offer, clientAnswers(offer), null));
    assertThat(session.sections()).hasSize(1);
  }

  @Test
  void saysStereoForAllWhenOneTrackIs() {
    Codec stereo =
        new Codec(MediaKind.AUDIO, "opus", 48_000, 2, new FormatParameters("sprop-stereo=1"));
    Offer offer =
        offerer.offer(
            Sdp.ORIGIN,
            Sdp.LOCAL,
            List.of(
                new OfferSection.Sending("0", MIC),
                new OfferSection.Sending("1", Sdp.track("TR_s", stereo, 9))));
    assertThat(offer.description().sections())
        .extracting(section -> section.rtp().codecs().getFirst().format().text())
        .containsOnly("minptime=10;useinbandfec=1;stereo=1;sprop-stereo=1");
  }

  @Test
  void refusesAnswersThatDoNotFit() {
    Offer offer = offerer.offer(Sdp.ORIGIN, Sdp.LOCAL, tracks());
    String answer = SdpWriter.write(clientAnswers(offer));
    assertRefused(offer, answer.replace("setup:active", "setup:actpass"), RefusalReason.DTLS_SETUP);
    assertRefused(
        offer,
        answer.substring(0, answer.lastIndexOf("m=video")).replace(" 1 2 3\r", " 1 2\r"),
        RefusalReason.SECTIONS_CHANGED);
    assertRefused(offer, answer.replace("a=mid:2", "a=mid:9"), RefusalReason.SECTIONS_CHANGED);
    assertRefused(
        offer,
        answer.replace("SAVPF 111", "SAVPF 120").replace(":111 ", ":120 "),
        RefusalReason.NO_COMMON_CODEC);
    assertRefused(
        offer, answer.replaceAll("a=fingerprint[^\r]*\r\n", ""), RefusalReason.NO_FINGERPRINT);
  }

  private void assertRefused(Offer offer, String answer, RefusalReason reason) {
    ApplyResult result = offerer.apply(offer, Sdp.parse(answer), null);
    assertThat(result).isInstanceOf(Refusal.class);
    assertThat(((Refusal) result).reason()).isEqualTo(reason);
  }
}
