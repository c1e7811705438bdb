package org.consultrelay.relay.signal.livekit;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitRtc.LeaveRequest.Action;
import livekit.LivekitRtc.SessionDescription;
import org.consultrelay.relay.api.ApiKeyring;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.api.VerifiedToken;
import org.consultrelay.relay.room.Participant;
import org.consultrelay.relay.room.ParticipantProfile;
import org.consultrelay.relay.room.Room;
import org.consultrelay.relay.room.RoomLoop;
import org.consultrelay.relay.room.RoomRefusal;
import org.consultrelay.relay.room.RoomResult;
import org.consultrelay.relay.room.Rooms;
import org.consultrelay.relay.signal.IceServers;
import org.consultrelay.relay.signal.TokenProfile;
import org.consultrelay.relay.signal.livekit.SignalCounters.Join;

/** The sessions of this door: begun, and found again when a client resumes. Any thread. */
public final class LiveKitSessions {
  private final Rooms rooms;
  private final LiveKitContext context;

  /**
   * For the rooms of a relay.
   *
   * @param random for numbers that must not be guessed
   * @param keys sign fresh tokens
   * @param iceServers what clients are told of besides the relay itself
   * @param development whether clients may ask for faults to be simulated
   */
  public LiveKitSessions(
      Rooms rooms,
      SecureRandom random,
      ApiKeyring keys,
      IceServers iceServers,
      boolean development) {
    this.rooms = rooms;
    this.context =
        new LiveKitContext(
            new SignalCounters(),
            new DataCounters(),
            random,
            (key, room) ->
                keys.successor(key, room)
                    .map(signer -> ApiKeyring.issuer(signer, InstantSource.system()))
                    .orElse(null),
            iceServers,
            development);
    keys.onChange(this::renewTokens);
  }

  /** Tokens of keys that are gone are good for nothing: everybody gets a fresh one now. */
  private void renewTokens() {
    rooms.everywhere(room -> {
      for (Participant participant : room.participants()) {
        if (participant.door() instanceof LiveKitSession session) {
          session.tokens().renew(session);
        }
      }
    });
  }

  /** What is counted of signalling. */
  public SignalCounters counters() {
    return context.counters();
  }

  /** What is counted of data. */
  public DataCounters data() {
    return context.data();
  }

  /** Why somebody could not be let in now, if so. */
  Optional<RoomRefusal> refusal(Grants grants) {
    String room = grants.video().room();
    return rooms
        .closedTo(room, grants.identity())
        .or(() -> rooms.refusal(room, TokenProfile.isUrgent(grants)));
  }

  /** Begins a session, or goes on with one. What is to be sent goes to the socket by then. */
  CompletableFuture<RoomResult<SignalPeer>> connect(
      VerifiedToken token, JoinParameters parameters, SignalSocket socket) {
    Grants grants = token.grants();
    String room = grants.video().room();
    Optional<RoomRefusal> closed = rooms.closedTo(room, grants.identity());
    if (closed.isPresent()) {
      return CompletableFuture.completedFuture(rooms.refused(closed.get()));
    }
    if (parameters.reconnect()) {
      return rooms
          .<SignalPeer>inExistingRoom(
              room, found -> new RoomResult.Done<>(resume(found, grants, parameters, socket)))
          // No room is no session either: the client is told so over the socket.
          .thenApply(result ->
              result instanceof RoomResult.Refused<SignalPeer>
                  ? new RoomResult.Done<>(stranger(socket))
                  : result);
    }
    SessionDescription first = parameters.offer();
    Inbound.Offer offer =
        first == null ? null : new Inbound.Offer(first.getId(), Inbound.parse(first));
    return rooms.inRoom(
        room,
        TokenProfile.isUrgent(grants),
        made -> {
          made.begin(TokenProfile.room(grants));
          return switch (made.enter(profile(grants, parameters))) {
            case RoomResult.Refused<Participant>(RoomRefusal refusal) ->
                new RoomResult.Refused<SignalPeer>(refusal);
            case RoomResult.Done<Participant>(Participant participant) -> {
              LiveKitSession session =
                  new LiveKitSession(
                      context,
                      participant,
                      parameters.options(),
                      new TokenRenewal(token.apiKey(), grants),
                      socket);
              participant.attach(session);
              session.begin(parameters, offer);
              context.counters().join(Join.JOINED);
              yield new RoomResult.Done<SignalPeer>(new Peer(made.loop(), session));
            }
          };
        });
  }

  private static ParticipantProfile profile(Grants grants, JoinParameters parameters) {
    ParticipantProfile said = TokenProfile.of(grants);
    return new ParticipantProfile(
        said.identity(),
        said.name(),
        parameters.metadata().isEmpty() ? said.metadata() : parameters.metadata(),
        MetadataUpdates.merged(said.attributes(), parameters.attributes(), false),
        said.kind(),
        said.permission());
  }

  private SignalPeer resume(
      Room room, Grants grants, JoinParameters parameters, SignalSocket socket) {
    Participant participant = room.participant(grants.identity());
    if (participant == null
        || !(participant.door() instanceof LiveKitSession session)
        || !participant.sid().equals(parameters.participantSid())
        || session.options().singleConnection() != parameters.options().singleConnection()) {
      return stranger(socket);
    }
    context.counters().join(Join.RESUMED);
    session.resume(parameters, socket);
    return new Peer(room.loop(), session);
  }

  /** The session is not there: the client is told to join anew. */
  private SignalPeer stranger(SignalSocket socket) {
    context.counters().join(Join.UNKNOWN_SESSION);
    socket.send(Leaves.of(DisconnectReason.STATE_MISMATCH, Action.RECONNECT));
    socket.end();
    return Nobody.INSTANCE;
  }

  /** A session on its loop. */
  private record Peer(RoomLoop loop, LiveKitSession session) implements SignalPeer {
    @Override
    public void received(SignalSocket from, Inbound message) {
      loop.execute(() -> session.received(from, message));
    }

    @Override
    public void violation(SignalSocket from, SignalCounters.Violation violation) {
      loop.execute(() -> {
        if (session.line().isOver(from)) {
          session.violation(violation);
        }
      });
    }

    @Override
    public void closed(SignalSocket socket) {
      loop.execute(() -> session.socketClosed(socket));
    }
  }

  /** Where there is no session. */
  private enum Nobody implements SignalPeer {
    INSTANCE;

    @Override
    public void received(SignalSocket from, Inbound message) {}

    @Override
    public void violation(SignalSocket from, SignalCounters.Violation violation) {}

    @Override
    public void closed(SignalSocket socket) {}
  }
}
