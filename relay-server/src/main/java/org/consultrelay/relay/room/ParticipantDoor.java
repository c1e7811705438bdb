package org.consultrelay.relay.room;

import java.util.List;
import org.consultrelay.relay.transport.TransportEnd;

/**
 * The signalling of one participant: what the room has to tell them. A participant with a door
 * stays in without a session. All calls come on the room's loop.
 */
public interface ParticipantDoor {
  /** Somebody has come, changed or left: another one who is not hidden, or oneself. */
  void participantChanged(Participant participant);

  /** A track of another participant can be subscribed to, or in other codecs than before. */
  void trackAvailable(Track track);

  /** A track of another participant can be subscribed to no more. */
  void trackUnavailable(Track track);

  /** A publisher lets others subscribe than before. */
  void subscriptionRuleChanged(Participant publisher);

  /** The room's metadata or numbers changed. */
  void roomChanged(Room room);

  /** Who began or stopped speaking, or speaks at another level. */
  void speakersChanged(List<Speaker> speakers);

  /** How good connections are; only those that changed. */
  void qualityChanged(List<ParticipantQuality> qualities);

  /** Somebody other than the participant muted a track of theirs, or ended the muting. */
  void mutedByServer(Track track);

  /** Somebody other than the participant ended a track of theirs. */
  void unpublishedByServer(Track track);

  /** Somebody subscribed to a track of the participant's for the first time. */
  void firstSubscribed(Track track);

  /** Who subscribes to a track of the participant's, or wants how much of it, has changed. */
  void demandChanged(Track track);

  /** What the participant may do has changed. */
  void permissionChanged();

  /** A peer connection of the participant carries media. */
  void sessionConnected(PeerSession session);

  /** A peer connection of the participant is over. */
  void sessionEnded(PeerSession session, TransportEnd reason);

  /** The participant is out; nothing more is told. */
  void removed(DepartureReason reason);
}
