package org.consultrelay.load.run;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A relay to be loaded.
 *
 * @param whip where publishers post their offers (RFC 9725)
 * @param whep where players post theirs; the publisher's identity is appended as a path segment
 * @param tokens makes what is sent as Bearer token
 * @param metrics its Prometheus metrics, or null when they cannot be reached
 * @param processId of the relay on this machine, or -1
 */
public record Target(
    URI whip, URI whep, TokenSource tokens, @Nullable URI metrics, long processId) {
  /** Makes a participant's token. */
  @FunctionalInterface
  public interface TokenSource {
    /** A token for this identity in this room. */
    String token(String room, String identity);
  }
}
