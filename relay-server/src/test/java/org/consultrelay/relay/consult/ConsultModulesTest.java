package org.consultrelay.relay.consult;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.consultrelay.relay.api.Grants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The page's pure modules, called in a browser. */
@ExtendWith(SharedChromium.class)
class ConsultModulesTest {
  @Test
  void aTokenIsFoundInWhateverIsPasted(ChromiumFixture chromium) {
    try (ConsultVisit visit = visit(chromium)) {
      Grants join = Grants.join("zoë", "r");
      String token =
          visit
              .relay()
              .token(new Grants(join.identity(), "Zoë", "", join.attributes(), "", join.video()));
      Map<String, Object> bare = Map.of("token", token, "secret", "", "check", false, "visit", "");
      assertThat(invitation(visit, " https://x.example/consult#token=" + token + "\n"))
          .isEqualTo(bare);
      assertThat(invitation(visit, "https://x.example/consult#token=" + token + "&key=oak+tree"))
          .isEqualTo(Map.of("token", token, "secret", "oak tree", "check", false, "visit", ""));
      assertThat(invitation(visit, "https://x.example/consult#token=" + token + "&check"))
          .isEqualTo(Map.of("token", token, "secret", "", "check", true, "visit", ""));
      assertThat(invitation(visit, token)).isEqualTo(bare);
      assertThat(invitation(visit, "hello"))
          .isEqualTo(Map.of("token", "", "secret", "", "check", false, "visit", ""));
      String link = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFg";
      assertThat(invitation(visit, "https://x.example/consult?lang=cy#j=" + link))
          .isEqualTo(Map.of("token", "", "secret", "", "check", false, "visit", link));
      assertThat(call(visit, "token.js", "claimsOf", token))
          .isEqualTo(Map.of("identity", "zoë", "name", "Zoë", "room", "r"));
      assertThat(call(visit, "token.js", "claimsOf", "a.b.c")).isNull();
    }
  }

  /** The same secret gives the same four words everywhere; another one gives others. */
  @Test
  void aSecretHasWords(ChromiumFixture chromium) {
    try (ConsultVisit visit = visit(chromium)) {
      String words = (String) call(visit, "words.js", "wordsFor", "a secret");
      assertThat(words).matches("[a-z]+ [a-z]+ [a-z]+ [a-z]+");
      assertThat(call(visit, "words.js", "wordsFor", "a secret")).isEqualTo(words);
      assertThat(call(visit, "words.js", "wordsFor", "another secret")).isNotEqualTo(words);
      assertThat(
              visit.page().evaluate("async () => (await import('/consult/words.js')).WORD_COUNT"))
          .isEqualTo(256);
    }
  }

  @Test
  void theLanguageIsThatOfTheAddressOrOfTheBrowser(ChromiumFixture chromium) {
    try (ConsultVisit visit = visit(chromium)) {
      assertThat(language(visit, "ur", "en-GB")).isEqualTo("ur");
      assertThat(language(visit, "", "de", "pl-PL", "en")).isEqualTo("pl");
      assertThat(language(visit, "xx", "CY")).isEqualTo("cy");
      assertThat(language(visit, "constructor", "fr")).isEqualTo("en");
    }
  }

  private static Object language(ConsultVisit visit, String asked, String... preferred) {
    return call(visit, "language.js", "chosenOf", asked, List.of(preferred));
  }

  private static Object invitation(ConsultVisit visit, String text) {
    return call(visit, "token.js", "invitationIn", text);
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
