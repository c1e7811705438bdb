package org.consultrelay.load.turn;

import static org.assertj.core.api.Assertions.assertThat;

import org.consultrelay.load.turn.TurnLogin.Credentials;
import org.junit.jupiter.api.Test;

class TurnLoginTest {
  @Test
  void aSecretGivesEachClientANameThatExpiresAndItsHmac() {
    Credentials credentials = new TurnLogin.Secret("north-secret").credentials(7, 1_000_000);
    // openssl dgst -sha1 -hmac north-secret -binary over the name, in Base64
    assertThat(credentials.username()).isEqualTo("1003600:bench-7");
    assertThat(credentials.password()).isEqualTo("A8ecM6GtOFzHKv3UhmGVtuw8kGo=");
  }

  @Test
  void aPasswordIsTheSameForAll() {
    TurnLogin login = new TurnLogin.Password("alice", "pw");
    assertThat(login.credentials(1, 0)).isEqualTo(login.credentials(2, 9));
  }

  @Test
  void nothingSecretIsPrinted() {
    assertThat(new TurnLogin.Secret("north-secret").toString()).doesNotContain("north");
    assertThat(new TurnLogin.Password("alice", "pw-1").toString()).doesNotContain("pw-1");
    assertThat(new Credentials("alice", "pw-1").toString()).doesNotContain("pw-1");
  }
}
