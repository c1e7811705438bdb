package org.consultrelay.relay.sdp;

/**
 * Bounds on what the parser accepts.
 *
 * @param characters of the whole text
 * @param lines of the whole text
 * @param sections media sections
 * @param attributes lines within one section, or before the first
 */
public record SdpLimits(int characters, int lines, int sections, int attributes) {
  /** Room for a browser's offer (about 18 kB) ten times over. */
  public static final SdpLimits STANDARD = new SdpLimits(256 * 1024, 16_384, 256, 2_048);
}
