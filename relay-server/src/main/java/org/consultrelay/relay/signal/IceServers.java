package org.consultrelay.relay.signal;

import java.util.List;

/**
 * The STUN and TURN servers that participants are told of when they join, with credentials for
 * their session.
 */
@FunctionalInterface
public interface IceServers {
  /** None. */
  IceServers NONE = _ -> List.of();

  /**
   * The servers for one session. Any thread.
   *
   * @param session names it: ends the credentials when the session has ended
   */
  List<IceServer> forSession(String session);

  /**
   * What a browser takes as an {@code RTCIceServer}.
   *
   * @param urls {@code turn:}, {@code turns:} or {@code stun:} (RFC 7064, RFC 7065)
   * @param username the user name
   * @param credential the password; never to be logged
   */
  record IceServer(List<String> urls, String username, String credential) {
    /** Copies the list. */
    public IceServer {
      urls = List.copyOf(urls);
    }

    /** The URLs; no credential. */
    @Override
    public String toString() {
      return "IceServer" + urls;
    }
  }
}
