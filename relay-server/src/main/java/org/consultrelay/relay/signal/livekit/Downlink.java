package org.consultrelay.relay.signal.livekit;

import java.util.Map;
import org.consultrelay.relay.room.PeerSession;
import org.consultrelay.relay.room.Track;
import org.jspecify.annotations.Nullable;

/** How the tracks of others reach a participant; the two generations differ here. */
interface Downlink {
  /** The peer connection that carries them, or null before there is one. */
  @Nullable PeerSession session();

  /** Brings what is sent into line with what is wanted, as far as can be done now. */
  void settle();

  /** A track is not to be sent any more, from now on. */
  void drop(Track track);

  /** The signalling was replaced: what was asked of the client may never have arrived. */
  void resumed();

  /** The section of each track that is sent, by {@code a=mid}. */
  Map<String, String> trackIds();
}
