package org.consultrelay.relay.ice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IceCredentialsTest {
  @Test
  void randomOnesAreOfIceCharsAndDiffer() {
    SecureRandom random = new SecureRandom();
    Set<String> ufrags = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      IceCredentials credentials = IceCredentials.random(random);
      assertThat(credentials.ufrag()).matches("[A-Za-z0-9+/]{8}");
      assertThat(credentials.password()).matches("[A-Za-z0-9+/]{24}");
      ufrags.add(credentials.ufrag());
    }
    assertThat(ufrags).hasSize(1_000);
  }

  @Test
  void theFormIsChecked() {
    String password = "p".repeat(22);
    assertThat(new IceCredentials("abcd", password).ufrag()).isEqualTo("abcd");
    for (String ufrag : new String[] {"", "abc", "abc:", "abc d", "a".repeat(257)}) {
      assertThatThrownBy(() -> new IceCredentials(ufrag, password))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (String bad : new String[] {"p".repeat(21), "p".repeat(257), password + "\n"}) {
      assertThatThrownBy(() -> new IceCredentials("abcd", bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageNotContaining(bad);
    }
  }

  @Test
  void thePasswordIsNotPrinted() {
    IceCredentials credentials = new IceCredentials("abcd", "secretsecretsecretsecret");
    assertThat(credentials.toString()).contains("abcd").doesNotContain("secret");
  }
}
