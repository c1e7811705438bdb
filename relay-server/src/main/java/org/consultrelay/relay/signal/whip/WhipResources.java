package org.consultrelay.relay.signal.whip;

import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.room.Participant;
import org.consultrelay.relay.room.PeerSession;
import org.consultrelay.relay.room.RoomRefusal;
import org.consultrelay.relay.room.RoomResult;
import org.consultrelay.relay.room.Rooms;
import org.consultrelay.relay.sdp.IceCredentials;
import org.consultrelay.relay.sdp.NegotiatedSession;
import org.consultrelay.relay.sdp.SdpResult;
import org.consultrelay.relay.sdp.SessionDescription;
import org.consultrelay.relay.sdp.TrickleFragment;
import org.consultrelay.relay.sdp.TrickleParser;
import org.consultrelay.relay.sdp.TrickleResult;
import org.consultrelay.relay.signal.SessionMedia;
import org.jspecify.annotations.Nullable;

/** A session that exists: trickle and ICE restart (RFC 9725 §4.3), and its end. */
final class WhipResources {
  static final String FRAGMENT = TrickleFragment.MEDIA_TYPE;

  private static final RoomRefusal NO_SESSION =
      new RoomRefusal(RoomRefusal.Reason.NOT_FOUND, "there is no such session");

  private final Rooms rooms;

  WhipResources(Rooms rooms) {
    this.rooms = rooms;
  }

  /** What became of a PATCH. */
  private sealed interface Patched {
    /** Candidates were taken note of. */
    record Noted() implements Patched {}

    /** ICE begins anew. */
    record Restarted(String entityTag, String fragment) implements Patched {}

    /** It was refused. */
    record Refused(Problem problem) implements Patched {}
  }

  void delete(RoutingContext context) {
    PeerSession session = session(context);
    if (session != null) {
      WhipDoor.respond(
          context,
          onLoop(
              session,
              open -> {
                open.close();
                return true;
              }),
          done -> context.response().setStatusCode(200).end().onFailure(gone -> {}));
    }
  }

  void patch(RoutingContext context) {
    PeerSession session = session(context);
    if (session == null) {
      return;
    }
    String match = context.request().getHeader("If-Match");
    if (match == null) {
      new Problem(428, "If-Match must name the ICE session, or be * to restart it")
          .send(context.response());
      return;
    }
    String body = context.body().asString();
    switch (TrickleParser.parse(body == null ? "" : body)) {
      case SdpResult.Refused refused -> new Problem(400, refused.text()).send(context.response());
      case TrickleResult.Parsed(TrickleFragment fragment) ->
          WhipDoor.respond(
              context,
              onLoop(session, open -> patch(open, fragment, match)),
              patched -> respond(context, patched));
    }
  }

  private static void respond(RoutingContext context, Patched patched) {
    switch (patched) {
      case Patched.Noted noted -> context.response().setStatusCode(204).end().onFailure(gone -> {});
      case Patched.Restarted restarted ->
          context
              .response()
              .setStatusCode(200)
              .putHeader("Content-Type", FRAGMENT)
              .putHeader("ETag", restarted.entityTag())
              .end(restarted.fragment())
              .onFailure(gone -> {});
      case Patched.Refused refused -> refused.problem().send(context.response());
    }
  }

  private static Patched patch(PeerSession session, TrickleFragment fragment, String match) {
    NegotiatedSession agreed = session.negotiated();
    SessionDescription answer = session.answer();
    if (agreed == null || answer == null) {
      return new Patched.Refused(Problem.of(NO_SESSION));
    }
    if (!isAny(match) && !match.equals(WhipSessions.entityTag(session))) {
      return new Patched.Refused(
          new Problem(412, "this is another ICE session than If-Match says"));
    }
    IceCredentials ice = fragment.credentials();
    if (ice == null || ice.equals(agreed.remoteIce())) {
      // We are ICE-lite: the peer's checks tell us where it is, its candidates need not.
      return new Patched.Noted();
    }
    IceCredentials fresh =
        SessionMedia.credentials(
            session.transport().restartIce(session.participant().room().loop().nowNanos()));
    session.negotiated(agreed.withIce(fresh, ice), answer);
    return new Patched.Restarted(
        WhipSessions.entityTag(session),
        TrickleFragment.restart(answer, SessionMedia.localTransport(session)).write());
  }

  /** RFC 9725 §4.3.3 asks for {@code *} and shows {@code "*"}: clients send either. */
  private static boolean isAny(String match) {
    return match.equals("*") || match.equals("\"*\"");
  }

  /** The session that the path names, if it is the token's. Answers 404 otherwise. */
  private @Nullable PeerSession session(RoutingContext context) {
    PeerSession session = rooms.session(Objects.requireNonNull(context.pathParam("session")));
    Grants grants = WhipDoor.grants(context);
    if (session == null || !belongs(session.participant(), grants)) {
      Problem.of(NO_SESSION).send(context.response());
      return null;
    }
    return session;
  }

  private static boolean belongs(Participant participant, Grants grants) {
    return participant.identity().equals(grants.identity())
        && participant.room().name().equals(grants.video().room());
  }

  private static <T> CompletableFuture<RoomResult<T>> onLoop(
      PeerSession session, Function<PeerSession, T> task) {
    CompletableFuture<RoomResult<T>> result = new CompletableFuture<>();
    session
        .participant()
        .room()
        .loop()
        .execute(() -> {
          try {
            // It may have ended on its own since it was looked up.
            result.complete(
                session.isEnded()
                    ? new RoomResult.Refused<>(NO_SESSION)
                    : new RoomResult.Done<>(task.apply(session)));
          } catch (RuntimeException failure) {
            result.completeExceptionally(failure);
          }
        });
    return result;
  }
}
