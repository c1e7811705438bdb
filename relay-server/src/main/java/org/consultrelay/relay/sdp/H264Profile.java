package org.consultrelay.relay.sdp;

/**
 * The H.264 profiles of RFC 6184 §8.1, table 5: several values of profile_idc and profile-iop name
 * the same profile, and only the profile has to be the same on both sides.
 */
enum H264Profile {
  CONSTRAINED_BASELINE,
  BASELINE,
  MAIN,
  EXTENDED,
  CONSTRAINED_HIGH,
  HIGH,
  HIGH_10,
  UNKNOWN;

  /** The profile of {@code profile-level-id}; plain Baseline when absent (RFC 6184 §8.1). */
  static H264Profile of(FormatParameters format) {
    String text = format.get("profile-level-id");
    if (text == null) {
      return BASELINE;
    }
    int value = parseHex(text);
    return value < 0 ? UNKNOWN : of(value >>> 16, value >>> 8 & 0xFF);
  }

  private static H264Profile of(int idc, int iop) {
    boolean set0 = (iop & 0x80) != 0;
    boolean set1 = (iop & 0x40) != 0;
    return switch (idc) {
      case 0x42 -> set1 ? CONSTRAINED_BASELINE : BASELINE;
      case 0x4D -> set0 ? CONSTRAINED_BASELINE : MAIN;
      case 0x58 -> set0 ? (set1 ? CONSTRAINED_BASELINE : BASELINE) : EXTENDED;
      case 0x64 -> (iop & 0x0C) == 0x0C ? CONSTRAINED_HIGH : HIGH;
      case 0x6E -> HIGH_10;
      default -> UNKNOWN;
    };
  }

  // Six hexadecimal digits, or -1.
  private static int parseHex(String text) {
    if (text.length() != 6) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < 6; i++) {
      int digit = text.charAt(i) < 0x80 ? Character.digit(text.charAt(i), 16) : -1;
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }
}
