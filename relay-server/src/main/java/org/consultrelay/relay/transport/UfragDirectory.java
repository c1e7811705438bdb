package org.consultrelay.relay.transport;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which loop an ICE user name fragment lives on: what a connectivity check names when it comes in
 * where its participant is not, by a connection or by a port that loops share. Any thread.
 */
public final class UfragDirectory {
  private final Map<String, Integer> loops = new ConcurrentHashMap<>();

  /** From now on the fragment is known on this loop. */
  void add(String ufrag, int loop) {
    loops.put(ufrag, loop);
  }

  /** The fragment is no longer in use. */
  void remove(String ufrag) {
    loops.remove(ufrag);
  }

  /** The index of the loop that the fragment lives on; -1 when nobody has it. */
  public int loopOf(@Nullable String ufrag) {
    Integer loop = ufrag == null ? null : loops.get(ufrag);
    return loop == null ? -1 : loop;
  }
}
