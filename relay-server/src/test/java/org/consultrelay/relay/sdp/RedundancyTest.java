package org.consultrelay.relay.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Redundant audio around Opus (RFC 2198), in answers and in the relay's own offers. */
class RedundancyTest {
  private static final MediaPolicy POLICY = MediaPolicy.STANDARD.withRedundancy(true);
  private static final SectionChooser WANTED =
      (index, section) -> new SectionDecision.Receive(List.of(), false, true, List.of());

  private static NegotiatedCodec opus(AnswerResult.Answered answered) {
    NegotiatedSection audio = answered.session().sections().getFirst();
    assertThat(audio.codecs()).hasSize(1);
    assertThat(audio.codecs().getFirst().codec()).isEqualTo(Codec.OPUS);
    return audio.codecs().getFirst();
  }

  @Test
  void standsInFrontWhereItIsWanted() {
    AnswerResult.Answered answered = Sdp.answer(POLICY, ChromiumOffer.whip().text(), WANTED);
    assertThat(SdpWriter.write(answered.answer()).lines().toList())
        .containsSubsequence(
            "m=audio 9 UDP/TLS/RTP/SAVPF 63 111",
            "a=rtpmap:63 red/48000/2",
            "a=fmtp:63 111/111",
            "a=rtpmap:111 opus/48000/2",
            "a=fmtp:111 minptime=10;useinbandfec=1");
    assertThat(opus(answered).payloadType()).isEqualTo(111);
    assertThat(opus(answered).redPayloadType()).isEqualTo(63);
  }

  @Test
  void isLeftOutWhereItIsNotWantedOrNotAllowed() {
    String offer = ChromiumOffer.whip().text();
    AnswerResult.Answered plain = Sdp.answer(POLICY, offer, SectionChooser.receiveAll());
    assertThat(SdpWriter.write(plain.answer())).contains("SAVPF 111\r\n").doesNotContain(" red/");
    assertThat(opus(plain).redPayloadType()).isEqualTo(-1);
    AnswerResult.Answered strict = Sdp.answer(MediaPolicy.STANDARD, offer, WANTED);
    assertThat(SdpWriter.write(strict.answer())).contains("SAVPF 111\r\n");
  }

  @Test
  void isTakenOnlyAroundTheOpusOfTheSection() {
    for (String format : List.of("111/110", "110", "0/0", "x", "")) {
      String offer =
          ChromiumOffer.whip().text().replace("a=fmtp:63 111/111", "a=fmtp:63 " + format);
      assertThat(opus(Sdp.answer(POLICY, offer, WANTED)).redPayloadType()).isEqualTo(-1);
    }
    String mono = ChromiumOffer.whip().text().replace("red/48000/2", "red/8000");
    assertThat(opus(Sdp.answer(POLICY, mono, WANTED)).redPayloadType()).isEqualTo(-1);
    String three = ChromiumOffer.whip().text().replace("63 111/111", "63 111/111/111");
    assertThat(opus(Sdp.answer(POLICY, three, WANTED)).redPayloadType()).isEqualTo(63);
  }

  @Test
  void playersAreAskedWhetherTheyTakeIt() {
    SectionChooser send =
        (index, section) ->
            section.kind() == MediaKind.AUDIO
                ? SectionDecision.send(Sdp.track("TR_mic", Codec.OPUS, 5_001))
                : SectionDecision.inactive();
    AnswerResult.Answered answered = Sdp.answer(POLICY, ChromiumOffer.whep().text(), send);
    assertThat(opus(answered).redPayloadType()).isEqualTo(63);
    String without = ChromiumOffer.whep().text().replace("red/48000/2", "telephone-event/48000");
    assertThat(opus(Sdp.answer(POLICY, without, send)).redPayloadType()).isEqualTo(-1);
  }

  @Test
  void isInTheRelaysOwnOffers() {
    Offerer offerer = new Offerer(POLICY.withStrict(false));
    Offer offer =
        offerer.offer(
            Sdp.ORIGIN,
            Sdp.LOCAL,
            List.of(new OfferSection.Sending("0", Sdp.track("TR_mic", Codec.OPUS, 100))));
    String text = SdpWriter.write(offer.description());
    assertThat(text)
        .contains("m=audio 9 UDP/TLS/RTP/SAVPF 111 110\r\n")
        .contains("a=rtpmap:110 red/48000/2\r\n")
        .contains("a=fmtp:110 111/111\r\n")
        .contains("a=fmtp:111 minptime=10;useinbandfec=1");
  }
}
