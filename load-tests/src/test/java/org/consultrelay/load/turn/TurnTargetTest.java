package org.consultrelay.load.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TurnTargetTest {
  private static final TurnLogin LOGIN = new TurnLogin.Secret("s");

  @ParameterizedTest
  @CsvSource({
    "turn:192.0.2.1:5000, 5000",
    "turn:192.0.2.1, 3478",
    "turn:192.0.2.1?transport=udp, 3478",
    "turn:192.0.2.1:443?transport=udp, 443"
  })
  void readsUrls(String url, int port) {
    assertThat(TurnTarget.of(url, LOGIN).server())
        .isEqualTo(TransportAddress.ipv4(0xC0000201, port));
  }

  @Test
  void readsIpv6InBrackets() {
    assertThat(TurnTarget.of("turn:[2001:db8::1]:9", LOGIN).server())
        .isEqualTo(new TransportAddress(0x20010db8_00000000L, 1, 9));
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1:3478, must be as turn:",
    "turns:192.0.2.1, must be as turn:",
    "turn:, must be as turn:",
    "turn:192.0.2.1:70000, no port 70000",
    "turn:192.0.2.1:0, no port 0",
    "turn:192.0.2.1?transport=tcp, UDP only"
  })
  void saysWhatIsWrong(String url, String says) {
    assertThatThrownBy(() -> TurnTarget.of(url, LOGIN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(says);
  }
}
