package org.consultrelay.relay.sdp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The format-specific parameters of a payload type, the value of {@code a=fmtp} after the payload
 * type (RFC 8866 §6.15).
 *
 * @param text as written; empty for none
 */
public record FormatParameters(String text) {
  /** No parameters. */
  public static final FormatParameters NONE = new FormatParameters("");

  /** Checks that the text fits in a line. */
  public FormatParameters {
    SdpText.requireLine(text, "format parameters");
    text = text.strip();
  }

  /** The value of a {@code key=value} parameter, key compared without case; null when absent. */
  public @Nullable String get(String key) {
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf(';', start);
      end = end < 0 ? text.length() : end;
      int equals = text.indexOf('=', start);
      int keyEnd = equals < 0 || equals > end ? end : equals;
      if (text.substring(start, keyEnd).strip().equalsIgnoreCase(key)) {
        return text.substring(Math.min(keyEnd + 1, end), end).strip();
      }
      start = end + 1;
    }
    return null;
  }

  /** Whether the parameter is {@code 1}. */
  public boolean isOn(String key) {
    return "1".equals(get(key));
  }

  /** The parameter as a number from 0 to 2^31-1, or {@code otherwise} when it is not one. */
  public int number(String key, int otherwise) {
    String value = get(key);
    long number = value == null ? -1 : SdpText.number(value, Integer.MAX_VALUE);
    return number < 0 ? otherwise : (int) number;
  }

  /** The {@code key=value} parts, spaces around them removed. */
  List<String> parameters() {
    return SdpText.split(text, ';').stream().map(String::strip).filter(p -> !p.isEmpty()).toList();
  }
}
