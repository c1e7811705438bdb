package org.consultrelay.relay.sdp;

import java.util.Set;

/**
 * A header extension that the relay takes part in.
 *
 * @param uri as in {@link ExtensionUri}
 * @param kinds in sections of these kinds
 * @param uplink accepted where the relay receives
 * @param downlink accepted where the relay sends
 */
public record SupportedExtension(
    String uri, Set<MediaKind> kinds, boolean uplink, boolean downlink) {
  /** Copies the set. */
  public SupportedExtension {
    kinds = Set.copyOf(kinds);
  }
}
