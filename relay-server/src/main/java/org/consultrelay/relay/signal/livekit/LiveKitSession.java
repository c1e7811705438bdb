package org.consultrelay.relay.signal.livekit;

import java.security.SecureRandom;
import java.util.List;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitRtc.LeaveRequest.Action;
import livekit.LivekitRtc.SignalResponse;
import org.consultrelay.relay.net.TimerWheel;
import org.consultrelay.relay.room.DepartureReason;
import org.consultrelay.relay.room.Participant;
import org.consultrelay.relay.room.ParticipantDoor;
import org.consultrelay.relay.room.ParticipantQuality;
import org.consultrelay.relay.room.ParticipantState;
import org.consultrelay.relay.room.PeerSession;
import org.consultrelay.relay.room.Room;
import org.consultrelay.relay.room.RoomResult;
import org.consultrelay.relay.room.Speaker;
import org.consultrelay.relay.room.Track;
import org.consultrelay.relay.signal.IceServers.IceServer;
import org.consultrelay.relay.transport.TransportEnd;
import org.jspecify.annotations.Nullable;

/**
 * One participant's session over this protocol: ties signalling to the room. It outlives its
 * WebSocket for as long as media flows, and is resumed over another one. On the room's loop.
 */
final class LiveKitSession implements ParticipantDoor {
  /** Who does not connect in this time is put out, in nanoseconds. */
  private static final long CONNECT_TIME = 60_000_000_000L;

  /** Between fresh tokens, in nanoseconds: well before the ten minutes that one lives at least. */
  static final long TOKEN_INTERVAL = 300_000_000_000L;

  private final LiveKitContext context;
  private final Participant participant;
  private final ClientOptions options;
  private final TokenRenewal tokens;
  private final BackupCodecs backups;
  private final Wishes wishes;
  private final Outbox outbox;
  private final Uplink uplink;
  private final Downlink downlink;
  private final DataDoor data;
  private final RemoteCalls calls;
  private final Requests requests;
  private final VideoRequests videos;
  private final boolean subscriberPrimary;
  private final LayerDemands demands;
  private final Reception reception;
  private final SignalLine line;
  private @Nullable Boolean cutOnResume;
  private boolean settling;
  private boolean over;
  private final TimerWheel.Timer connecting =
      new TimerWheel.Timer() {
        @Override
        protected void onTimer(long nowNanos) {
          participant.remove(DepartureReason.JOIN_TIMEOUT);
        }
      };

  LiveKitSession(
      LiveKitContext context,
      Participant participant,
      ClientOptions options,
      TokenRenewal tokens,
      SignalSocket socket) {
    this.context = context;
    this.participant = participant;
    this.options = options;
    this.tokens = tokens;
    this.line = new SignalLine(socket);
    this.subscriberPrimary = !options.singleConnection() && participant.permission().canSubscribe();
    this.backups = new BackupCodecs(this);
    this.wishes = new Wishes(participant, options.autoSubscribe(), backups);
    this.outbox = new Outbox(this);
    this.data = new DataDoor(this);
    this.calls = new RemoteCalls(this);
    if (options.singleConnection()) {
      SharedDownlink shared = new SharedDownlink(this);
      this.downlink = shared;
      this.uplink = new Uplink(this, shared);
    } else {
      this.downlink = downlinkOf(participant);
      this.uplink = new Uplink(this, null);
    }
    this.requests = new Requests(this);
    this.videos = new VideoRequests(this);
    this.demands = new LayerDemands(this);
    this.reception = new Reception(this, backups);
  }

  private Downlink downlinkOf(Participant owner) {
    return switch (owner.openSession()) {
      case RoomResult.Done<PeerSession>(PeerSession opened) -> new OfferedDownlink(this, opened);
      case RoomResult.Refused<PeerSession> refused ->
          throw new IllegalStateException("no session for somebody who has none");
    };
  }

  /** The servers that its client is told of. */
  List<IceServer> iceServers() {
    return context.iceServers().forSession(participant.sid());
  }

  /** The first messages of a session. */
  void begin(JoinParameters parameters, Inbound.@Nullable Offer offer) {
    send(Joins.join(this));
    outbox.begin();
    tokens.start(this);
    timers().schedule(connecting, nowNanos() + CONNECT_TIME);
    parameters.tracks().forEach(requests::addTrack);
    if (offer != null) {
      requests.offer(offer.id(), offer.parsed());
    }
    if (!options.singleConnection()) {
      settle();
    }
  }

  /** The same session over another WebSocket. The old one is closed without a word. */
  void resume(JoinParameters parameters, SignalSocket fresh) {
    line.replace(fresh);
    if (cutOnResume != null) {
      boolean withMessages = cutOnResume;
      cutOnResume = null;
      if (withMessages) {
        send(Joins.reconnect(this));
      }
      line.cut();
      return;
    }
    send(Joins.reconnect(this));
    outbox.resumed();
    tokens.start(this);
    downlink.resumed();
    if (parameters.syncState() != null) {
      requests.syncState(parameters.syncState());
    }
    outbox.speakers(participant.room().speakers());
    settle();
  }

  /** A message of the client's; one of a socket that was replaced is too late. */
  void received(SignalSocket from, Inbound message) {
    if (!over && line.isOver(from)) {
      requests.handle(message);
    }
  }

  /** A WebSocket is closed. Media goes on without, if it ever did. */
  void socketClosed(SignalSocket closed) {
    if (over || !line.isOver(closed)) {
      return;
    }
    line.lost();
    removeIfSilent();
  }

  private void removeIfSilent() {
    if (participant.sessions().stream().noneMatch(s -> s.transport().isConnected())) {
      participant.remove(DepartureReason.SIGNAL_LOST);
    }
  }

  /** The client did what it must not: it is told to leave and put out. */
  void violation(SignalCounters.Violation violation) {
    context.counters().violation(violation);
    participant.remove(DepartureReason.PROTOCOL_VIOLATION);
  }

  /** What the client and we know of the session does not go together: it is to join anew. */
  void rejoin() {
    participant.remove(DepartureReason.STATE_MISMATCH);
  }

  void send(SignalResponse message) {
    line.send(message);
  }

  /**
   * The next resume is cut off at once; for simulations.
   *
   * @param withMessages whether after the first message
   */
  void cutOnResume(boolean withMessages) {
    cutOnResume = withMessages;
  }

  /** Its WebSocket. */
  SignalLine line() {
    return line;
  }

  LiveKitContext context() {
    return context;
  }

  Participant participant() {
    return participant;
  }

  ClientOptions options() {
    return options;
  }

  Wishes wishes() {
    return wishes;
  }

  Outbox outbox() {
    return outbox;
  }

  Uplink uplink() {
    return uplink;
  }

  Downlink downlink() {
    return downlink;
  }

  DataDoor data() {
    return data;
  }

  RemoteCalls calls() {
    return calls;
  }

  TokenRenewal tokens() {
    return tokens;
  }

  SecureRandom random() {
    return context.random();
  }

  TimerWheel timers() {
    return participant.room().loop().timers();
  }

  long nowNanos() {
    return participant.room().loop().nowNanos();
  }

  /** The codec that the client wants to publish a track with, by its name; empty for any. */
  String codecOf(Track track) {
    return requests.codecOf(track);
  }

  /** How much of others' videos it wants. */
  VideoRequests videos() {
    return videos;
  }

  /** What it is sent of others' tracks. */
  Reception reception() {
    return reception;
  }

  /** At the end of this turn tells what changed, and brings what is sent in line with wishes. */
  void settle() {
    if (!settling) {
      settling = true;
      participant.room().loop().execute(this::settleNow);
    }
  }

  private void settleNow() {
    settling = false;
    if (!over && line.isOpen()) {
      outbox.flush();
      downlink.settle();
    }
  }

  @Override
  public void participantChanged(Participant changed) {
    outbox.participant(changed);
  }

  @Override
  public void trackAvailable(Track track) {
    settle();
  }

  @Override
  public void trackUnavailable(Track track) {
    reception.gone(track);
  }

  @Override
  public void subscriptionRuleChanged(Participant publisher) {
    outbox.subscriptionRule(publisher);
    reception.drop(publisher.tracks());
  }

  @Override
  public void roomChanged(Room room) {
    outbox.room();
  }

  @Override
  public void speakersChanged(List<Speaker> speakers) {
    outbox.speakers(speakers);
    videos.speakersChanged(speakers);
  }

  @Override
  public void demandChanged(Track track) {
    demands.changed(track);
  }

  @Override
  public void qualityChanged(List<ParticipantQuality> qualities) {
    outbox.qualities(qualities);
  }

  @Override
  public void mutedByServer(Track track) {
    send(TrackMessages.muted(track));
  }

  @Override
  public void unpublishedByServer(Track track) {
    send(TrackMessages.unpublished(track));
  }

  @Override
  public void firstSubscribed(Track track) {
    send(TrackMessages.subscribed(track));
  }

  @Override
  public void permissionChanged() {
    tokens.renew(this);
    reception.dropForbidden();
  }

  @Override
  public void sessionConnected(PeerSession session) {
    if (session == (subscriberPrimary ? downlink.session() : uplink.session())) {
      timers().cancel(connecting);
      participant.advance(ParticipantState.ACTIVE);
      outbox.speakers(participant.room().speakers());
    }
  }

  /**
   * Whether the connection that the client waits for is its downlink. It is told so once, and goes
   * by that whatever it may do later.
   */
  boolean isSubscriberPrimary() {
    return subscriberPrimary;
  }

  @Override
  public void sessionEnded(PeerSession session, TransportEnd reason) {
    if (session != uplink.session() && session != downlink.session()) {
      // One of WHIP's or WHEP's: the call goes on, unless that was all that was left of it.
      if (!line.isOpen()) {
        removeIfSilent();
      }
      return;
    }
    participant.remove(line.isOpen() ? DepartureReason.MEDIA_FAILED : DepartureReason.SIGNAL_LOST);
  }

  @Override
  public void removed(DepartureReason reason) {
    over = true;
    timers().cancel(connecting);
    tokens.stop(this);
    uplink.published().close();
    demands.close();
    calls.close();
    backups.close();
    data.close();
    outbox.close();
    if (downlink instanceof SharedDownlink shared) {
      shared.close();
    }
    line.end(Leaves.of(reason));
  }

  /** Ends the session as a simulation asks. */
  void leave(DisconnectReason reason, Action action) {
    send(Leaves.of(reason, action));
    line.cut();
  }
}
