package org.consultrelay.relay.signal.livekit.webhook;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import livekit.LivekitModels;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.TrackInfo;
import org.consultrelay.relay.room.Participant;
import org.consultrelay.relay.room.PeerSession;
import org.consultrelay.relay.room.Room;
import org.consultrelay.relay.room.RoomEvents;
import org.consultrelay.relay.room.Track;
import org.consultrelay.relay.signal.livekit.Infos;
import org.consultrelay.relay.transport.TransportEnd;
import org.jspecify.annotations.Nullable;

/**
 * Makes events of what happens in rooms. Tracks are told of once their participant has joined, so
 * that a receiver knows whose they are. On the loops of the rooms.
 */
final class WebhookSource implements RoomEvents {
  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  private static final int ID_LETTERS = 16;

  private final Consumer<WebhookEvent> events;
  private final InstantSource clock;
  private final SecureRandom random;
  private final Set<Participant> active = ConcurrentHashMap.newKeySet();

  /**
   * A source that nothing has come from.
   *
   * @param events takes them, on the loops: it must not block
   */
  WebhookSource(Consumer<WebhookEvent> events, InstantSource clock, SecureRandom random) {
    this.events = events;
    this.clock = clock;
    this.random = random;
  }

  @Override
  public void roomOpened(Room room) {
    tell(EventName.ROOM_STARTED, Infos.room(room), null, null);
  }

  @Override
  public void roomClosed(Room room) {
    tell(EventName.ROOM_FINISHED, Infos.room(room), null, null);
  }

  @Override
  public void participantJoined(Participant participant) {}

  @Override
  public void participantActive(Participant participant) {
    active.add(participant);
    tell(
        EventName.PARTICIPANT_JOINED,
        Infos.room(participant.room()),
        Infos.participant(participant),
        null);
    for (Track track : participant.tracks()) {
      if (track.isAvailable()) {
        tell(EventName.TRACK_PUBLISHED, track);
      }
    }
  }

  @Override
  public void trackPublished(Track track) {
    if (active.contains(track.participant())) {
      tell(EventName.TRACK_PUBLISHED, track);
    }
  }

  @Override
  public void trackUnpublished(Track track) {
    if (active.contains(track.participant())) {
      tell(EventName.TRACK_UNPUBLISHED, track);
    }
  }

  @Override
  public void participantLeft(Participant participant) {
    tell(
        active.remove(participant)
            ? EventName.PARTICIPANT_LEFT
            : EventName.PARTICIPANT_CONNECTION_ABORTED,
        Infos.room(participant.room()),
        Infos.participant(participant),
        null);
  }

  @Override
  public void sessionOpened(PeerSession session) {}

  @Override
  public void sessionConnected(PeerSession session) {}

  @Override
  public void sessionEnded(PeerSession session, TransportEnd reason) {}

  /** With no more of room and participant than tells which they are. */
  private void tell(EventName name, Track track) {
    Participant participant = track.participant();
    Room room = participant.room();
    tell(
        name,
        LivekitModels.Room.newBuilder().setSid(room.sid()).setName(room.name()).build(),
        ParticipantInfo.newBuilder()
            .setSid(participant.sid())
            .setIdentity(participant.identity())
            .build(),
        Infos.track(track));
  }

  private void tell(
      EventName name,
      LivekitModels.Room room,
      @Nullable ParticipantInfo participant,
      @Nullable TrackInfo track) {
    events.accept(new WebhookEvent(id(random), name, clock.millis(), room, participant, track));
  }

  /** A fresh identifier of an event. */
  static String id(SecureRandom random) {
    StringBuilder id = new StringBuilder("EV_");
    for (int i = 0; i < ID_LETTERS; i++) {
      id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return id.toString();
  }
}
