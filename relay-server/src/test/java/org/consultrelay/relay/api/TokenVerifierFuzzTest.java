package org.consultrelay.relay.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.auth0.jwt.algorithms.Algorithm;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tokens that nobody would write. */
class TokenVerifierFuzzTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-24T09:00:00Z"));
  private static final Algorithm SIGNER = Algorithm.HMAC256(SECRET);

  private final TokenVerifier verifier = new TokenVerifier(Map.of("app", SECRET), CLOCK);

  private static String signed(String payload) {
    String header = encoded("{\"alg\":\"HS256\"}".getBytes(UTF_8));
    String body = encoded(payload.getBytes(UTF_8));
    return header
        + "."
        + body
        + "."
        + encoded(SIGNER.sign(header.getBytes(UTF_8), body.getBytes(UTF_8)));
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @Test
  void randomAndMutatedTokensNeverThrowNorPass() {
    long seed = 7_519L;
    Random random = new Random(seed);
    String good =
        new TokenIssuer("app", SECRET, CLOCK).issue(Grants.join("i", "r"), Duration.ofMinutes(5));
    for (int i = 0; i < 20_000; i++) {
      StringBuilder mutated = new StringBuilder(i % 4 == 0 ? randomText(random) : good);
      for (int edits = random.nextInt(1, 5); edits > 0 && !mutated.isEmpty(); edits--) {
        int at = random.nextInt(mutated.length());
        switch (random.nextInt(4)) {
          case 0 -> mutated.setCharAt(at, (char) random.nextInt(0x100));
          case 1 -> mutated.deleteCharAt(at);
          case 2 -> mutated.insert(at, (char) random.nextInt(0x20, 0x7F));
          default -> mutated.setLength(at);
        }
      }
      String token = mutated.toString();
      if (token.startsWith(good.substring(0, good.lastIndexOf('.') + 1))) {
        continue; // only the signature was touched, which may still mean the same bytes
      }
      assertThat(verifier.verify(token))
          .as("seed %d, round %d", seed, i)
          .isInstanceOf(TokenRefusal.class);
    }
  }

  /** Signed, so that the claims are looked at: types at random. */
  @Test
  void anySignedClaimsAreReadOrRefused() {
    long seed = 7_515L;
    Random random = new Random(seed);
    String[] names = {"sub", "exp", "nbf", "name", "attributes", "video", "metadata", "aud", "iat"};
    String[] values = {
      "null",
      "1",
      "-1",
      "1.5",
      "1e99",
      "99999999999999999999",
      "true",
      "\"\"",
      "\"x\"",
      "[]",
      "[1]",
      "{}",
      "{\"a\":{}}",
      "{\"room\":[]}",
      "{\"canPublish\":{}}",
      "{\"room\":\"\\ud800\"}"
    };
    for (int i = 0; i < 5_000; i++) {
      StringBuilder payload = new StringBuilder("{\"iss\":\"app\"");
      for (String name : names) {
        if (random.nextBoolean()) {
          String value = values[random.nextInt(values.length)];
          payload.append(",\"").append(name).append("\":").append(value);
        }
      }
      assertThat(verifier.verifyJoin(signed(payload.append('}').toString())))
          .as("seed %d, round %d", seed, i)
          .isNotNull();
    }
  }

  private static String randomText(Random random) {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(200); length > 0; length--) {
      text.append(random.nextInt(20) == 0 ? '.' : (char) random.nextInt(0x21, 0x7F));
    }
    return text.toString();
  }
}
