package org.consultrelay.relay.room;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.consultrelay.relay.transport.TransportEnd;
import org.jspecify.annotations.Nullable;

/** Somebody in a room, under an identity that is theirs alone there. On the room's loop. */
public final class Participant {
  private final Room room;
  private final String sid;
  private final String identity;
  private final String cname;
  private final ParticipantKind kind;
  private final long joinedAtMillis;
  private final List<PeerSession> sessions = new ArrayList<>();
  private final Map<String, Track> tracks = new LinkedHashMap<>();
  private String name;
  private String metadata;
  private Map<String, String> attributes;
  private Permission permission;
  private boolean moderated;
  private ParticipantState state = ParticipantState.JOINING;
  private SubscriptionRule rule = SubscriptionRule.EVERYBODY;
  private int version = 1;
  private @Nullable ParticipantDoor door;
  private @Nullable DepartureReason departure;

  Participant(Room room, ParticipantProfile profile) {
    this.room = room;
    this.sid = room.rooms().names().sid("PA_");
    this.identity = profile.identity();
    this.name = profile.name();
    this.metadata = profile.metadata();
    this.attributes = profile.attributes();
    this.kind = profile.kind();
    this.permission = profile.permission();
    this.cname = room.rooms().names().word();
    this.joinedAtMillis = System.currentTimeMillis();
  }

  /** Where they are. */
  public Room room() {
    return room;
  }

  /** Our name for them: another one each time they come. */
  public String sid() {
    return sid;
  }

  /** Who they are, as their token says. */
  public String identity() {
    return identity;
  }

  /** What they are called; may be empty. */
  public String name() {
    return name;
  }

  /** For the applications; may be empty. */
  public String metadata() {
    return metadata;
  }

  /** For the applications, by name. */
  public Map<String, String> attributes() {
    return attributes;
  }

  /** What sort of participant. */
  public ParticipantKind kind() {
    return kind;
  }

  /** What they may do. */
  public Permission permission() {
    return permission;
  }

  /** How far they have come. */
  public ParticipantState state() {
    return state;
  }

  /** One higher with every change that others are told of. */
  public int version() {
    return version;
  }

  /** When they came, in milliseconds since 1970. */
  public long joinedAtMillis() {
    return joinedAtMillis;
  }

  /** The canonical name of all that they send (RFC 7022): random, the same for all their tracks. */
  public String cname() {
    return cname;
  }

  /** Why they are out, or null while they are in. */
  public @Nullable DepartureReason departure() {
    return departure;
  }

  /** Their peer connections. */
  public List<PeerSession> sessions() {
    return List.copyOf(sessions);
  }

  /** Their tracks, in the order of their announcing. */
  public List<Track> tracks() {
    return List.copyOf(tracks.values());
  }

  /** A track of theirs, or null. */
  public @Nullable Track track(String trackSid) {
    return tracks.get(trackSid);
  }

  /** Their signalling, or null when they have none that lasts. */
  public @Nullable ParticipantDoor door() {
    return door;
  }

  /** Gives them signalling, which keeps them in until they are removed. */
  public void attach(ParticipantDoor signalling) {
    door = signalling;
    room.attached();
  }

  /** Whom they let subscribe to their tracks. */
  public SubscriptionRule subscriptionRule() {
    return rule;
  }

  /** Lets others subscribe than before. */
  public void allow(SubscriptionRule changed) {
    rule = changed;
    room.audience().tellOthers(this, other -> other.subscriptionRuleChanged(this));
    room.endPlayersNotLet();
  }

  /** Whether somebody may receive a track of theirs. */
  public boolean lets(Participant subscriber, Track track) {
    return subscriber != this
        && !permission.hidden()
        && subscriber.permission.canSubscribe()
        && rule.allows(subscriber, track);
  }

  /**
   * Whether somebody whose token allows to play may play a track of theirs: they themselves as
   * well.
   */
  public boolean letsPlay(Participant player, Track track) {
    return player.mayStillPlay()
        && (player == this || (!permission.hidden() && rule.allows(player, track)));
  }

  /**
   * Whether they may publish what a token of theirs allows: those who come by offers alone may have
   * one token for publishing and one for playing, but what was taken from them holds for all.
   */
  public boolean mayStillPublish(TrackSource source) {
    return !moderated || permission.mayPublish(source);
  }

  /** The same, for anything at all. */
  public boolean mayStillPublish() {
    return !moderated || permission.mayPublish();
  }

  /** Whether they may play what a token of theirs allows. */
  boolean mayStillPlay() {
    return !moderated || permission.canSubscribe();
  }

  /** They have come further; a state that is behind the present one changes nothing. */
  public void advance(ParticipantState reached) {
    if (reached.compareTo(state) > 0) {
      state = reached;
      changed();
      if (reached == ParticipantState.ACTIVE) {
        room.events().participantActive(this);
      }
    }
  }

  /** Changes what is known of them; everybody hears. */
  public void describe(String newName, String newMetadata, Map<String, String> newAttributes) {
    name = newName;
    metadata = newMetadata;
    attributes = Map.copyOf(newAttributes);
    changed();
  }

  /** Changes what they may do: tracks that are allowed no more end. */
  public void permit(Permission changed) {
    permission = changed;
    moderated = true;
    for (Track track : tracks()) {
      if (!changed.mayPublish(track.details().source())) {
        unpublishByServer(track);
      }
    }
    // Sessions that do nothing but play; the others are the doors'.
    room.endPlayersNotLet();
    changed();
    if (door != null) {
      door.permissionChanged();
    }
    room.changed();
  }

  /** Announces a track. It becomes available once its media is negotiated. */
  public Track announce(String cid, TrackDetails details, boolean muted) {
    Track track =
        new Track(room.rooms().names().sid(trackPrefix(details)), cid, this, details, muted);
    tracks.put(track.sid(), track);
    changed();
    return track;
  }

  /** The letters that clients' tools show: A or V, and one for the source. */
  private static String trackPrefix(TrackDetails details) {
    return switch (details.source()) {
      case CAMERA -> "TR_VC";
      case MICROPHONE -> "TR_AM";
      case SCREEN_SHARE -> "TR_VS";
      case SCREEN_SHARE_AUDIO -> "TR_AS";
      case UNKNOWN ->
          details.kind() == org.consultrelay.relay.rtp.MediaKind.AUDIO ? "TR_A" : "TR_V";
    };
  }

  /** Ends a track. */
  public void unpublish(Track track) {
    if (track.isBackup()) {
      if (track.primary().backup() == track) {
        track.primary().withdrawBackup();
      } else {
        track.unavailable();
      }
      return;
    }
    if (tracks.remove(track.sid(), track)) {
      track.withdrawBackup();
      track.unavailable();
      changed();
      room.changed();
    }
  }

  /** Ends a track against its publisher's will, and tells them. */
  public void unpublishByServer(Track track) {
    unpublish(track);
    if (door != null) {
      door.unpublishedByServer(track);
    }
  }

  /**
   * Mutes a track against its publisher's will, and tells them. Nothing of it is heard or seen from
   * now on, whether they go along or not, until they themselves unmute it.
   */
  public void muteByServer(Track track) {
    track.hold(true);
    track.mute(true);
    if (door != null) {
      door.mutedByServer(track);
    }
  }

  /** Puts them out. */
  public void remove(DepartureReason reason) {
    room.depart(this, reason);
  }

  /** A new peer connection, unless there are too many. */
  public RoomResult<PeerSession> openSession() {
    if (sessions.size() >= mostSessions()) {
      return new RoomResult.Refused<>(RoomRefusal.TOO_MANY_SESSIONS);
    }
    PeerSession session = new PeerSession(room.rooms().names().word(), this);
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

  void changed() {
    version++;
    room.audience().changed(this);
  }

  /** Who subscribes to a track of theirs, or wants how much of it, has changed. */
  void demandChanged(Track track) {
    ParticipantDoor open = door;
    if (open != null) {
      open.demandChanged(track);
    }
  }

  void available(Track track) {
    changed();
    room.audience().tellOthers(this, other -> other.trackAvailable(track.primary()));
    if (track.isBackup()) {
      demandChanged(track.primary());
      return;
    }
    room.events().trackPublished(track);
    room.changed();
  }

  void unavailable(Track track) {
    if (track.isBackup()) {
      changed();
      // Whoever was sent it is to be sent something else, or nothing.
      room.audience().tellOthers(this, other -> other.trackAvailable(track.primary()));
      return;
    }
    room.audience().tellOthers(this, other -> other.trackUnavailable(track));
    room.events().trackUnpublished(track);
  }

  void connected(PeerSession session) {
    if (door == null) {
      advance(ParticipantState.ACTIVE);
    } else {
      door.sessionConnected(session);
    }
  }

  void ended(PeerSession session, TransportEnd reason) {
    if (!sessions.remove(session)) {
      return;
    }
    for (Track track : session.tracks()) {
      unpublish(track);
    }
    room.rooms().ended(session, reason);
    room.endPlayersOf(session);
    if (departure != null) {
      return;
    }
    if (door != null) {
      door.sessionEnded(session, reason);
    } else if (sessions.isEmpty()) {
      remove(DepartureReason.LEFT);
    }
  }

  /** What is left of them ends. The room has forgotten them already. */
  void close(DepartureReason reason) {
    departure = reason;
    state = ParticipantState.DISCONNECTED;
    ParticipantDoor signalling = door;
    door = null;
    if (signalling != null) {
      signalling.removed(reason);
    }
    for (PeerSession session : sessions()) {
      session.close();
    }
    tracks().forEach(this::unpublish);
    version++;
  }
}
