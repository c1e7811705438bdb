package org.consultrelay.relay.rtp;

/** Bits put one behind the other, for tests. */
public final class Bits {
  private final StringBuilder digits = new StringBuilder();

  public Bits put(int value, int bits) {
    for (int i = bits - 1; i >= 0; i--) {
      digits.append(value >>> i & 1);
    }
    return this;
  }

  /** ns(n) as AV1 writes it. */
  public Bits nonSymmetric(int value, int values) {
    int width = 32 - Integer.numberOfLeadingZeros(values);
    int shorter = (1 << width) - values;
    return value < shorter ? put(value, width - 1) : put(value + shorter, width);
  }

  public byte[] bytes() {
    byte[] bytes = new byte[(digits.length() + 7) / 8];
    for (int i = 0; i < digits.length(); i++) {
      if (digits.charAt(i) == '1') {
        bytes[i / 8] |= (byte) (0x80 >>> i % 8);
      }
    }
    return bytes;
  }
}
