package org.consultrelay.relay.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Offers that cannot be: each says in plain words what is missing. */
class AnswererRefusalTest {
  private static final String OFFER = ChromiumOffer.whip().text();

  private static void assertRefused(String offer, RefusalReason reason, String... words) {
    Refusal refusal = Sdp.refuse(MediaPolicy.STANDARD, offer, SectionChooser.receiveAll());
    assertThat(refusal.reason()).isEqualTo(reason);
    assertThat(refusal.text()).contains(words).endsWith(".").hasSizeLessThan(400);
  }

  private static String without(String linePart) {
    return OFFER.replaceAll("[^\r\n]*" + linePart + "[^\r\n]*\r\n", "");
  }

  @Test
  void noMedia() {
    assertRefused(
        OFFER.substring(0, OFFER.indexOf("m=audio")).replace("a=group:BUNDLE 0 1\r\n", ""),
        RefusalReason.NO_MEDIA,
        "no media section");
    assertRefused(
        ChromiumOffer.offer().data().text(), RefusalReason.NO_MEDIA, "only a data channel");
    assertRefused(
        OFFER.replaceAll("m=(audio|video) 9", "m=$1 0"), RefusalReason.NO_MEDIA, "rejected");
  }

  @Test
  void noSharedTransport() {
    assertRefused(without("a=group"), RefusalReason.NO_BUNDLE, "a=group:BUNDLE is missing");
    assertRefused(
        OFFER.replace("a=group:BUNDLE 0 1", "a=group:BUNDLE 0"),
        RefusalReason.NO_BUNDLE,
        "video section '1'",
        "not in a=group:BUNDLE");
    assertRefused(
        OFFER.replace("a=group:BUNDLE 0 1", "a=group:BUNDLE 0\r\na=group:BUNDLE 1"),
        RefusalReason.NO_BUNDLE,
        "Only one");
    assertRefused(
        OFFER.replace("a=group:BUNDLE 0 1", "a=group:BUNDLE 0 1 2"),
        RefusalReason.INCONSISTENT,
        "'2'");
    assertRefused(OFFER.replace("a=mid:1", "a=mid:0"), RefusalReason.INCONSISTENT, "the mid '0'");
    assertRefused(without("a=rtcp-mux"), RefusalReason.NO_RTCP_MUX, "a=rtcp-mux");
  }

  @Test
  void aSingleSectionNeedsNoBundle() {
    String audio = ChromiumOffer.offer().audio("sendonly", "mic", 1).text();
    AnswerResult.Answered answered =
        Sdp.answer(
            MediaPolicy.STANDARD,
            audio.replace("a=group:BUNDLE 0\r\n", "").replace("a=mid:0\r\n", ""),
            SectionChooser.receiveAll());
    String text = SdpWriter.write(answered.answer());
    assertThat(text).doesNotContain("BUNDLE").doesNotContain("a=mid").contains("a=candidate");
  }

  @Test
  void noSecureTransport() {
    assertRefused(without("a=ice-"), RefusalReason.NO_ICE_CREDENTIALS, "a=ice-ufrag");
    assertRefused(without("a=fingerprint"), RefusalReason.NO_FINGERPRINT, "DTLS-SRTP");
    assertRefused(
        OFFER.replaceAll("sha-256 [^\r]*", "md5 " + "AB:".repeat(15) + "CD"),
        RefusalReason.UNSUPPORTED_HASH,
        "'md5'",
        "sha-256");
    assertRefused(
        OFFER.replace("a=setup:actpass", "a=setup:holdconn"), RefusalReason.DTLS_SETUP, "holdconn");
    assertRefused(
        OFFER.replace("a=group", "a=ice-lite\r\na=group"), RefusalReason.BOTH_ICE_LITE, "ICE-lite");
    assertRefused(
        OFFER.replace("UDP/TLS/RTP/SAVPF", "RTP/AVP"),
        RefusalReason.UNSUPPORTED_PROTOCOL,
        "'RTP/AVP'");
  }

  @Test
  void noCommonCodec() {
    assertRefused(
        OFFER.replaceAll("(VP8|VP9|H264|AV1)/90000", "H265/90000"),
        RefusalReason.NO_COMMON_CODEC,
        "video section '1'",
        "H265",
        "needed VP8 or H264 or VP9 or AV1");
    assertRefused(
        without("42e01f").replaceAll("(VP8|VP9|AV1)/90000", "X/90000"),
        RefusalReason.NO_COMMON_CODEC,
        "H264 (profile 42001f)",
        "constrained baseline");
  }

  @Test
  void clashingNumbers() {
    MediaPolicy both = MediaPolicy.STANDARD;
    String clash =
        OFFER
            .replace("SAVPF 96 97", "SAVPF 111 97")
            .replace(":96 ", ":111 ")
            .replace("apt=96", "apt=111");
    assertThat(Sdp.refuse(both, clash, SectionChooser.receiveAll()).text())
        .isEqualTo("Payload type 111 has two meanings within the bundle.");
    String extensions = OFFER.replace("a=extmap:13 urn:3gpp", "a=extmap:1 urn:3gpp");
    assertThat(Sdp.refuse(both, extensions, SectionChooser.receiveAll()).text())
        .isEqualTo("Header extension id 1 has two meanings within the bundle.");
  }

  @Test
  void rejectsOneSectionAndGoesOnWhenNotStrict() {
    String offer = ChromiumOffer.whip().text().replaceAll("(VP8|VP9|H264|AV1)/90000", "H265/90000");
    AnswerResult.Answered answered =
        Sdp.answer(MediaPolicy.STANDARD.withStrict(false), offer, SectionChooser.receiveAll());
    NegotiatedSection video = answered.session().sections().get(1);
    assertThat(video.rejected()).isTrue();
    assertThat(video.problem())
        .extracting(Refusal::reason)
        .isEqualTo(RefusalReason.NO_COMMON_CODEC);
    assertThat(answered.answer().bundleGroups().getFirst()).containsExactly("0");
    assertThat(SdpWriter.write(answered.answer())).contains("m=video 0 UDP/TLS/RTP/SAVPF 96\r\n");
  }

  @Test
  void theTagMovesWhenTheFirstSectionIsDeclined() {
    AnswerResult.Answered answered =
        Sdp.answer(
            MediaPolicy.STANDARD,
            OFFER,
            (index, section) ->
                index == 0 ? SectionDecision.reject("no audio") : SectionDecision.receive());
    assertThat(answered.answer().sections().get(0).port()).isZero();
    assertThat(answered.answer().sections().get(1).candidates()).hasSize(2);
    assertThat(answered.answer().bundleGroups().getFirst()).containsExactly("1");
    assertThat(answered.session().sections().getFirst().problem())
        .isEqualTo(new Refusal(RefusalReason.DECLINED, "no audio"));
  }

  @Test
  void extensionIdsThatCannotBeUsedAreLeftOut() {
    String reserved = OFFER.replace("a=extmap:4 ", "a=extmap:15 ");
    assertThat(answeredMid(reserved)).isZero();
    String twoBytes = OFFER.replace("a=extmap:4 ", "a=extmap:16 ");
    assertThat(answeredMid(twoBytes)).isEqualTo(16);
    assertThat(answeredMid(twoBytes.replace("a=extmap-allow-mixed\r\n", ""))).isZero();
  }

  private static int answeredMid(String offer) {
    return Sdp.answer(MediaPolicy.STANDARD, offer, SectionChooser.receiveAll())
        .session()
        .sections()
        .getFirst()
        .extensionId(ExtensionUri.MID);
  }
}
