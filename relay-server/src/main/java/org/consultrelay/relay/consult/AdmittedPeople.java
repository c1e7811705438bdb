package org.consultrelay.relay.consult;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.consultrelay.relay.room.Doorkeeper;
import org.consultrelay.relay.room.RoomRefusal;

/**
 * Who may be in the rooms of consultations now. These rooms are told by their names, so that nobody
 * is let into one whose consultation is over either. Any thread.
 */
final class AdmittedPeople implements Doorkeeper {
  /** Stands in the names of consultations' rooms, behind the prefix of the API key. */
  static final String MARK = "consult~";

  /** What follows the mark, in characters. */
  static final int RANDOM = 16;

  private final ConcurrentMap<String, Set<String>> byRoom = new ConcurrentHashMap<>();

  /** Whether the name is one of those that this service gives. */
  static boolean isOurs(String room) {
    int mark = room.length() - RANDOM - MARK.length();
    return mark >= 0 && room.startsWith(MARK, mark);
  }

  void admit(String room, String identity) {
    byRoom.computeIfAbsent(room, _ -> ConcurrentHashMap.newKeySet()).add(identity);
  }

  void refuse(String room, String identity) {
    Set<String> admitted = byRoom.get(room);
    if (admitted != null) {
      admitted.remove(identity);
    }
  }

  void forget(String room) {
    byRoom.remove(room);
  }

  /** How many rooms somebody may be in. */
  int rooms() {
    return byRoom.size();
  }

  @Override
  public Optional<RoomRefusal> mayEnter(String room, String identity) {
    if (!isOurs(room)) {
      return Optional.empty();
    }
    Set<String> admitted = byRoom.get(room);
    return admitted != null && admitted.contains(identity)
        ? Optional.empty()
        : Optional.of(RoomRefusal.NOT_ADMITTED);
  }
}
