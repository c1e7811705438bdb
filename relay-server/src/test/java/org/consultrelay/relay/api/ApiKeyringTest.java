package org.consultrelay.relay.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.consultrelay.relay.api.TokenRefusal.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys that come and go while tokens are checked. */
class ApiKeyringTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-12-01T09:00:00Z"));
  private static final ApiKeyring.Key NORTH = key("north-1", "north", "north-");
  private static final ApiKeyring.Key NORTH_NEXT = key("north-2", "north", "north-");
  private static final ApiKeyring.Key SOUTH = key("south-1", "south", "south-");
  private static final ApiKeyring.Key OWN = key("own", "operator", "");

  private final ApiKeyring keys = new ApiKeyring(List.of(NORTH, SOUTH, OWN));
  private final TokenVerifier verifier = new TokenVerifier(keys, CLOCK);

  private static ApiKeyring.Key key(String name, String tenant, String prefix) {
    return new ApiKeyring.Key(name, "the-secret-of-" + name + "-is-long-enough", tenant, prefix);
  }

  private static String token(ApiKeyring.Key key, Grants grants) {
    return ApiKeyring.issuer(key, CLOCK).issue(grants, Duration.ofMinutes(5));
  }

  private static String join(ApiKeyring.Key key, String room) {
    return token(key, Grants.join("ann", room));
  }

  private static Reason reason(TokenCheck check) {
    assertThat(check).isInstanceOf(TokenRefusal.class);
    return ((TokenRefusal) check).reason();
  }

  @ParameterizedTest
  @CsvSource({
    "north-1, north-7, true",
    "north-1, north-, true",
    "north-1, north, false",
    "north-1, North-7, false",
    "north-1, south-7, false",
    "north-1, ' north-7', false",
    "north-1, xnorth-7, false",
    "own, north-7, true",
    "own, anything, true",
  })
  void aTokenIsGoodForRoomsOfItsKeyAlone(String key, String room, boolean good) {
    String token = join(keys.find(key).orElseThrow(), room);
    for (TokenCheck check : List.of(verifier.verifyJoin(token), verifier.verify(token))) {
      if (good) {
        assertThat(check).isInstanceOf(VerifiedToken.class);
        assertThat(((VerifiedToken) check).covers(room)).isTrue();
      } else {
        assertThat(reason(check)).isEqualTo(Reason.NOT_COVERED);
      }
    }
  }

  @Test
  void aTokenForNoRoomKnowsItsPrefix() {
    VerifiedToken token =
        (VerifiedToken)
            verifier.verify(
                token(NORTH, new Grants("", "", "", java.util.Map.of(), "", VideoGrant.NONE)));
    assertThat(token.roomPrefix()).isEqualTo("north-");
    assertThat(token.covers("north-1")).isTrue();
    assertThat(token.covers("south-1")).isFalse();
    assertThat(token.covers("")).isFalse();
  }

  @Test
  void nobodyIsMovedIntoAnothersRoom() {
    VideoGrant none = VideoGrant.NONE;
    VideoGrant move =
        new VideoGrant(
            "north-1", false, null, null, null, List.of(), false, false, false, false, false, false,
            false, true, false, "south-1");
    assertThat(none.destinationRoom()).isEmpty();
    assertThat(
            reason(
                verifier.verify(
                    token(NORTH, new Grants("", "", "", java.util.Map.of(), "", move)))))
        .isEqualTo(Reason.NOT_COVERED);
  }

  @Test
  void aKeyThatIsGoneIsRefusedAtOnceAndANewOneTaken() {
    String old = join(NORTH, "north-1");
    String next = join(NORTH_NEXT, "north-1");
    assertThat(verifier.verifyJoin(old)).isInstanceOf(VerifiedToken.class);
    assertThat(reason(verifier.verifyJoin(next))).isEqualTo(Reason.UNKNOWN_KEY);

    keys.replace(List.of(NORTH, NORTH_NEXT, SOUTH));
    assertThat(verifier.verifyJoin(old)).isInstanceOf(VerifiedToken.class);
    assertThat(verifier.verifyJoin(next)).isInstanceOf(VerifiedToken.class);

    keys.replace(List.of(NORTH_NEXT, SOUTH));
    assertThat(reason(verifier.verifyJoin(old))).isEqualTo(Reason.UNKNOWN_KEY);
    assertThat(verifier.verifyJoin(next)).isInstanceOf(VerifiedToken.class);
  }

  @Test
  void anotherSecretOfTheSameKeyCountsAtOnce() {
    String old = join(NORTH, "north-1");
    keys.replace(
        List.of(
            new ApiKeyring.Key(
                "north-1", "quite-another-secret-of-good-length", "north", "north-")));
    assertThat(reason(verifier.verifyJoin(old))).isEqualTo(Reason.SIGNATURE);
  }

  @Test
  void whoCameWithAKeyThatIsGoneIsSignedForByOneOfTheSameTenant() {
    assertThat(keys.successor("north-1", "north-9")).contains(NORTH);
    keys.replace(List.of(OWN, SOUTH, NORTH_NEXT, NORTH));
    assertThat(keys.successor("north-1", "north-9")).as("the newest").contains(NORTH_NEXT);
    assertThat(keys.successor("north-1", "south-9")).isEmpty();
    keys.replace(List.of(OWN, SOUTH, NORTH_NEXT));
    assertThat(keys.successor("north-1", "north-9")).contains(NORTH_NEXT);
    keys.replace(List.of(OWN, SOUTH));
    assertThat(keys.successor("north-1", "north-9")).as("not by another tenant's").isEmpty();
    assertThat(keys.successor("north-2", "north-9")).isEmpty();
    assertThat(keys.successor("never", "north-9")).isEmpty();
    keys.replace(List.of(NORTH));
    assertThat(keys.successor("north-2", "north-9")).contains(NORTH);
  }

  @Test
  void withoutTenantsAnyKeySignsForAny() {
    ApiKeyring plain = ApiKeyring.of(java.util.Map.of("a", "the-secret-of-a"));
    ApiKeyring.Key a = plain.find("a").orElseThrow();
    plain.replace(List.of(a, new ApiKeyring.Key("b", "the-secret-of-b", "", "")));
    assertThat(plain.successor("a", "room").map(ApiKeyring.Key::name))
        .as("while it is there")
        .contains("a");
    plain.replace(List.of(new ApiKeyring.Key("b", "the-secret-of-b", "", "")));
    assertThat(plain.successor("a", "room").map(ApiKeyring.Key::name)).contains("b");
  }

  @Test
  void theNearestKeySignsForARoom() {
    assertThat(keys.signerFor("north-1")).contains(NORTH);
    assertThat(keys.signerFor("elsewhere")).contains(OWN);
    keys.replace(List.of(NORTH));
    assertThat(keys.signerFor("elsewhere")).isEmpty();
  }

  @Test
  void usesAreCountedByKeyAndOutlastIt() {
    verifier.verifyJoin(join(NORTH, "north-1"));
    verifier.verifyJoin(join(NORTH, "south-1"));
    verifier.verifyJoin(join(new ApiKeyring.Key("north-1", "wrong", "", ""), "north-1"));
    keys.replace(List.of(SOUTH));
    KeyUses uses = keys.uses("north-1").orElseThrow();
    assertThat(List.of(uses.taken(), uses.notCovered(), uses.refused()))
        .containsExactly(1L, 1L, 1L);
    assertThat(keys.uses("stranger")).isEmpty();
  }

  @Test
  void listenersHearAndSecretsAreNotShown() {
    AtomicInteger heard = new AtomicInteger();
    keys.onChange(heard::incrementAndGet);
    keys.replace(List.of(SOUTH));
    assertThat(heard).hasValue(1);
    assertThat(NORTH.toString()).contains("north-1").doesNotContain("secret");
  }
}
