package org.consultrelay.relay.sdp;

import java.util.ArrayList;
import java.util.List;

/** The lexical rules of SDP (RFC 8866 §9) that the parser asks and the records insist on. */
final class SdpText {
  private static final int QUOTED_CHARACTERS = 40;

  private SdpText() {}

  /** Whether the text is an RFC 8866 {@code token}: what mids, names and parameters are made of. */
  static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean token =
          c == 0x21
              || (c >= 0x23 && c <= 0x27)
              || c == 0x2A
              || c == 0x2B
              || c == 0x2D
              || c == 0x2E
              || (c >= 0x30 && c <= 0x39)
              || (c >= 0x41 && c <= 0x5A)
              || (c >= 0x5E && c <= 0x7E);
      if (!token) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** Whether the text is one word: not empty, no space, nothing that does not print. */
  static boolean isWord(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c == 0x7F) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** Whether the text can stand within one line: no CR, LF, NUL or other control character. */
  static boolean isLine(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7F) {
        return false;
      }
    }
    return true;
  }

  /** Whether the text is made of {@code ice-char} (RFC 8839 §5.4) and within the length bounds. */
  static boolean isIceText(String text, int shortest, int longest) {
    if (text.length() < shortest || text.length() > longest) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean iceChar =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '+'
              || c == '/';
      if (!iceChar) {
        return false;
      }
    }
    return true;
  }

  /** The decimal number that the whole text is, or -1 when it is none or above {@code greatest}. */
  static long number(String text, long greatest) {
    if (text.isEmpty() || text.length() > 18) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = value * 10 + (c - '0');
    }
    return value <= greatest ? value : -1;
  }

  /** The non-empty parts between separators. */
  static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    while (start <= text.length()) {
      int end = text.indexOf(separator, start);
      if (end < 0) {
        end = text.length();
      }
      if (end > start) {
        parts.add(text.substring(start, end));
      }
      start = end + 1;
    }
    return parts;
  }

  /** What comes before the first separator, or everything. */
  static String before(String text, char separator) {
    int at = text.indexOf(separator);
    return at < 0 ? text : text.substring(0, at);
  }

  /** What comes after the first separator, or nothing. */
  static String after(String text, char separator) {
    int at = text.indexOf(separator);
    return at < 0 ? "" : text.substring(at + 1);
  }

  /** A peer's text made safe to show in an error: short, printable ASCII, in quotes. */
  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("'");
    for (int i = 0; i < Math.min(text.length(), QUOTED_CHARACTERS); i++) {
      char c = text.charAt(i);
      quoted.append(c < ' ' || c > '~' || c == '\'' ? '?' : c);
    }
    return quoted.append(text.length() > QUOTED_CHARACTERS ? "…'" : "'").toString();
  }

  static String requireWord(String text, String what) {
    return require(isWord(text), text, what);
  }

  static String requireToken(String text, String what) {
    return require(isToken(text), text, what);
  }

  static String requireLine(String text, String what) {
    return require(isLine(text), text, what);
  }

  /** Guards the writer against line injection: records made in code must be as clean as parsed. */
  private static String require(boolean valid, String text, String what) {
    if (!valid) {
      throw new IllegalArgumentException(what + " cannot be " + quote(text));
    }
    return text;
  }
}
