package org.consultrelay.relay.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class TrickleFragmentTest {
  private static final String PATCH =
      """
      a=group:BUNDLE 0 1
      m=audio 9 UDP/TLS/RTP/SAVPF 111
      a=mid:0
      a=ice-ufrag:EsAw
      a=ice-pwd:bP+XJMM09aR8AiX1jdukzR6Y
      a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0
      a=candidate:3471623853 1 udp 2122194687 198.51.100.2 61765 typ host generation 0
      a=end-of-candidates
      """;

  private static TrickleFragment parse(String text) {
    TrickleResult result = TrickleParser.parse(text);
    assertThat(result).isInstanceOf(TrickleResult.Parsed.class);
    return ((TrickleResult.Parsed) result).fragment();
  }

  @Test
  void readsAPatchBody() {
    TrickleFragment fragment = parse(PATCH);
    assertThat(fragment.bundle()).containsExactly("0", "1");
    assertThat(fragment.credentials())
        .isEqualTo(new IceCredentials("EsAw", "bP+XJMM09aR8AiX1jdukzR6Y"));
    assertThat(fragment.sections()).hasSize(1);
    assertThat(fragment.sections().getFirst().mid()).isEqualTo("0");
    assertThat(fragment.allCandidates())
        .hasSize(2)
        .first()
        .isEqualTo("candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0");
    assertThat(fragment.isLast()).isTrue();
    assertThat(fragment.toString()).doesNotContain("192.0.2");
  }

  @Test
  void readsCredentialsAtTheTopAndCandidatesWithoutASection() {
    TrickleFragment fragment =
        parse(
            """
            a=ice-ufrag:8hhY
            a=ice-pwd:asd88fgpdd777uzjYhagZg
            a=candidate:1 1 UDP 1 192.0.2.9 9 typ host
            m=audio 9 RTP/AVP 0
            a=mid:0
            """
                .replace("\n", "\r\n"));
    assertThat(Objects.requireNonNull(fragment.credentials()).ufrag()).isEqualTo("8hhY");
    assertThat(fragment.allCandidates()).hasSize(1);
    assertThat(fragment.isLast()).isFalse();
  }

  @Test
  void doesWithoutAPassword() {
    TrickleFragment fragment = parse("a=ice-ufrag:8hhY\na=end-of-candidates\n");
    assertThat(fragment.credentials()).isNull();
    assertThat(fragment.isLast()).isTrue();
  }

  @Test
  void whatIsWrittenIsReadBackEqual() {
    assertThat(parse(parse(PATCH).write())).isEqualTo(parse(PATCH));
    TrickleFragment full =
        new TrickleFragment(
            true,
            List.of("ice2"),
            List.of("a"),
            Sdp.LOCAL.ice(),
            List.of("candidate:x"),
            true,
            List.of(new TrickleFragment.Section("video 9 X 1", "", null, List.of(), false)));
    assertThat(parse(full.write())).isEqualTo(full);
  }

  @Test
  void answersARestart() {
    SessionDescription answer =
        Sdp.answer(MediaPolicy.STANDARD, ChromiumOffer.whip().text(), SectionChooser.receiveAll())
            .answer();
    assertThat(TrickleFragment.restart(answer, Sdp.LOCAL).write())
        .isEqualTo(
            """
            a=ice-lite
            a=ice-options:ice2 trickle
            a=group:BUNDLE 0 1
            m=audio 9 UDP/TLS/RTP/SAVPF 111
            a=mid:0
            a=ice-ufrag:rELy
            a=ice-pwd:relayRelayRelayRelayRelay
            a=candidate:1 1 udp 2130706431 192.0.2.1 7882 typ host
            a=candidate:2 1 udp 2130706175 2001:db8::1 7882 typ host
            a=end-of-candidates
            """
                .replace("\n", "\r\n"));
  }

  @Test
  void refusesBadText() {
    assertRefused("hello", 1);
    assertRefused("a=mid:x\na=mid:a b\n", 2);
    assertRefused("a=ice-ufrag:a\n", 1);
    assertRefused("a=candidate:1\n".repeat(257), 257);
    assertRefused("m=audio 9 X 1\n".repeat(257), 257);
    assertRefused("a=x:" + "y".repeat(70_000), 0);
  }

  private static void assertRefused(String text, int line) {
    TrickleResult result = TrickleParser.parse(text);
    assertThat(result).isInstanceOf(SdpResult.Refused.class);
    assertThat(((SdpResult.Refused) result).line()).isEqualTo(line);
  }
}
