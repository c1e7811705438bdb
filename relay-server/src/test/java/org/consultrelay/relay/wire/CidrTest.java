package org.consultrelay.relay.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
  private static boolean contains(String block, String address) {
    TransportAddress at = TransportAddress.of(InetAddress.ofLiteral(address), 9);
    return Cidr.parse(block).orElseThrow().contains(at.high(), at.low());
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.0.1, true",
    "10.0.0.0/8, 11.0.0.0, false",
    "192.0.2.7, 192.0.2.7, true",
    "192.0.2.7, 192.0.2.6, false",
    "192.0.2.6/31, 192.0.2.7, true",
    "0.0.0.0/0, 203.0.113.1, true",
    "0.0.0.0/0, 2001:db8::1, false",
    "::/0, 2001:db8::1, true",
    "2001:db8::/32, 2001:db8:ffff::1, true",
    "2001:db8::/32, 2001:db9::1, false",
    "2001:db8::/64, 2001:db8:0:1::, false",
    "2001:db8::8/125, 2001:db8::f, true",
    "2001:db8::8/125, 2001:db8::7, false",
    "fe80::1, fe80::1, true",
  })
  void holdsWhatItSays(String block, String address, boolean expected) {
    assertThat(contains(block, address)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/8",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/+8",
        "10.0.0.1/8",
        "10.0/8",
        "10",
        "relay.example",
        "2001:db8::/129",
        "2001:db8::1/64",
        "2001:db8::/x",
        "::ffff:10.0.0.0/104",
        "10.0.0.0/8/8",
        " 10.0.0.0/8"
      })
  void whatIsNoneIsEmpty(String text) {
    assertThat(Cidr.parse(text)).isEmpty();
  }

  @Test
  void bitsBeyondThePrefixAreABug() {
    assertThatThrownBy(() -> new Cidr(0, 1, 127)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Cidr(0, 0, 129)).isInstanceOf(IllegalArgumentException.class);
  }
}
