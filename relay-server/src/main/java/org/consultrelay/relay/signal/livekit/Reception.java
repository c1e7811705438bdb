package org.consultrelay.relay.signal.livekit;

import org.consultrelay.relay.room.ParticipantDoor;
import org.consultrelay.relay.room.PeerSession;
import org.consultrelay.relay.room.Track;

/**
 * What a client is sent of others' tracks, as it changes: what it may have no more is dropped, what
 * it cannot decode is sent otherwise or not at all. On the room's loop.
 */
final class Reception {
  private final LiveKitSession session;
  private final BackupCodecs backups;

  Reception(LiveKitSession session, BackupCodecs backups) {
    this.session = session;
    this.backups = backups;
  }

  /** Offer and answer are through: what came of them is made known, what is left is begun. */
  void applied(PeerSession carrier) {
    for (PeerSession.Played played : carrier.played().values()) {
      session.videos().apply(played);
      ParticipantDoor publisher = played.track().participant().door();
      if (played.track().firstSubscribed() && publisher != null) {
        publisher.firstSubscribed(played.track());
      }
    }
    session.settle();
  }

  /** The client cannot decode a track as it was to be sent. */
  void cannotDecode(Slot slot) {
    if (slot.coding().isBackup() || !backups.ask(slot.track())) {
      backups.forget(slot.track());
      session.wishes().fail(slot.track());
      session.send(TrackMessages.cannotDecode(slot.track()));
    }
    session.settle();
  }

  /** A track is to be had no more. */
  void gone(Track track) {
    session.wishes().forget(track);
    backups.forget(track);
    session.outbox().forget(track);
    session.downlink().drop(track);
    session.settle();
  }

  /** Drops the tracks of a list that the client does not want or may not have. */
  void drop(Iterable<Track> tracks) {
    for (Track track : tracks) {
      if (!session.wishes().includes(track)) {
        session.downlink().drop(track);
      }
      if (!session.wishes().wants(track)) {
        backups.forget(track);
      }
    }
    wishesChanged();
  }

  /** The client wants others than before, or may have others. */
  void wishesChanged() {
    backups.forgetUnwanted();
    session.settle();
  }

  /** Drops of all that is sent what the client may not have any more. */
  void dropForbidden() {
    PeerSession carrier = session.downlink().session();
    if (carrier != null) {
      for (PeerSession.Played played : carrier.played().values()) {
        if (!session.wishes().includes(played.track())) {
          session.downlink().drop(played.track());
        }
      }
    }
    wishesChanged();
  }
}
