package org.consultrelay.relay.sdp;

/**
 * One restricted stream, {@code a=rid} (RFC 8851 §4).
 *
 * @param id letters, digits, hyphens, underscores
 * @param sends true in {@code a=rid:… send}, false in {@code a=rid:… recv}, as the writer sees it
 * @param parameters the restrictions as written; empty for none
 */
public record RidDescription(String id, boolean sends, String parameters) {
  private static final int LONGEST = 255;

  /** Checks the id. */
  public RidDescription {
    if (!isId(id)) {
      throw new IllegalArgumentException("a rid cannot be " + SdpText.quote(id));
    }
    SdpText.requireLine(parameters, "rid parameters");
  }

  static boolean isId(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean allowed =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || c == '_';
      if (!allowed) {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= LONGEST;
  }
}
