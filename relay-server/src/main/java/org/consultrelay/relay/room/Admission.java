package org.consultrelay.relay.room;

import org.jspecify.annotations.Nullable;

/**
 * Says who is let in now, by how the relay is doing. Numbers ({@link RoomLimits}) are looked at
 * apart from it. Any thread; asked for each join, so it looks at what is known and measures
 * nothing.
 */
public interface Admission {
  /** Lets everybody in. */
  Admission OPEN =
      new Admission() {
        @Override
        public @Nullable RoomRefusal room(boolean urgent) {
          return null;
        }

        @Override
        public @Nullable RoomRefusal participant(RoomLoop loop) {
          return null;
        }
      };

  /**
   * Why no new room may be made, or null when it may.
   *
   * @param urgent whether it is one of those that a share is kept for
   */
  @Nullable RoomRefusal room(boolean urgent);

  /**
   * Why nobody else may come into rooms that exist, or null when they may.
   *
   * @param loop where the room lives
   */
  @Nullable RoomRefusal participant(RoomLoop loop);
}
