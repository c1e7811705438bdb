package org.consultrelay.relay.room;

import java.util.List;
import java.util.function.Consumer;
import org.consultrelay.relay.transport.TransportEnd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Several who hear what happens in rooms, in their order; one that fails does not hurt others. */
public final class RoomEventsOf implements RoomEvents {
  private static final Logger LOG = LoggerFactory.getLogger(RoomEventsOf.class);

  private final List<RoomEvents> all;

  /** All of these. */
  public RoomEventsOf(List<RoomEvents> all) {
    this.all = List.copyOf(all);
  }

  private void tell(Consumer<RoomEvents> what) {
    for (RoomEvents each : all) {
      try {
        what.accept(each);
      } catch (RuntimeException e) {
        LOG.error("{} fails to hear of a room", each.getClass().getSimpleName(), e);
      }
    }
  }

  @Override
  public void roomOpened(Room room) {
    tell(each -> each.roomOpened(room));
  }

  @Override
  public void roomClosed(Room room) {
    tell(each -> each.roomClosed(room));
  }

  @Override
  public void participantJoined(Participant participant) {
    tell(each -> each.participantJoined(participant));
  }

  @Override
  public void participantActive(Participant participant) {
    tell(each -> each.participantActive(participant));
  }

  @Override
  public void trackPublished(Track track) {
    tell(each -> each.trackPublished(track));
  }

  @Override
  public void trackUnpublished(Track track) {
    tell(each -> each.trackUnpublished(track));
  }

  @Override
  public void participantLeft(Participant participant) {
    tell(each -> each.participantLeft(participant));
  }

  @Override
  public void sessionOpened(PeerSession session) {
    tell(each -> each.sessionOpened(session));
  }

  @Override
  public void sessionConnected(PeerSession session) {
    tell(each -> each.sessionConnected(session));
  }

  @Override
  public void sessionEnded(PeerSession session, TransportEnd reason) {
    tell(each -> each.sessionEnded(session, reason));
  }
}
