package org.consultrelay.relay.room;

import java.util.ArrayList;
import java.util.List;
import org.consultrelay.relay.transport.TransportEnd;
import org.jspecify.annotations.Nullable;

/** Somebody in a room, under an identity that is theirs alone there. On the room's loop. */
public final class Participant {
  private final Room room;
  private final String identity;
  private final String name;
  private final String cname;
  private final List<PeerSession> sessions = new ArrayList<>();

  Participant(Room room, String identity, String name, String cname) {
    this.room = room;
    this.identity = identity;
    this.name = name;
    this.cname = cname;
  }

  /** Where they are. */
  public Room room() {
    return room;
  }

  /** Who they are, as their token says. */
  public String identity() {
    return identity;
  }

  /** What they are called; may be empty. */
  public String name() {
    return name;
  }

  /** The canonical name of all that they send (RFC 7022): random, the same for all their tracks. */
  public String cname() {
    return cname;
  }

  /** Their peer connections. */
  public List<PeerSession> sessions() {
    return List.copyOf(sessions);
  }

  /** A new peer connection, unless there are too many. */
  public RoomResult<PeerSession> openSession() {
    if (sessions.size() >= mostSessions()) {
      return new RoomResult.Refused<>(RoomRefusal.TOO_MANY_SESSIONS);
    }
    PeerSession session = new PeerSession(room.rooms().randomName(), this);
    sessions.add(session);
    room.rooms().opened(session);
    return new RoomResult.Done<>(session);
  }

  /** One for everybody in a full room, and as many again that are about to be replaced. */
  private int mostSessions() {
    return 2 * room.rooms().limits().maxParticipantsPerRoom() + 2;
  }

  /** The connection that publishes, or null. */
  public @Nullable PeerSession publishing() {
    for (PeerSession session : sessions) {
      if (!session.tracks().isEmpty()) {
        return session;
      }
    }
    return null;
  }

  void remove(PeerSession session, TransportEnd reason) {
    if (sessions.remove(session)) {
      room.rooms().ended(session, reason);
      room.endPlayersOf(session);
      if (sessions.isEmpty()) {
        room.leave(this);
      }
    }
  }
}
