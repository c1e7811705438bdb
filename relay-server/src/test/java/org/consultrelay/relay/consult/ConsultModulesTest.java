package org.consultrelay.relay.consult;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The page's pure modules, called in a browser. */
@ExtendWith(SharedChromium.class)
class ConsultModulesTest {
  private static final String OFFER =
      """
      v=0
      o=- 1 2 IN IP4 127.0.0.1
      s=-
      t=0 0
      a=group:BUNDLE 0 1
      m=audio 9 UDP/TLS/RTP/SAVPF 111
      a=ice-ufrag:EsAw
      a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1
      a=mid:0
      m=video 9 UDP/TLS/RTP/SAVPF 96
      a=ice-ufrag:EsAw
      a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1
      a=mid:1
      """;

  @Test
  void anOfferBecomesAFragment(ChromiumFixture chromium) {
    try (ConsultVisit visit = visit(chromium)) {
      String fragment = (String) call(visit, "sdpfrag.js", "fragmentOf", OFFER);
      assertThat(fragment.split("\r\n"))
          .containsExactly(
              "a=ice-options:trickle ice2",
              "a=group:BUNDLE 0 1",
              "m=audio 9 UDP/TLS/RTP/SAVPF 111",
              "a=mid:0",
              "a=ice-ufrag:EsAw",
              "a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1");
    }
  }

  @Test
  void aFragmentRenewsCredentialsAndCandidates(ChromiumFixture chromium) {
    try (ConsultVisit visit = visit(chromium)) {
      String old = OFFER + "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\n";
      String fragment =
          String.join(
              "\r\n",
              "a=ice-lite",
              "a=ice-ufrag:new",
              "a=ice-pwd:newnewnewnewnewnewnewnew",
              "a=candidate:2 1 udp 1 192.0.2.2 9 typ host",
              "a=end-of-candidates");
      assertThat(String.valueOf(call(visit, "sdpfrag.js", "withFragment", old, fragment)).lines())
          .contains("a=ice-ufrag:new", "a=candidate:2 1 udp 1 192.0.2.2 9 typ host")
          .doesNotContain("a=ice-ufrag:EsAw", "a=candidate:1 1 udp 1 192.0.2.1 9 typ host")
          .hasSize(15);
      // No candidates in the fragment: the old ones stay.
      assertThat(
              String.valueOf(
                  call(visit, "sdpfrag.js", "withFragment", old, "a=ice-ufrag:n\na=ice-pwd:p\n")))
          .contains("a=candidate:1 1 udp");
    }
  }

  @Test
  void linksNameIceServers(ChromiumFixture chromium) {
    try (ConsultVisit visit = visit(chromium)) {
      String header =
          "<stun:relay.example:3478>; rel=\"ice-server\","
              + " <turns:relay.example:5349?transport=tcp>; rel=ice-server; username=\"1:a,b;c\";"
              + " credential=\"q\\\"q\"; credential-type=\"password\","
              + " <https://relay.example/help>; rel=\"help\"";
      assertThat(call(visit, "ice-servers.js", "iceServersOf", header))
          .isEqualTo(
              List.of(
                  Map.of("urls", "stun:relay.example:3478"),
                  Map.of(
                      "urls", "turns:relay.example:5349?transport=tcp",
                      "username", "1:a,b;c",
                      "credential", "q\"q")));
    }
  }

  @Test
  void retryAfterIsSecondsOrADate(ChromiumFixture chromium) {
    try (ConsultVisit visit = visit(chromium)) {
      assertThat(call(visit, "refusal.js", "retryAfterMs", "7", 0)).isEqualTo(7000);
      assertThat(call(visit, "refusal.js", "retryAfterMs", "Thu, 01 Jan 1970 00:00:09 GMT", 4000))
          .isEqualTo(5000);
      assertThat(call(visit, "refusal.js", "retryAfterMs", "soon", 0)).isEqualTo(0);
      assertThat(call(visit, "refusal.js", "retryAfterMs", "99999999", 0)).isEqualTo(120_000);
    }
  }

  @Test
  void aTokenIsFoundInWhateverIsPasted(ChromiumFixture chromium) {
    try (ConsultVisit visit = visit(chromium)) {
      String token = StubRelay.token("r", "zoë", "Zoë");
      assertThat(
              call(
                  visit, "token.js", "tokenIn", " https://x.example/consult#token=" + token + "\n"))
          .isEqualTo(token);
      assertThat(call(visit, "token.js", "tokenIn", token)).isEqualTo(token);
      assertThat(call(visit, "token.js", "tokenIn", "hello")).isEqualTo("");
      assertThat(call(visit, "token.js", "claimsOf", token))
          .isEqualTo(Map.of("identity", "zoë", "name", "Zoë", "room", "r"));
      assertThat(call(visit, "token.js", "claimsOf", "a.b.c")).isNull();
    }
  }

  private static ConsultVisit visit(ChromiumFixture chromium) {
    ConsultVisit visit = new ConsultVisit(chromium);
    visit.page().navigate(visit.relay().pageUrl());
    return visit;
  }

  private static Object call(
      ConsultVisit visit, String module, String function, Object... arguments) {
    return visit
        .page()
        .evaluate(
            "async ([module, name, args]) => (await import('/consult/' + module))[name](...args)",
            List.of(module, function, List.of(arguments)));
  }
}
