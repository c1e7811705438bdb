package org.consultrelay.relay.room;

import org.consultrelay.relay.transport.TransportEnd;

/** Nobody listens. */
final class Silence implements RoomEvents {
  @Override
  public void roomOpened(Room room) {}

  @Override
  public void roomClosed(Room room) {}

  @Override
  public void participantJoined(Participant participant) {}

  @Override
  public void participantLeft(Participant participant) {}

  @Override
  public void sessionOpened(PeerSession session) {}

  @Override
  public void sessionConnected(PeerSession session) {}

  @Override
  public void sessionEnded(PeerSession session, TransportEnd reason) {}
}
