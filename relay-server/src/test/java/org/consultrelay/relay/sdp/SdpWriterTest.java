package org.consultrelay.relay.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SdpWriterTest {
  @Test
  void whatIsWrittenIsReadBackEqual() {
    for (long seed = 0; seed < 1_500; seed++) {
      SessionDescription description = new RandomDescription(new SplittableRandom(seed)).session();
      String text = SdpWriter.write(description);
      assertThat(SdpParser.parse(text))
          .as("seed %d%n%s", seed, text)
          .isEqualTo(new SdpResult.Parsed(description));
    }
  }

  @Test
  void clientsOffersSurviveARoundTrip() {
    for (String client : Sdp.CLIENTS) {
      SessionDescription offer = Sdp.parse(Sdp.load(client));
      assertThat(Sdp.parse(SdpWriter.write(offer))).as(client).isEqualTo(offer);
    }
    SessionDescription room = Sdp.parse(ChromiumOffer.room().simulcast("cam").stopped().text());
    assertThat(Sdp.parse(SdpWriter.write(room))).isEqualTo(room);
  }

  @Test
  void endsLinesWithCrlf() {
    String text = SdpWriter.write(Sdp.parse(ChromiumOffer.whip().text()));
    assertThat(text).startsWith("v=0\r\no=- 8041137812345678901 2 IN IP4 127.0.0.1\r\ns=-\r\n");
    assertThat(text.replace("\r\n", "")).doesNotContain("\n").doesNotContain("\r");
  }

  @Test
  void recordsLetNothingBreakOutOfALine() {
    String evil = "x\r\na=setup:active";
    assertThatThrownBy(() -> new Msid(evil, "t")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Msid("a b", "t")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new SendTrack("s", evil, 1, 2, "c", Codec.VP8))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new SendTrack("s", "t", 1, 2, evil, Codec.VP8))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new FormatParameters(evil))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() ->
            new LocalTransport(
                Sdp.LOCAL.ice(), true, List.of("candidate:" + evil), Sdp.LOCAL.fingerprint()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new IceCredentials("abcd", evil + "x".repeat(30)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("setup");
  }

  @Test
  void textForLogsHasNoAddressAndNoPassword() {
    SessionDescription offer = Sdp.parse(Sdp.load("obs-whip"));
    assertThat(offer.toString() + offer.sections().getFirst() + Sdp.LOCAL)
        .doesNotContain("192.0.2")
        .doesNotContain("Gm2Kq9dYc7LrWz1NfHs5Bp")
        .doesNotContain("relayRelay");
  }
}
