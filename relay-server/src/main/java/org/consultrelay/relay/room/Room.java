package org.consultrelay.relay.room;

import java.time.Duration;
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
  /** Of messages that may come twice. */
  private static final int MOST_RECENT = 1_024;

  private final String name;
  private final String sid;
  private final RoomLoop loop;
  private final Rooms rooms;
  private final @Nullable Tenant tenant;
  private final long createdAtMillis = System.currentTimeMillis();
  private final Map<String, Participant> participants = new LinkedHashMap<>();
  private final Audience audience = new Audience(participants.values());
  private final TimerWheel.Timer departure =
      new TimerWheel.Timer() {
        @Override
        protected void onTimer(long nowNanos) {
          close(DepartureReason.ROOM_DELETED);
        }
      };
  private final Speakers speakers = new Speakers(this);
  private final ConnectionQualities qualities = new ConnectionQualities(this);
  private final Recent recent = new Recent(MOST_RECENT);
  private RoomSettings settings = RoomSettings.USUAL;
  private String metadata = "";
  private int audioTracks;
  private boolean reserved;
  private boolean announced;
  private boolean closed;

  Room(String name, RoomLoop loop, Rooms rooms, @Nullable Tenant tenant) {
    this.name = name;
    this.sid = rooms.names().sid("RM_");
    this.loop = loop;
    this.rooms = rooms;
    this.tenant = tenant;
  }

  /** The room's name. */
  public String name() {
    return name;
  }

  /** Our name for it: another one each time that a room of its name is made. */
  public String sid() {
    return sid;
  }

  /** Whose it is; null when nobody's. */
  public @Nullable Tenant tenant() {
    return tenant;
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

  /** How many and how long, for all rooms. */
  public RoomLimits limits() {
    return rooms.limits();
  }

  /** How long it waits for its first participant once it was {@link #reserve reserved}. */
  public Duration emptyTimeout() {
    Duration own = settings.emptyTimeout();
    return own == null ? rooms.limits().emptyTimeout() : own;
  }

  /** How long it outlives its last participant. */
  public Duration departureTimeout() {
    Duration own = settings.departureTimeout();
    return own == null ? rooms.limits().departureTimeout() : own;
  }

  /** The most participants that it may have. */
  public int maxParticipants() {
    int most = rooms.limits().maxParticipantsPerRoom();
    return settings.maxParticipants() == 0 ? most : Math.min(most, settings.maxParticipants());
  }

  /** Makes it other than all rooms. Who says so first decides: after that this changes nothing. */
  public void configure(RoomSettings wanted) {
    if (settings.equals(RoomSettings.USUAL) && !settings.equals(wanted)) {
      settings = wanted;
      if (metadata.isEmpty()) {
        describe(wanted.metadata());
      }
    }
  }

  /**
   * What a join says of a room that it makes; where somebody is or is awaited it stays as it is.
   */
  public void begin(RoomSettings wanted) {
    if (participants.isEmpty() && !reserved) {
      configure(wanted);
    }
  }

  /** While it is empty it waits for somebody, from now for the empty timeout. */
  public void reserve() {
    if (participants.isEmpty() && !closed) {
      reserved = true;
      loop.timers().cancel(departure);
      waitForSomebody();
    }
  }

  /**
   * Notes that something of this name is done in the room.
   *
   * @param name as whoever asks for it calls it; at most 256 characters
   * @return false when it is among the last 1,024 already
   */
  public boolean isFirst(String name) {
    return recent.add(name);
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
    if (participants.size() >= maxParticipants()) {
      return rooms.places().refused(RoomRefusal.ROOM_FULL, tenant);
    }
    RoomRefusal refusal = rooms.places().takeParticipant(this, replaces);
    if (refusal != null) {
      return rooms.places().refused(refusal, tenant);
    }
    Participant participant = new Participant(this, profile);
    participants.put(participant.identity(), participant);
    limitAudio();
    reserved = false;
    loop.joined();
    loop.timers().cancel(departure);
    events().participantJoined(participant);
    audience.changed(participant);
    changed();
    return new RoomResult.Done<>(participant);
  }

  /** How many audio tracks at a time anybody is sent; 0 for all. */
  int audioTracks() {
    return audioTracks;
  }

  private void limitAudio() {
    int most = limits().audioTracks(participants.size());
    if (most != audioTracks) {
      audioTracks = most;
      for (Participant each : participants.values()) {
        each.sessions().forEach(session -> session.transport().media().limitAudio(most));
      }
    }
  }

  /** Puts somebody out. */
  void depart(Participant participant, DepartureReason reason) {
    if (!participants.remove(participant.identity(), participant)) {
      return;
    }
    limitAudio();
    speakers.left(participant);
    qualities.left(participant);
    participant.close(reason);
    loop.left();
    rooms.places().freeParticipant(this);
    events().participantLeft(participant);
    audience.changed(participant);
    changed();
    waitForSomebody();
  }

  /** The room's metadata or numbers changed. */
  void changed() {
    audience.tell(door -> door.roomChanged(this));
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

  /** Who is told what happens. */
  Audience audience() {
    return audience;
  }

  /** Tells all who have a door. */
  public void tell(Consumer<ParticipantDoor> message) {
    audience.tell(message);
  }

  /** An empty room goes when nobody comes for a while. */
  void waitForSomebody() {
    if (participants.isEmpty() && !closed && !departure.isScheduled()) {
      Duration patience = reserved ? emptyTimeout() : departureTimeout();
      loop.timers().schedule(departure, loop.nowNanos() + patience.toNanos());
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

  /** Has everybody hear of it who hears of rooms: once, before anything else that it does. */
  void announce() {
    if (!announced && !closed) {
      announced = true;
      events().roomOpened(this);
    }
  }

  /** Whether somebody has heard of it. */
  boolean isAnnounced() {
    return announced;
  }

  /**
   * Ends the sessions that play what they may play no more; what is left may be asked for again.
   */
  void endPlayersNotLet() {
    for (Participant participant : List.copyOf(participants.values())) {
      for (PeerSession session : participant.sessions()) {
        if (session.playing() != null && !session.isLetPlay()) {
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
