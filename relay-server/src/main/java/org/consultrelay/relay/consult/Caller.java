package org.consultrelay.relay.consult;

import org.consultrelay.relay.api.VerifiedToken;

/**
 * A practice's back end.
 *
 * @param apiKey whose token it has
 * @param roomPrefix what the names of its rooms begin with; empty: any room is its
 */
record Caller(String apiKey, String roomPrefix) {
  static Caller of(VerifiedToken token) {
    return new Caller(token.apiKey(), token.roomPrefix());
  }

  /**
   * Whether a consultation is its own: the same key made it, or one with the same rooms, which it
   * may have come in the place of.
   */
  boolean owns(Terms terms) {
    return terms.apiKey().equals(apiKey)
        || (!roomPrefix.isEmpty() && terms.room().startsWith(roomPrefix));
  }
}
