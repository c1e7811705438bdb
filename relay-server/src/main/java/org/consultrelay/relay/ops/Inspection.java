package org.consultrelay.relay.ops;

import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** Looks into rooms. Not on a loop: it waits for loops to answer. */
public interface Inspection {
  /**
   * A page of all rooms.
   *
   * @param page 0 for the first
   */
  JsonObject rooms(int page);

  /**
   * A page of who is in a room; empty when there is no such room.
   *
   * @param room its sid, or the hash of its name
   * @param page 0 for the first
   */
  Optional<JsonObject> room(String room, int page);

  /**
   * A connection; empty when there is none.
   *
   * @param beginning of its id, as in the log
   */
  Optional<JsonObject> session(String beginning);
}
