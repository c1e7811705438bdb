package org.consultrelay.relay.sdp;

import java.util.Set;

/**
 * A header extension that the relay takes part in.
 *
 * @param uri as in {@link ExtensionUri}
 * @param kinds in sections of these kinds
 * @param uplink of use where the relay receives
 * @param downlink of use where the relay sends; only these are in the relay's own offers of tracks
 */
public record SupportedExtension(
    String uri, Set<MediaKind> kinds, boolean uplink, boolean downlink) {
  /** Copies the set. */
  public SupportedExtension {
    kinds = Set.copyOf(kinds);
  }
}
