package org.consultrelay.relay.signal.livekit.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.auth0.jwt.JWT;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.consultrelay.relay.api.ApiKeyring;
import org.junit.jupiter.api.Test;

class WebhookSignatureTest {
  private static final byte[] BODY = "{}".getBytes(StandardCharsets.UTF_8);
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private static final ApiKeyring.Key OLD = new ApiKeyring.Key("old", "o".repeat(32), "", "");
  private static final ApiKeyring.Key NEW = new ApiKeyring.Key("new", "n".repeat(32), "", "");

  private final ApiKeyring keys = new ApiKeyring(List.of(OLD));

  private String issuer(String apiKey) throws Exception {
    return JWT.decode(new WebhookSignature(apiKey, keys, () -> NOW).of(BODY)).getIssuer();
  }

  @Test
  void isValidForFiveMinutesAndHoldsTheHashOfTheBody() throws Exception {
    var token = JWT.decode(new WebhookSignature("old", keys, () -> NOW).of(BODY));
    assertThat(token.getAlgorithm()).isEqualTo("HS256");
    assertThat(token.getExpiresAtAsInstant()).isEqualTo(NOW.plusSeconds(300));
    assertThat(token.getClaim("sha256").asString())
        .isEqualTo("RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=");
  }

  @Test
  void whicheverKeysThereAreNow() throws Exception {
    assertThat(issuer("")).isEqualTo("old");
    keys.replace(List.of(NEW));
    assertThat(issuer("")).isEqualTo("new");
    assertThatThrownBy(() -> issuer("old"))
        .isInstanceOf(Delivery.FailedException.class)
        .hasMessage("the key of webhooks.apiKey is not there");
    keys.replace(List.of(OLD, NEW));
    assertThat(issuer("old")).isEqualTo("old");
    assertThatThrownBy(() -> issuer(""))
        .isInstanceOf(Delivery.FailedException.class)
        .hasMessage("there are 2 keys, and webhooks.apiKey names none");
    WebhookSignature signature = new WebhookSignature("old", keys, () -> NOW);
    signature.use("new");
    assertThat(JWT.decode(signature.of(BODY)).getIssuer()).isEqualTo("new");
  }

  private static String issuer(WebhookSignature signature) throws Exception {
    return JWT.decode(signature.of(BODY)).getIssuer();
  }

  @Test
  void aNameThatIsNoneOfTheKeysChangesNothing() throws Exception {
    WebhookSignature signature = new WebhookSignature("old", keys, () -> NOW);
    keys.replace(List.of(OLD, NEW));
    for (String none : List.of("gone", "")) {
      assertThat(signature.use(none)).isFalse();
      assertThat(issuer(signature)).isEqualTo("old");
    }
    assertThat(signature.use("new")).isTrue();
    assertThat(issuer(signature)).isEqualTo("new");
  }

  @Test
  void theOnlyKeyGoesOnSigningWhenThereAreSeveralAndNoneIsNamed() throws Exception {
    WebhookSignature signature = new WebhookSignature("", keys, () -> NOW);
    keys.replace(List.of(NEW));
    assertThat(signature.use("")).isTrue();
    keys.replace(List.of(OLD, NEW));
    assertThat(signature.use("")).isFalse();
    assertThat(issuer(signature)).isEqualTo("new");
  }
}
