package org.consultrelay.relay.room;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.consultrelay.relay.net.TimerWheel;
import org.jspecify.annotations.Nullable;

/** One consultation: who is in it. Everything of a room happens on its loop. */
public final class Room {
  private final String name;
  private final String sid;
  private final RoomLoop loop;
  private final Rooms rooms;
  private final long createdAtMillis = System.currentTimeMillis();
  private final Map<String, Participant> participants = new LinkedHashMap<>();
  private final TimerWheel.Timer departure =
      new TimerWheel.Timer() {
        @Override
        protected void onTimer(long nowNanos) {
          close(DepartureReason.ROOM_DELETED);
        }
      };
  private final Speakers speakers = new Speakers(this);
  private final ConnectionQualities qualities = new ConnectionQualities(this);
  private String metadata = "";
  private boolean closed;

  Room(String name, RoomLoop loop, Rooms rooms) {
    this.name = name;
    this.sid = rooms.randomSid("RM_");
    this.loop = loop;
    this.rooms = rooms;
  }

  /** The room's name. */
  public String name() {
    return name;
  }

  /** Our name for it: another one each time that a room of its name is made. */
  public String sid() {
    return sid;
  }

  /** Where the room lives. */
  public RoomLoop loop() {
    return loop;
  }

  /** When it was made, in milliseconds since 1970. */
  public long createdAtMillis() {
    return createdAtMillis;
  }

  /** For the applications; may be empty. */
  public String metadata() {
    return metadata;
  }

  /** Changes the metadata; everybody hears. */
  public void describe(String changed) {
    if (!metadata.equals(changed)) {
      metadata = changed;
      changed();
    }
  }

  /** How many and how long, for this room as for all. */
  public RoomLimits limits() {
    return rooms.limits();
  }

  /** Who is in, in the order of their coming. */
  public Collection<Participant> participants() {
    return participants.values();
  }

  /** How many are in that are not hidden. */
  public int visibleParticipants() {
    return (int) participants.values().stream().filter(p -> !p.permission().hidden()).count();
  }

  /** How many publish. */
  public int publishers() {
    return (int) participants.values().stream().filter(p -> p.publishing() != null).count();
  }

  /** Whether somebody is in who records. */
  public boolean isRecorded() {
    return participants.values().stream().anyMatch(p -> p.permission().recorder());
  }

  /** Somebody by identity, or null. */
  public @Nullable Participant participant(String identity) {
    return participants.get(identity);
  }

  /** A track of anybody's, or null. */
  public @Nullable Track track(String trackSid) {
    for (Participant participant : participants.values()) {
      Track track = participant.track(trackSid);
      if (track != null) {
        return track;
      }
    }
    return null;
  }

  /** Lets somebody in, or finds them if they are in. */
  public RoomResult<Participant> join(ParticipantProfile profile) {
    Optional<RoomRefusal> closed = rooms.closedTo(name, profile.identity());
    if (closed.isPresent()) {
      return rooms.refused(closed.get());
    }
    Participant present = participants.get(profile.identity());
    return present != null ? new RoomResult.Done<>(present) : add(profile, false);
  }

  /** Lets somebody in anew, in the place of whoever is in under their identity. */
  public RoomResult<Participant> enter(ParticipantProfile profile) {
    Optional<RoomRefusal> closed = rooms.closedTo(name, profile.identity());
    if (closed.isPresent()) {
      return rooms.refused(closed.get());
    }
    Participant present = participants.get(profile.identity());
    if (present != null) {
      depart(present, DepartureReason.DUPLICATE_IDENTITY);
    }
    return add(profile, present != null);
  }

  private RoomResult<Participant> add(ParticipantProfile profile, boolean replaces) {
    if (participants.size() >= rooms.limits().maxParticipantsPerRoom()) {
      return rooms.refused(RoomRefusal.ROOM_FULL);
    }
    RoomRefusal refusal = rooms.admitParticipant(loop, replaces);
    if (refusal != null) {
      return rooms.refused(refusal);
    }
    Participant participant = new Participant(this, profile);
    participants.put(participant.identity(), participant);
    loop.joined();
    loop.timers().cancel(departure);
    events().participantJoined(participant);
    changed(participant);
    changed();
    return new RoomResult.Done<>(participant);
  }

  /** Puts somebody out. */
  void depart(Participant participant, DepartureReason reason) {
    if (!participants.remove(participant.identity(), participant)) {
      return;
    }
    speakers.left(participant);
    qualities.left(participant);
    participant.close(reason);
    loop.left();
    rooms.participantLeft();
    events().participantLeft(participant);
    changed(participant);
    changed();
    waitForSomebody();
  }

  /** Something of a participant changed: everybody hears who may know of them. */
  void changed(Participant participant) {
    for (Participant each : List.copyOf(participants.values())) {
      ParticipantDoor door = each.door();
      if (door != null && (each == participant || !participant.permission().hidden())) {
        door.participantChanged(participant);
      }
    }
  }

  /** The room's metadata or numbers changed. */
  void changed() {
    tell(door -> door.roomChanged(this));
  }

  /** Who speaks now. */
  public List<Speaker> speakers() {
    return speakers.active();
  }

  /** Whether a participant speaks now. */
  public boolean isSpeaking(Participant participant) {
    return speakers.isActive(participant);
  }

  /** Somebody has signalling and wants to know what is measured. */
  void attached() {
    speakers.start();
    qualities.start();
  }

  boolean hasDoors() {
    for (Participant each : participants.values()) {
      if (each.door() != null) {
        return true;
      }
    }
    return false;
  }

  /** Tells all who have a door. */
  public void tell(Consumer<ParticipantDoor> message) {
    for (Participant each : List.copyOf(participants.values())) {
      ParticipantDoor door = each.door();
      if (door != null) {
        message.accept(door);
      }
    }
  }

  /** Tells all others who have a door. */
  void tellOthers(Participant self, Consumer<ParticipantDoor> message) {
    for (Participant each : List.copyOf(participants.values())) {
      ParticipantDoor door = each.door();
      if (each != self && door != null) {
        message.accept(door);
      }
    }
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
  public void close(DepartureReason reason) {
    if (closed) {
      return;
    }
    closed = true;
    loop.timers().cancel(departure);
    for (Participant participant : List.copyOf(participants.values())) {
      depart(participant, reason);
    }
    speakers.stop();
    qualities.stop();
    rooms.closed(this);
  }

  Rooms rooms() {
    return rooms;
  }

  RoomEvents events() {
    return rooms.events();
  }
}
