package org.consultrelay.relay.consult;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LinkTokensTest {
  private final LinkTokens tokens = new LinkTokens("a secret".getBytes(StandardCharsets.UTF_8));

  private static String randomId(Random random) {
    byte[] bytes = new byte[LinkTokens.ID_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @Test
  void whatWasMadeIsFoundAgain() {
    Random random = new Random(1);
    for (int i = 0; i < 1_000; i++) {
      String id = randomId(random);
      assertThat(tokens.of(id)).matches("[A-Za-z0-9_-]{30}");
      assertThat(tokens.check(tokens.of(id))).contains(id);
    }
  }

  /** Also letters that differ only in bits which base64 leaves unused. */
  @Test
  void everyOtherLetterAnywhereIsRefused() {
    String token = tokens.of(randomId(new Random(2)));
    String letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/= \n\u00e9";
    for (int i = 0; i < token.length(); i++) {
      for (int j = 0; j < letters.length(); j++) {
        char letter = letters.charAt(j);
        if (letter != token.charAt(i)) {
          String other = token.substring(0, i) + letter + token.substring(i + 1);
          assertThat(tokens.check(other)).as(other).isEmpty();
        }
      }
    }
  }

  @Test
  void whatIsNoTokenIsRefused() {
    String token = tokens.of(randomId(new Random(3)));
    for (int length = 0; length < token.length(); length++) {
      assertThat(tokens.check(token.substring(0, length))).isEmpty();
    }
    assertThat(tokens.check(token + "A")).isEmpty();
    assertThat(tokens.check(token + token)).isEmpty();
    assertThat(tokens.check("x".repeat(100_000))).isEmpty();
  }

  @Test
  void anotherSecretsTokensAreRefused() {
    LinkTokens others = new LinkTokens("another".getBytes(StandardCharsets.UTF_8));
    assertThat(tokens.check(others.of(randomId(new Random(4))))).isEmpty();
  }
}
