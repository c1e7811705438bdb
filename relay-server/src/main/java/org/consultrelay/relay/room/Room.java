package org.consultrelay.relay.room;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.consultrelay.relay.net.TimerWheel;
import org.jspecify.annotations.Nullable;

/** One consultation: who is in it. Everything of a room happens on its loop. */
public final class Room {
  private final String name;
  private final RoomLoop loop;
  private final Rooms rooms;
  private final Map<String, Participant> participants = new LinkedHashMap<>();
  private final TimerWheel.Timer departure =
      new TimerWheel.Timer() {
        @Override
        protected void onTimer(long nowNanos) {
          close();
        }
      };
  private boolean closed;

  Room(String name, RoomLoop loop, Rooms rooms) {
    this.name = name;
    this.loop = loop;
    this.rooms = rooms;
  }

  /** The room's name. */
  public String name() {
    return name;
  }

  /** Where the room lives. */
  public RoomLoop loop() {
    return loop;
  }

  /** Who is in, in the order of their coming. */
  public Collection<Participant> participants() {
    return participants.values();
  }

  /** Somebody by identity, or null. */
  public @Nullable Participant participant(String identity) {
    return participants.get(identity);
  }

  /** Lets somebody in, or finds them if they are in. */
  public RoomResult<Participant> join(String identity, String displayName) {
    Participant present = participants.get(identity);
    if (present != null) {
      return new RoomResult.Done<>(present);
    }
    if (participants.size() >= rooms.limits().maxParticipantsPerRoom()) {
      return new RoomResult.Refused<>(RoomRefusal.ROOM_FULL);
    }
    if (!rooms.admitParticipant()) {
      return new RoomResult.Refused<>(RoomRefusal.RELAY_FULL);
    }
    Participant participant = new Participant(this, identity, displayName, rooms.randomName());
    participants.put(identity, participant);
    loop.joined();
    loop.timers().cancel(departure);
    events().participantJoined(participant);
    return new RoomResult.Done<>(participant);
  }

  /** Out, if they have no session (any more). */
  public void leave(Participant participant) {
    if (!participant.sessions().isEmpty()
        || participants.get(participant.identity()) != participant) {
      return;
    }
    participants.remove(participant.identity());
    loop.left();
    rooms.participantLeft();
    events().participantLeft(participant);
    waitForSomebody();
  }

  /** An empty room goes when nobody comes for a while. */
  void waitForSomebody() {
    if (participants.isEmpty() && !closed && !departure.isScheduled()) {
      loop.timers()
          .schedule(departure, loop.nowNanos() + rooms.limits().departureTimeout().toNanos());
    }
  }

  void endPlayersOf(PeerSession publisher) {
    for (Participant participant : List.copyOf(participants.values())) {
      for (PeerSession session : participant.sessions()) {
        if (session.playing() == publisher) {
          session.close();
        }
      }
    }
  }

  boolean isClosed() {
    return closed;
  }

  /** Ends everything in the room, and the room. */
  void close() {
    if (closed) {
      return;
    }
    closed = true;
    loop.timers().cancel(departure);
    for (Participant participant : List.copyOf(participants.values())) {
      for (PeerSession session : participant.sessions()) {
        session.close();
      }
      leave(participant);
    }
    rooms.closed(this);
  }

  Rooms rooms() {
    return rooms;
  }

  RoomEvents events() {
    return rooms.events();
  }
}
