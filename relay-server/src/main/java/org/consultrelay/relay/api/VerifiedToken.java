package org.consultrelay.relay.api;

import java.time.Instant;

/**
 * A token whose signature, algorithm and times have been checked.
 *
 * @param apiKey whose secret signed it
 * @param grants what it says
 * @param expiresAt its claim {@code exp}; it is taken for up to a minute longer
 * @param roomPrefix what the names of the API key's rooms begin with; empty: any room is its
 */
public record VerifiedToken(String apiKey, Grants grants, Instant expiresAt, String roomPrefix)
    implements TokenCheck {
  /** Whether a room is the API key's own: nothing is done for it in others, nor told of them. */
  public boolean covers(String room) {
    return room.startsWith(roomPrefix);
  }
}
