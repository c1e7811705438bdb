package org.consultrelay.relay.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.consultrelay.relay.turn.NonceKey.Freshness;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NonceKeyTest {
  private static final Instant NOW = Instant.parse("2026-03-23T09:00:00Z");
  private static final Duration LIFE = Duration.ofMinutes(10);

  private final NonceKey nonces = new NonceKey(new byte[] {1}, LIFE);
  private final TransportAddress client = TurnFixture.host(1);

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void isOfOneHostAndKeyAndGetsOld(boolean algorithms) {
    String nonce = nonces.make(client, NOW, algorithms);
    assertThat(NonceKey.offersAlgorithms(nonce)).isEqualTo(algorithms);
    assertThat(nonces.judge(nonce, client, NOW)).isEqualTo(Freshness.FRESH);
    assertThat(nonces.judge(nonce, client.withPort(9), NOW)).isEqualTo(Freshness.FRESH);
    assertThat(nonces.judge(nonce, client, NOW.plusSeconds(599))).isEqualTo(Freshness.FRESH);
    assertThat(nonces.judge(nonce, client, NOW.plusSeconds(620))).isEqualTo(Freshness.STALE);
    assertThat(nonces.judge(nonce, TurnFixture.host(2), NOW)).isEqualTo(Freshness.FOREIGN);
    assertThat(new NonceKey(new byte[] {2}, LIFE).judge(nonce, client, NOW))
        .isEqualTo(Freshness.FOREIGN);
  }

  /** The time within has 12 bits of 8 seconds, and so is the same again after 32,768 s. */
  @Test
  void doesNotComeToLifeAgain() {
    String nonce = nonces.make(client, NOW, false);
    for (int round = 1; round < 5; round++) {
      assertThat(nonces.judge(nonce, client, NOW.plusSeconds(32_768L * round)))
          .as("round %d", round)
          .isEqualTo(Freshness.FOREIGN);
    }
    assertThat(nonces.judge(nonce, client, NOW.minusSeconds(20))).isEqualTo(Freshness.FOREIGN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "!!!!!!!!",
        "obMatJos2gAAA",
        "AAAAAAAA",
        "\u00DF\u00DF\u00DF\u00DF\u00DF\u00DF\u00DF\u00DF"
      })
  void whatIsNoneIsForeign(String odd) {
    assertThat(nonces.judge(odd, client, NOW)).isEqualTo(Freshness.FOREIGN);
  }

  @Test
  void aChangedOneIsForeign() {
    for (int seed = 0; seed < 5_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      String nonce = nonces.make(client, NOW, random.nextBoolean());
      StringBuilder changed = new StringBuilder(nonce);
      int at = random.nextInt(nonce.length());
      changed.setCharAt(at, (char) random.nextInt(0x180));
      if (changed.toString().equals(nonce)) {
        continue;
      }
      assertThat(nonces.judge(changed.toString(), client, NOW))
          .as("seed %d: %s", seed, changed)
          .isNotEqualTo(Freshness.FRESH);
    }
  }

  /** Or somebody on the way could have the client believe that nothing better was offered. */
  @Test
  void theOfferCannotBeTakenOffNorPutOn() {
    String bare = nonces.make(client, NOW, false);
    String offer = nonces.make(client, NOW, true);
    String prefix = offer.substring(0, offer.length() - bare.length());
    assertThat(nonces.judge(offer.substring(prefix.length()), client, NOW))
        .isEqualTo(Freshness.FOREIGN);
    assertThat(nonces.judge(prefix + bare, client, NOW)).isEqualTo(Freshness.FOREIGN);
  }

  @Test
  void isShortAndWithoutWhatAHeaderCannotHold() {
    for (String nonce : List.of(nonces.make(client, NOW, false), nonces.make(client, NOW, true))) {
      assertThat(nonce).matches("(obMatJos2gAAA)?[A-Za-z0-9_-]{8}");
    }
  }
}
