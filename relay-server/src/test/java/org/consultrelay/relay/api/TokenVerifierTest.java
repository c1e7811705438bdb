package org.consultrelay.relay.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTCreator;
import com.auth0.jwt.algorithms.Algorithm;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.consultrelay.relay.api.TokenRefusal.Reason;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TokenVerifierTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final Instant NOW = Instant.parse("2026-11-24T09:00:00Z");
  private static final Algorithm SIGNER = Algorithm.HMAC256(SECRET);

  private final TokenVerifier verifier = at(NOW);

  private static TokenVerifier at(Instant now) {
    return new TokenVerifier(
        Map.of("app", SECRET, "other", SECRET.toUpperCase(java.util.Locale.ROOT)),
        InstantSource.fixed(now));
  }

  private static JWTCreator.Builder token() {
    return JWT.create()
        .withIssuer("app")
        .withSubject("dr-grey")
        .withExpiresAt(NOW.plusSeconds(600))
        .withClaim("video", Map.of("room", "r1", "roomJoin", true));
  }

  private void refused(@Nullable String token, Reason reason) {
    assertThat(verifier.verify(token))
        .isInstanceOfSatisfying(
            TokenRefusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(reason));
  }

  private static VerifiedToken verified(TokenCheck check) {
    assertThat(check).isInstanceOf(VerifiedToken.class);
    return (VerifiedToken) check;
  }

  private static String encoded(String json) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(UTF_8));
  }

  /** Signs whatever is handed in, as an API key's owner might. */
  private static String signed(String header, String payload) {
    String signature =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(
                SIGNER.sign(encoded(header).getBytes(UTF_8), encoded(payload).getBytes(UTF_8)));
    return encoded(header) + "." + encoded(payload) + "." + signature;
  }

  private static String signed(String payload) {
    return signed("{\"alg\":\"HS256\"}", payload);
  }

  /** Made with `openssl dgst -sha256 -hmac`, so that not both ends are ours. */
  @Test
  void takesATokenMadeElsewhere() {
    VerifiedToken token = verified(verifier.verifyJoin(OPENSSL_TOKEN));
    assertThat(token.grants().identity()).isEqualTo("alice");
    assertThat(token.grants().video().room()).isEqualTo("r1");
  }

  private static final String OPENSSL_TOKEN =
      "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJhcHAiLCJzdWIiOiJhbGljZSIsImV4cCI6MTc5NTYwMDgwMCwibmJmIjowLCJ2aWRlbyI6eyJyb29tIjoicjEiLCJyb29tSm9pbiI6dHJ1ZX19.eX_lM1VlWQrz05gTa8c6ozFijZGWZHhXGtTLFQh_TeI";

  @Test
  void readsEveryClaim() {
    VerifiedToken token =
        verified(
            verifier.verify(
                signed(
                    """
                    {"iss":"app","sub":"dr-grey","exp":1795510800,"name":"Dr Grey","metadata":"m",
                     "attributes":{"a":"1","b":"2"},"kind":"standard","unknown":[1,{"x":null}],
                     "video":{"room":"r1","roomJoin":true,"canPublish":false,"canSubscribe":true,
                       "canPublishData":null,"canPublishSources":["microphone"],
                       "canUpdateOwnMetadata":true,"canSubscribeMetrics":true,"hidden":true,
                       "recorder":true,"agent":true,"roomCreate":true,"roomList":true,
                       "roomAdmin":true,"roomRecord":true,"destinationRoom":"r2","later":7}}
                    """)));
    assertThat(token.apiKey()).isEqualTo("app");
    assertThat(token.expiresAt()).isEqualTo(Instant.ofEpochSecond(1_795_510_800L));
    assertThat(token.grants())
        .isEqualTo(
            new Grants(
                "dr-grey",
                "Dr Grey",
                "m",
                Map.of("a", "1", "b", "2"),
                "standard",
                new VideoGrant(
                    "r1",
                    true,
                    false,
                    true,
                    null,
                    List.of("microphone"),
                    true,
                    true,
                    true,
                    true,
                    true,
                    true,
                    true,
                    true,
                    true,
                    "r2")));
  }

  @Test
  void whatAGrantLeavesOutIsAllowed() {
    VideoGrant grant = verified(verifier.verify(token().sign(SIGNER))).grants().video();
    assertThat(grant.mayPublish()).isTrue();
    assertThat(grant.mayPublish("camera")).isTrue();
    assertThat(grant.maySubscribe()).isTrue();
    assertThat(grant.mayPublishData()).isTrue();
    assertThat(grant.canUpdateOwnMetadata()).isFalse();
  }

  @Test
  void sourcesAloneDecideWhenThereAreAny() {
    VideoGrant grant =
        verified(
                verifier.verify(
                    token()
                        .withClaim(
                            "video",
                            Map.of("canPublish", false, "canPublishSources", List.of("camera")))
                        .sign(SIGNER)))
            .grants()
            .video();
    assertThat(grant.mayPublish()).isTrue();
    assertThat(grant.mayPublish("camera")).isTrue();
    assertThat(grant.mayPublish("screen_share")).isFalse();
  }

  @Test
  void whatIsIssuedIsVerified() {
    TokenIssuer issuer = new TokenIssuer("app", SECRET, InstantSource.fixed(NOW));
    VideoGrant all =
        new VideoGrant(
            "r",
            true,
            true,
            false,
            true,
            List.of("camera"),
            true,
            true,
            true,
            true,
            true,
            true,
            true,
            true,
            true,
            "d");
    Grants grants = new Grants("ident\u00efty", "n", "m", Map.of("k", "v"), "agent", all);
    VerifiedToken token =
        verified(verifier.verifyJoin(issuer.issue(grants, Duration.ofMinutes(5))));
    assertThat(token).isEqualTo(new VerifiedToken("app", grants, NOW.plusSeconds(300), ""));
    Grants least = Grants.join("i", "r");
    assertThat(verified(verifier.verifyJoin(issuer.issue(least, Duration.ofMinutes(5)))).grants())
        .isEqualTo(least);
  }

  @Test
  void onlyHs256Will() throws Exception {
    String payload = "{\"iss\":\"app\",\"exp\":9999999999}";
    for (String alg : List.of("none", "None", "NONE", "hs256", "HS384", "HS512", "RS256", "")) {
      refused(signed("{\"alg\":\"" + alg + "\"}", payload), Reason.ALGORITHM);
    }
    refused(signed("{}", payload), Reason.ALGORITHM);
    refused(signed("{\"alg\":null}", payload), Reason.ALGORITHM);
    refused(encoded("{\"alg\":\"none\"}") + "." + encoded(payload) + ".", Reason.ALGORITHM);
    refused(encoded("{\"alg\":\"HS256\"}") + "." + encoded(payload) + ".", Reason.SIGNATURE);
    refused(token().sign(Algorithm.HMAC384(SECRET)), Reason.ALGORITHM);
    refused(token().sign(Algorithm.HMAC512(SECRET)), Reason.ALGORITHM);
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair pair = generator.generateKeyPair();
    refused(
        token()
            .sign(
                Algorithm.RSA256(
                    (RSAPublicKey) pair.getPublic(), (RSAPrivateKey) pair.getPrivate())),
        Reason.ALGORITHM);
    // The confusion: signed with HMAC over a public key that the attacker knows too.
    String publicKey = Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
    refused(token().sign(Algorithm.HMAC256(publicKey)), Reason.SIGNATURE);
  }

  @Test
  void criticalExtensionsAreNotKnown() {
    refused(
        signed("{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":false}", "{\"iss\":\"app\"}"),
        Reason.MALFORMED);
  }

  @Test
  void theIssuerChoosesTheSecret() {
    refused(token().withIssuer("nobody").sign(SIGNER), Reason.UNKNOWN_KEY);
    refused(token().withIssuer("").sign(SIGNER), Reason.UNKNOWN_KEY);
    refused(signed("{\"exp\":9999999999}"), Reason.UNKNOWN_KEY);
    refused(token().withIssuer("other").sign(SIGNER), Reason.SIGNATURE);
    refused(token().sign(Algorithm.HMAC256("secret")), Reason.SIGNATURE);
  }

  @Test
  void anyChangedCharacterIsSeen() {
    String good = token().sign(SIGNER);
    for (int i = 0; i < good.length(); i++) {
      char replacement = good.charAt(i) == 'A' ? 'B' : 'A';
      String changed = good.substring(0, i) + replacement + good.substring(i + 1);
      if (sameSignatureBytes(good, changed)) {
        continue; // the last character of 43 carries two bits that mean nothing
      }
      assertThat(verifier.verify(changed)).as(changed).isInstanceOf(TokenRefusal.class);
    }
  }

  private static boolean sameSignatureBytes(String a, String b) {
    int at = a.lastIndexOf('.');
    return a.substring(0, at).equals(b.substring(0, Math.min(at, b.length())))
        && b.charAt(at) == '.'
        && java.util.Arrays.equals(
            Base64.getUrlDecoder().decode(a.substring(at + 1)),
            Base64.getUrlDecoder().decode(b.substring(at + 1)));
  }

  @Test
  void expiryIsRequiredAndHasAMinuteOfLeeway() {
    refused(token().withExpiresAt((Instant) null).sign(SIGNER), Reason.NO_EXPIRY);
    refused(signed("{\"iss\":\"app\"}"), Reason.NO_EXPIRY);
    refused(signed("{\"iss\":\"app\",\"exp\":null}"), Reason.NO_EXPIRY);
    String token = token().withExpiresAt(NOW).sign(SIGNER);
    assertThat(at(NOW.plusSeconds(59)).verify(token)).isInstanceOf(VerifiedToken.class);
    assertThat(at(NOW.plusSeconds(60)).verify(token))
        .isEqualTo(new TokenRefusal(Reason.EXPIRED, "the token has expired"));
    refused(signed("{\"iss\":\"app\",\"exp\":0}"), Reason.EXPIRED);
    refused(signed("{\"iss\":\"app\",\"exp\":-9000000000000000000}"), Reason.MALFORMED);
    refused(signed("{\"iss\":\"app\",\"exp\":9000000000000000000}"), Reason.MALFORMED);
    refused(signed("{\"iss\":\"app\",\"exp\":1e400}"), Reason.MALFORMED);
    refused(signed("{\"iss\":\"app\",\"exp\":\"tomorrow\"}"), Reason.MALFORMED);
  }

  @Test
  void notBeforeIsHonouredWithAMinuteOfLeeway() {
    assertThat(verifier.verify(token().withNotBefore(NOW.plusSeconds(60)).sign(SIGNER)))
        .isInstanceOf(VerifiedToken.class);
    refused(token().withNotBefore(NOW.plusSeconds(61)).sign(SIGNER), Reason.NOT_YET_VALID);
  }

  @Test
  void joiningNeedsLeaveAnIdentityAndARoom() {
    assertThat(reason(token().withClaim("video", Map.of("room", "r")).sign(SIGNER)))
        .isEqualTo(Reason.NOT_ALLOWED);
    assertThat(reason(token().withClaim("video", (Map<String, ?>) null).sign(SIGNER)))
        .isEqualTo(Reason.NOT_ALLOWED);
    assertThat(reason(token().withSubject("").sign(SIGNER))).isEqualTo(Reason.NO_IDENTITY);
    assertThat(reason(token().withSubject(null).sign(SIGNER))).isEqualTo(Reason.NO_IDENTITY);
    assertThat(reason(token().withClaim("video", Map.of("roomJoin", true)).sign(SIGNER)))
        .isEqualTo(Reason.NO_ROOM);
    assertThat(Reason.NOT_ALLOWED.status()).isEqualTo(401);
    assertThat(Reason.NO_ROOM.status()).isEqualTo(400);
    assertThat(verifier.verifyJoin(token().sign(SIGNER))).isInstanceOf(VerifiedToken.class);
  }

  private Reason reason(String token) {
    return ((TokenRefusal) verifier.verifyJoin(token)).reason();
  }

  @Test
  void namesHaveABound() {
    String longest = "\u00e9".repeat(128);
    assertThat(verifier.verifyJoin(token().withSubject(longest).sign(SIGNER)))
        .isInstanceOf(VerifiedToken.class);
    refused(token().withSubject(longest + "x").sign(SIGNER), Reason.MALFORMED);
    refused(token().withClaim("name", longest + "x").sign(SIGNER), Reason.MALFORMED);
    refused(
        token().withClaim("video", Map.of("room", "x".repeat(257))).sign(SIGNER), Reason.MALFORMED);
  }

  @Test
  void claimsOfTheWrongTypeAreNamed() {
    Map<String, String> payloads =
        Map.of(
            "\"video\":7", "video",
            "\"video\":[]", "video",
            "\"video\":{\"room\":7}", "video.room",
            "\"video\":{\"roomJoin\":\"true\"}", "video.roomJoin",
            "\"video\":{\"canPublish\":1}", "video.canPublish",
            "\"video\":{\"canPublishSources\":\"camera\"}", "video.canPublishSources",
            "\"video\":{\"canPublishSources\":[null]}", "video.canPublishSources",
            "\"attributes\":{\"a\":1}", "attributes",
            "\"metadata\":{}", "metadata",
            "\"name\":true", "name");
    payloads.forEach((payload, claim) ->
        assertThat(verifier.verify(signed("{\"iss\":\"app\",\"exp\":9999999999," + payload + "}")))
            .as(payload)
            .isEqualTo(
                new TokenRefusal(
                    Reason.MALFORMED,
                    "the token's claim " + claim + " has the wrong type or size")));
  }

  @Test
  void lengthIsBoundedBeforeAnythingIsRead() {
    refused("x".repeat(8_193), Reason.TOO_LONG);
    refused("x".repeat(50_000_000), Reason.TOO_LONG);
    refused("x".repeat(8_192), Reason.MALFORMED);
    String deep = "[".repeat(3_000) + "]".repeat(3_000);
    refused(signed("{\"iss\":\"app\",\"exp\":9999999999,\"x\":" + deep + "}"), Reason.MALFORMED);
  }

  @Test
  void whatIsNoTokenIsMalformed() {
    refused(null, Reason.MISSING);
    refused("", Reason.MISSING);
    for (String token :
        List.of(
            ".",
            "..",
            "...",
            "a.b.c",
            "a.b.c.d",
            "\u0000.\u0000.\u0000",
            encoded("[]") + "." + encoded("{}") + ".x",
            encoded("null") + "." + encoded("null") + ".x",
            encoded("{\"alg\":\"HS256\"}") + "." + encoded("null") + ".x",
            encoded("{\"alg\":\"HS256\"}") + "." + encoded("7") + ".x",
            encoded("{\"alg\":{}}") + "." + encoded("{}") + ".x")) {
      assertThat(verifier.verify(token)).as(token).isInstanceOf(TokenRefusal.class);
    }
  }
}
