package org.consultrelay.relay.room;

import java.util.ArrayList;
import java.util.List;
import org.consultrelay.relay.sdp.NegotiatedSession;
import org.consultrelay.relay.sdp.SessionDescription;
import org.consultrelay.relay.sfu.Subscription;
import org.consultrelay.relay.transport.PeerTransport;
import org.consultrelay.relay.transport.TransportEnd;
import org.jspecify.annotations.Nullable;

/**
 * One peer connection of a participant: what it publishes and what it plays. On the room's loop.
 */
public final class PeerSession implements PeerTransport.Listener {
  private final String id;
  private final Participant participant;
  private final PeerTransport transport;
  private final List<PublishedTrack> tracks = new ArrayList<>();
  private final List<Subscription> subscriptions = new ArrayList<>();
  private @Nullable PeerSession playing;
  private @Nullable NegotiatedSession negotiated;
  private @Nullable SessionDescription answer;
  private boolean ended;

  PeerSession(String id, Participant participant) {
    this.id = id;
    this.participant = participant;
    Room room = participant.room();
    this.transport =
        room.loop().demultiplexer().open(this, participant.cname(), room.loop().nowNanos());
  }

  /** The session's unguessable name, unique in the relay. */
  public String id() {
    return id;
  }

  /** Whose it is. */
  public Participant participant() {
    return participant;
  }

  /** What carries it. */
  public PeerTransport transport() {
    return transport;
  }

  /** What it publishes. */
  public List<PublishedTrack> tracks() {
    return tracks;
  }

  /** What it plays. */
  public List<Subscription> subscriptions() {
    return subscriptions;
  }

  /** What the last offer and answer agreed on, or null before. */
  public @Nullable NegotiatedSession negotiated() {
    return negotiated;
  }

  /** Our last answer, or null before. */
  public @Nullable SessionDescription answer() {
    return answer;
  }

  /** Notes what offer and answer agreed on, and the answer. */
  public void negotiated(NegotiatedSession agreed, SessionDescription ours) {
    negotiated = agreed;
    answer = ours;
  }

  /** Notes that the session plays another one, and so ends with it. */
  public void plays(PeerSession publisher) {
    playing = publisher;
  }

  @Nullable PeerSession playing() {
    return playing;
  }

  /** Whether it is over. */
  public boolean isEnded() {
    return ended;
  }

  /** Ends the session; the peer is told. */
  public void close() {
    transport.close(participant.room().loop().nowNanos());
  }

  @Override
  public void connected(PeerTransport connected) {
    participant.room().events().sessionConnected(this);
  }

  @Override
  public void ended(PeerTransport over, TransportEnd reason) {
    ended = true;
    participant.remove(this, reason);
  }
}
