package org.consultrelay.relay.room;

import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/** Those in a room who have a door, and so are told what happens there. On the room's loop. */
final class Audience {
  private final Collection<Participant> participants;

  /** Of whoever is in, as they come and go. */
  Audience(Collection<Participant> participants) {
    this.participants = participants;
  }

  /** Whether nobody would hear anything. */
  boolean isEmpty() {
    for (Participant each : participants) {
      if (each.door() != null) {
        return false;
      }
    }
    return true;
  }

  /** Tells all. */
  void tell(Consumer<ParticipantDoor> message) {
    for (Participant each : List.copyOf(participants)) {
      ParticipantDoor door = each.door();
      if (door != null) {
        message.accept(door);
      }
    }
  }

  /** Tells all others. */
  void tellOthers(Participant self, Consumer<ParticipantDoor> message) {
    for (Participant each : List.copyOf(participants)) {
      ParticipantDoor door = each.door();
      if (each != self && door != null) {
        message.accept(door);
      }
    }
  }

  /** Something of a participant changed: everybody hears who may know of them. */
  void changed(Participant participant) {
    for (Participant each : List.copyOf(participants)) {
      ParticipantDoor door = each.door();
      if (door != null && (each == participant || !participant.permission().hidden())) {
        door.participantChanged(participant);
      }
    }
  }
}
