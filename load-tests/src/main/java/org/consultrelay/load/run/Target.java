package org.consultrelay.load.run;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A relay to be loaded.
 *
 * @param entrance where participants come in
 * @param tokens makes what is sent as a participant's token
 * @param metrics its Prometheus metrics, or null when they cannot be reached
 * @param processId of the relay on this machine, or -1
 */
public record Target(Entrance entrance, TokenSource tokens, @Nullable URI metrics, long processId) {
  /** Where participants come in, and what they speak there. */
  public sealed interface Entrance {}

  /**
   * WHIP to publish and WHEP to play.
   *
   * @param whip where publishers post their offers (RFC 9725)
   * @param whep where players post theirs; the publisher's identity is appended as a path segment
   */
  public record Whip(URI whip, URI whep) implements Entrance {}

  /**
   * The LiveKit client protocol.
   *
   * @param url as client SDKs are given it, {@code ws} or {@code wss}
   */
  public record LiveKit(URI url) implements Entrance {}

  /** Makes a participant's token. */
  @FunctionalInterface
  public interface TokenSource {
    /** A token for this identity in this room. */
    String token(String room, String identity);
  }
}
