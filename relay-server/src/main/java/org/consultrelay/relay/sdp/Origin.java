package org.consultrelay.relay.sdp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The {@code o=} line (RFC 8866 §5.2): who made the description, and which version it is.
 *
 * @param username a word; {@code -} for none
 * @param sessionId decimal digits, constant for the life of the session
 * @param version 0 or more; one higher in each description that differs from the last (RFC 8829
 *     §5.2.2)
 * @param address network type, address type and address, as {@code IN IP4 127.0.0.1}
 */
public record Origin(String username, String sessionId, long version, String address) {
  /** Checks that the parts are of the form. */
  public Origin {
    SdpText.requireWord(username, "a user name");
    SdpText.requireLine(address, "an address");
    if (!isDigits(sessionId) || version < 0 || SdpText.split(address, ' ').size() != 3) {
      throw new IllegalArgumentException("not an o= line");
    }
  }

  /** The relay's own, version 1, with an address that tells nothing (RFC 8829 §5.2.1). */
  public static Origin ofRelay(long sessionId) {
    return new Origin("-", Long.toString(sessionId & Long.MAX_VALUE), 1, "IN IP4 127.0.0.1");
  }

  /** The same session's next version. */
  public Origin next() {
    return new Origin(username, sessionId, version + 1, address);
  }

  /** From the line's value, or null when it is not of the form. */
  static @Nullable Origin parse(String value) {
    List<String> parts = SdpText.split(value, ' ');
    if (parts.size() != 6 || !isDigits(parts.get(1))) {
      return null;
    }
    for (String part : parts) {
      if (!SdpText.isWord(part)) {
        return null;
      }
    }
    long version = SdpText.number(parts.get(2), Long.MAX_VALUE);
    // A version beyond 18 digits is legal (a 64-bit NTP time) and means nothing to us: cut it.
    if (version < 0) {
      if (!isDigits(parts.get(2))) {
        return null;
      }
      version = SdpText.number(parts.get(2).substring(parts.get(2).length() - 18), Long.MAX_VALUE);
    }
    String address = parts.get(3) + " " + parts.get(4) + " " + parts.get(5);
    return new Origin(parts.get(0), parts.get(1), version, address);
  }

  private static boolean isDigits(String text) {
    if (text.isEmpty() || text.length() > 24) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }
}
