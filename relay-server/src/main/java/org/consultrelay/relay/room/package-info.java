/**
 * Rooms, participants and their sessions: the model that every front door shares. A room lives on
 * one loop, and everything in it is touched there alone; {@link org.consultrelay.relay.room.Rooms}
 * is the one thing here that any thread may use.
 */
@NullMarked
package org.consultrelay.relay.room;

import org.jspecify.annotations.NullMarked;
