package org.consultrelay.relay.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a token says of the room that its join makes. */
class RoomConfigTest {
  private static final String SECRET = "a-secret-that-is-long-enough-for-hs256";
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(1_000_000));

  private final TokenVerifier verifier =
      new TokenVerifier(new ApiKeyring(List.of(new ApiKeyring.Key("key", SECRET, "", ""))), CLOCK);

  private TokenCheck check(Object config) {
    @SuppressWarnings("unchecked")
    Map<String, Object> map = config instanceof Map<?, ?> it ? (Map<String, Object>) it : null;
    var token = JWT.create().withIssuer("key").withExpiresAt(CLOCK.instant().plusSeconds(60));
    token = map == null ? token.withClaim("roomConfig", "x") : token.withClaim("roomConfig", map);
    return verifier.verify(token.sign(Algorithm.HMAC256(SECRET)));
  }

  @Test
  void whatIsIssuedIsRead() {
    Grants plain = Grants.join("ann", "r");
    Grants grants =
        new Grants("ann", "", "", Map.of(), "", plain.video(), new RoomConfig(5, 6, 7, "agenda"));
    String token = new TokenIssuer("key", SECRET, CLOCK).issue(grants, Duration.ofMinutes(1));
    assertThat(verifier.verify(token))
        .isInstanceOfSatisfying(
            VerifiedToken.class, verified -> assertThat(verified.grants()).isEqualTo(grants));
  }

  @Test
  void bothNamesOfAFieldAreReadAndOthersPassedOver() {
    assertThat(check(Map.of("empty_timeout", 5, "maxParticipants", 2, "agents", List.of())))
        .isInstanceOfSatisfying(
            VerifiedToken.class,
            verified ->
                assertThat(verified.grants().room()).isEqualTo(new RoomConfig(5, 0, 2, "")));
  }

  @Test
  void whatIsOfTheWrongTypeIsRefused() {
    for (Object config :
        new Object[] {
          "x",
          Map.of("emptyTimeout", -1),
          Map.of("emptyTimeout", "soon"),
          Map.of("maxParticipants", 4_294_967_295L),
          Map.of("metadata", 1)
        }) {
      assertThat(check(config))
          .as("%s", config)
          .isInstanceOfSatisfying(
              TokenRefusal.class, refusal -> assertThat(refusal.text()).contains("roomConfig"));
    }
  }
}
