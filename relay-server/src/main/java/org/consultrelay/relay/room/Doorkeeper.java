package org.consultrelay.relay.room;

import java.util.Optional;

/**
 * Says who may be in which room besides what tokens say. It is asked at every door, again and
 * again, and what it says holds from then on: whoever it refuses is not let in, whatever their
 * token. Any thread; it must not block.
 */
@FunctionalInterface
public interface Doorkeeper {
  /** Leaves it to the tokens. */
  Doorkeeper OPEN = (room, identity) -> Optional.empty();

  /**
   * Why somebody may not be in a room now, if so.
   *
   * @param room its name, whether it is there or not
   * @param identity as their token says
   */
  Optional<RoomRefusal> mayEnter(String room, String identity);
}
