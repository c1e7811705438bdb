package org.consultrelay.relay.sdp;

import org.jspecify.annotations.Nullable;

/**
 * A header extension mapping, {@code a=extmap} (RFC 8285 §5).
 *
 * @param id 1 to 14 for the one-byte form, to 255 for the two-byte form, 4096 to 4351 for those
 *     that an offerer has no valid id for
 * @param direction the optional direction after the id; null when absent
 * @param uri what the extension is, compared exactly
 * @param attributes the rest of the line; empty for none
 */
public record HeaderExtension(
    int id, @Nullable Direction direction, String uri, String attributes) {
  /** Checks the ranges. */
  public HeaderExtension {
    if (!isId(id)) {
      throw new IllegalArgumentException("header extension id " + id);
    }
    SdpText.requireWord(uri, "a header extension URI");
    SdpText.requireLine(attributes, "extension attributes");
  }

  static boolean isId(long id) {
    return (id >= 1 && id <= 255) || (id >= 4096 && id <= 4351);
  }
}
