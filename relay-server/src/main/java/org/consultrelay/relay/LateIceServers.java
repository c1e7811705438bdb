package org.consultrelay.relay;

import java.util.List;
import org.consultrelay.relay.signal.IceServers;

/** The ICE servers of a relay that is still opening its ports: until they are known, none. */
final class LateIceServers implements IceServers {
  private volatile IceServers known = NONE;

  void set(IceServers servers) {
    known = servers;
  }

  @Override
  public List<IceServer> forSession(String session) {
    return known.forSession(session);
  }
}
