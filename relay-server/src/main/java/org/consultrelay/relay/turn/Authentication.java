package org.consultrelay.relay.turn;

import org.consultrelay.relay.stun.IntegrityAlgorithm;
import org.consultrelay.relay.stun.IntegrityKey;
import org.consultrelay.relay.stun.StunWriter;

/** What {@link Authenticator} found about a request. */
sealed interface Authentication {
  /**
   * Who asks is known.
   *
   * @param username as it stands in the request
   * @param user the name within, by which quotas count
   * @param key what answers are signed with
   * @param algorithm how the request was signed, and answers are
   */
  record Authenticated(String username, String user, IntegrityKey key, IntegrityAlgorithm algorithm)
      implements Authentication {
    byte[] sign(StunWriter answer) {
      return answer.signedPlain(key, algorithm);
    }
  }

  /**
   * To be refused.
   *
   * @param code 400, 401 or 438
   * @param answer the whole answer, unsigned
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over once
  record Refused(int code, byte[] answer) implements Authentication {}
}
