package org.consultrelay.relay.signal.whip;

import java.util.List;
import org.consultrelay.relay.signal.IceServers.IceServer;

/** What came of an offer. */
sealed interface SessionAnswer {
  /**
   * A session is set up.
   *
   * @param id its name in URLs
   * @param entityTag of its ICE session (RFC 9725 §4.3.1)
   * @param sdp the answer
   * @param iceServers what the client may gather candidates from (RFC 9725 §4.6)
   */
  record Created(String id, String entityTag, String sdp, List<IceServer> iceServers)
      implements SessionAnswer {}

  /**
   * The offer cannot be served.
   *
   * @param text why
   */
  record NotAcceptable(String text) implements SessionAnswer {}

  /**
   * The participant may not do that now, whatever the token says.
   *
   * @param text what
   */
  record Forbidden(String text) implements SessionAnswer {}
}
