package org.consultrelay.relay.room;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.consultrelay.relay.sdp.NegotiatedSession;
import org.consultrelay.relay.sdp.SendTrack;
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
  private final Map<String, Track> published = new LinkedHashMap<>();
  private final Map<String, Played> played = new LinkedHashMap<>();
  private @Nullable PeerSession playing;
  private @Nullable NegotiatedSession negotiated;
  private @Nullable SessionDescription answer;
  private final long openedNanos;
  private boolean ended;

  /**
   * A track that the session plays.
   *
   * @param track whose media it is
   * @param sent as what it goes out
   * @param subscription its media on the way
   */
  public record Played(Track track, SendTrack sent, Subscription subscription) {}

  PeerSession(String id, Participant participant) {
    this.id = id;
    this.participant = participant;
    Room room = participant.room();
    this.openedNanos = room.loop().nowNanos();
    this.transport = room.loop().demultiplexer().open(this, participant.cname(), openedNanos);
    transport.media().limitAudio(room.audioTracks());
  }

  /** The session's unguessable name, unique in the relay. */
  public String id() {
    return id;
  }

  /** Whose it is. */
  public Participant participant() {
    return participant;
  }

  /** When it was opened, on the loop's clock. */
  public long openedNanos() {
    return openedNanos;
  }

  /** What carries it. */
  public PeerTransport transport() {
    return transport;
  }

  /** What it publishes. */
  public List<Track> tracks() {
    return List.copyOf(published.values());
  }

  /** What it publishes in a media section, or null. */
  public @Nullable Track published(String mid) {
    return published.get(mid);
  }

  void published(String mid, Track track) {
    published.put(mid, track);
  }

  void unpublished(String mid, Track track) {
    published.remove(mid, track);
  }

  /** What it plays, by media section. */
  public Map<String, Played> played() {
    return played;
  }

  /** What it plays. */
  public Collection<Subscription> subscriptions() {
    return played.values().stream().map(Played::subscription).toList();
  }

  /** What the last offer and answer agreed on, or null before. */
  public @Nullable NegotiatedSession negotiated() {
    return negotiated;
  }

  /** Our last answer, or null before, or where we offer. */
  public @Nullable SessionDescription answer() {
    return answer;
  }

  /** Notes what offer and answer agreed on, and the answer if it was ours. */
  public void negotiated(NegotiatedSession agreed, @Nullable SessionDescription ours) {
    negotiated = agreed;
    answer = ours;
  }

  /** Notes that the session plays another one, and so ends with it. */
  public void plays(PeerSession publisher) {
    playing = publisher;
  }

  /** Which one it plays, or null. */
  public @Nullable PeerSession playing() {
    return playing;
  }

  /** Whether all that it plays may still be played. */
  boolean isLetPlay() {
    for (Played each : played.values()) {
      if (!each.track().participant().letsPlay(participant, each.track())) {
        return false;
      }
    }
    return participant.mayStillPlay();
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
    participant.connected(this);
  }

  @Override
  public void ended(PeerTransport over, TransportEnd reason) {
    ended = true;
    participant.ended(this, reason);
  }
}
