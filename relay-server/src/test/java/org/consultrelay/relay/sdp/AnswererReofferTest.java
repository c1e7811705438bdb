package org.consultrelay.relay.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Offers within a running session: rooms that grow and shrink, ICE restarts. */
class AnswererReofferTest {
  private static final MediaPolicy ROOM =
      MediaPolicy.STANDARD.withStrict(false).withSimulcast(true);

  private static SectionDecision inOut(int index, MediaSection section) {
    if (section.kind() == MediaKind.APPLICATION) {
      return SectionDecision.reject("no data channels yet");
    }
    return section.direction().sends() ? SectionDecision.receive() : SectionDecision.inactive();
  }

  private static AnswerResult reanswer(
      MediaPolicy policy, ChromiumOffer offer, NegotiatedSession previous) {
    return new Answerer(policy)
        .answer(
            Sdp.parse(offer.text()),
            Sdp.ORIGIN.next(),
            Sdp.LOCAL,
            previous,
            AnswererReofferTest::inOut);
  }

  private static NegotiatedSession first(ChromiumOffer offer) {
    return Sdp.answer(ROOM, offer.text(), AnswererReofferTest::inOut).session();
  }

  @Test
  void publishedTracksArriveInNewSections() {
    NegotiatedSession before = first(ChromiumOffer.room());
    assertThat(before.sections().get(6).rejected()).isTrue();
    AnswerResult.Answered after =
        Sdp.answered(
            reanswer(
                ROOM,
                ChromiumOffer.room().simulcast("cid-cam").audio("sendonly", "cid-mic", 9),
                before));
    assertThat(after.session().iceRestart()).isFalse();
    assertThat(after.session().newDtlsAssociation()).isFalse();
    NegotiatedSection camera = AnswererPublishTest.section(after.session(), "7");
    assertThat(camera.remoteMsid()).isEqualTo(new Msid("stream-1", "cid-cam"));
    assertThat(camera.rids()).containsExactly("q", "h", "f");
    assertThat(AnswererPublishTest.section(after.session(), "8").remoteMediaSsrcs())
        .containsExactly(9L);
    assertThat(after.answer().bundleGroups().getFirst())
        .containsExactly("0", "1", "2", "3", "4", "5", "7", "8");
    assertThat(SdpWriter.write(after.answer()))
        .contains("o=- 4711 2 IN")
        .contains("m=application 0 UDP/DTLS/SCTP webrtc-datachannel");
  }

  /** Chromium cannot offer simulcast later when the first answer has left the RIDs out. */
  @Test
  void spareSectionsKeepTheRidExtensionsForLater() {
    NegotiatedSession session = first(ChromiumOffer.room());
    assertThat(session.sections().subList(3, 6))
        .allSatisfy(section ->
            assertThat(section.extensionIds())
                .containsKeys(ExtensionUri.RID, ExtensionUri.REPAIRED_RID));
  }

  @Test
  void unpublishedAndStoppedSectionsKeepTheirPlace() {
    NegotiatedSession before = first(ChromiumOffer.whip().video("sendonly", "screen", 77));
    ChromiumOffer offer = ChromiumOffer.whip().video("inactive", "", 0);
    NegotiatedSession idle = Sdp.answered(reanswer(ROOM, offer, before)).session();
    assertThat(idle.sections().get(2).direction()).isEqualTo(Direction.INACTIVE);
    assertThat(idle.sections().get(2).rejected()).isFalse();
    AnswerResult.Answered stopped =
        Sdp.answered(reanswer(ROOM, ChromiumOffer.whip().stopped(), before));
    assertThat(stopped.session().sections().get(2).rejected()).isTrue();
    assertThat(stopped.answer().sections().get(2).port()).isZero();
    assertThat(stopped.answer().bundleGroups()).containsExactly(List.of("0", "1"));
    // The place is taken by something else later.
    ChromiumOffer recycled = ChromiumOffer.whip().audio("sendonly", "mic2", 88);
    NegotiatedSession reused = Sdp.answered(reanswer(ROOM, recycled, stopped.session())).session();
    assertThat(reused.sections().get(2).kind()).isEqualTo(MediaKind.AUDIO);
  }

  @Test
  void sectionsMayNotVanishOrChange() {
    NegotiatedSession before = first(ChromiumOffer.whip());
    ChromiumOffer fewer = ChromiumOffer.offer().audio("sendonly", "mic", 1);
    assertThat(Sdp.refusal(reanswer(ROOM, fewer, before)).reason())
        .isEqualTo(RefusalReason.SECTIONS_CHANGED);
    ChromiumOffer swapped =
        ChromiumOffer.offer().video("sendonly", "cam", 1).audio("sendonly", "mic", 5);
    assertThat(Sdp.refusal(reanswer(ROOM, swapped, before)).reason())
        .isEqualTo(RefusalReason.SECTIONS_CHANGED);
  }

  @Test
  void keepsTheDtlsRole() {
    NegotiatedSession client = first(ChromiumOffer.whip().setup("passive"));
    assertThat(client.role()).isEqualTo(DtlsRole.CLIENT);
    NegotiatedSession kept = Sdp.answered(reanswer(ROOM, ChromiumOffer.whip(), client)).session();
    assertThat(kept.role()).isEqualTo(DtlsRole.CLIENT);
    assertThat(kept.newDtlsAssociation()).isFalse();
    Refusal refusal = Sdp.refusal(reanswer(ROOM, ChromiumOffer.whip().setup("active"), client));
    assertThat(refusal.reason()).isEqualTo(RefusalReason.DTLS_SETUP);
  }

  @Test
  void aNewCertificateIsANewAssociation() {
    NegotiatedSession client = first(ChromiumOffer.whip().setup("passive"));
    String other = ChromiumOffer.whip().text().replace("6B:8A:12", "6B:8A:13");
    NegotiatedSession renewed =
        Sdp.answered(
                new Answerer(ROOM)
                    .answer(
                        Sdp.parse(other),
                        Sdp.ORIGIN.next(),
                        Sdp.LOCAL,
                        client,
                        AnswererReofferTest::inOut))
            .session();
    assertThat(renewed.newDtlsAssociation()).isTrue();
    assertThat(renewed.role()).isEqualTo(DtlsRole.SERVER);
  }

  @Test
  void noticesAnIceRestart() {
    NegotiatedSession before = first(ChromiumOffer.whip());
    assertThat(before.isIceRestart(Sdp.parse(ChromiumOffer.whip().text()))).isFalse();
    ChromiumOffer restart = ChromiumOffer.whip().ufrag("nEw1");
    assertThat(before.isIceRestart(Sdp.parse(restart.text()))).isTrue();
    NegotiatedSession after = Sdp.answered(reanswer(ROOM, restart, before)).session();
    assertThat(after.iceRestart()).isTrue();
    assertThat(after.newDtlsAssociation()).isFalse();
    assertThat(after.remoteIce().ufrag()).isEqualTo("nEw1");
  }

  @Test
  void oneFormatPerPayloadTypeAcrossTheBundle() {
    ChromiumOffer offer =
        ChromiumOffer.offer()
            .audio("sendonly", "mic", 1)
            .opusFormat("minptime=10;useinbandfec=1;stereo=1;sprop-stereo=1;usedtx=1")
            .audio("sendonly", "music", 3);
    AnswerResult.Answered answered = Sdp.answer(ROOM, offer.text(), AnswererReofferTest::inOut);
    assertThat(answered.session().sections())
        .extracting(section -> section.codecs().getFirst().localFormat().text())
        .containsOnly("minptime=10;useinbandfec=1;usedtx=1;stereo=1;maxaveragebitrate=510000");
  }
}
