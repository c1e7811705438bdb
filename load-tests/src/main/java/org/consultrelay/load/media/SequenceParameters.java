package org.consultrelay.load.media;

import java.util.Arrays;

/** Writes an H.264 sequence parameter set (H.264 §7.3.2.1.1) of constrained baseline, level 3.1. */
final class SequenceParameters {
  private static final int MACROBLOCK = 16;

  private final byte[] bytes = new byte[32];
  private int bit;

  private SequenceParameters() {}

  /** A set for a picture of so many pixels; odd sizes are rounded down to even. */
  static byte[] of(int width, int height) {
    SequenceParameters set = new SequenceParameters();
    set.bits(0x67, 8);
    set.bits(66, 8);
    set.bits(0xE0, 8);
    set.bits(31, 8);
    set.number(0);
    set.number(0);
    set.number(2);
    set.number(1);
    set.bits(0, 1);
    int columns = (width + MACROBLOCK - 1) / MACROBLOCK;
    int rows = (height + MACROBLOCK - 1) / MACROBLOCK;
    set.number(columns - 1);
    set.number(rows - 1);
    set.bits(1, 1);
    set.bits(1, 1);
    int right = columns * MACROBLOCK - width;
    int bottom = rows * MACROBLOCK - height;
    if (right + bottom > 0) {
      set.bits(1, 1);
      set.number(0);
      set.number((right + 1) / 2);
      set.number(0);
      set.number((bottom + 1) / 2);
    } else {
      set.bits(0, 1);
    }
    set.bits(0, 1);
    set.bits(1, 1);
    return Arrays.copyOf(set.bytes, (set.bit + 7) / 8);
  }

  private void bits(int value, int count) {
    for (int i = count - 1; i >= 0; i--) {
      bytes[bit >> 3] |= (byte) ((value >> i & 1) << (7 - (bit & 7)));
      bit++;
    }
  }

  /** Exp-Golomb code (H.264 §9.1). */
  private void number(int value) {
    int length = 32 - Integer.numberOfLeadingZeros(value + 1);
    bits(0, length - 1);
    bits(value + 1, length);
  }
}
