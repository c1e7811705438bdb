package org.consultrelay.relay.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StateCookieTest {
  private static final StateCookie COOKIE =
      new StateCookie(
          123_456_789_012L,
          -1,
          0x7FFFFFFF,
          5,
          -6,
          new StateCookie.Peer(-77, 0xFFFF_FFFFL, 65_535, 1, -2, true, false));

  private final StateCookie.Key key = new StateCookie.Key(new SplittableRandom(1));

  @Test
  void isReadAsItWasWritten() {
    assertThat(key.open(key.seal(COOKIE))).isEqualTo(COOKIE);
  }

  @Test
  void noBitMayBeChanged() {
    byte[] sealed = key.seal(COOKIE);
    for (int bit = 0; bit < 8 * sealed.length; bit++) {
      sealed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(key.open(sealed)).as("bit %s", bit).isNull();
      sealed[bit / 8] ^= (byte) (1 << bit % 8);
    }
    assertThat(key.open(Arrays.copyOf(sealed, sealed.length - 1))).isNull();
    assertThat(key.open(Arrays.copyOf(sealed, sealed.length + 1))).isNull();
    assertThat(key.open(new byte[0])).isNull();
  }

  @Test
  void anotherKeyOpensNothing() {
    assertThat(new StateCookie.Key(new SplittableRandom(2)).open(key.seal(COOKIE))).isNull();
  }
}
