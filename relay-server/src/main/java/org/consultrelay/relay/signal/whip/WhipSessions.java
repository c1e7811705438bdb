package org.consultrelay.relay.signal.whip;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.api.VideoGrant;
import org.consultrelay.relay.room.Participant;
import org.consultrelay.relay.room.PeerSession;
import org.consultrelay.relay.room.Room;
import org.consultrelay.relay.room.RoomRefusal;
import org.consultrelay.relay.room.RoomResult;
import org.consultrelay.relay.room.Rooms;
import org.consultrelay.relay.room.Track;
import org.consultrelay.relay.room.TrackDetails;
import org.consultrelay.relay.room.TrackSource;
import org.consultrelay.relay.rtp.MediaKind;
import org.consultrelay.relay.sdp.AnswerResult;
import org.consultrelay.relay.sdp.Answerer;
import org.consultrelay.relay.sdp.MediaPolicy;
import org.consultrelay.relay.sdp.MediaSection;
import org.consultrelay.relay.sdp.NegotiatedSection;
import org.consultrelay.relay.sdp.Origin;
import org.consultrelay.relay.sdp.Refusal;
import org.consultrelay.relay.sdp.SdpWriter;
import org.consultrelay.relay.sdp.SectionChooser;
import org.consultrelay.relay.sdp.SectionDecision;
import org.consultrelay.relay.sdp.SendTrack;
import org.consultrelay.relay.sdp.SessionDescription;
import org.consultrelay.relay.signal.IceServers;
import org.consultrelay.relay.signal.SessionMedia;
import org.consultrelay.relay.signal.TokenProfile;
import org.jspecify.annotations.Nullable;

/** What WHIP and WHEP do in rooms: one session for each offer. */
final class WhipSessions {
  private static final Answerer PUBLISHING = new Answerer(MediaPolicy.STANDARD.withSimulcast(true));

  private static final SectionChooser WHOLE = SectionChooser.receiveAll();

  private static final Answerer PLAYING = new Answerer(MediaPolicy.STANDARD.withRedundancy(true));

  private static final RoomRefusal NOT_PUBLISHING =
      new RoomRefusal(
          RoomRefusal.Reason.NOT_FOUND,
          "the participant does not publish (yet), try again shortly");

  private final Rooms rooms;
  private final SecureRandom random;
  private final IceServers iceServers;

  WhipSessions(Rooms rooms, SecureRandom random, IceServers iceServers) {
    this.rooms = rooms;
    this.random = random;
    this.iceServers = iceServers;
  }

  /** Publishes what the offer offers, as the token's identity, in place of what it did before. */
  CompletableFuture<RoomResult<SessionAnswer>> publish(Grants grants, SessionDescription offer) {
    return ifOpen(
        grants,
        () ->
            rooms.inRoom(
                grants.video().room(),
                TokenProfile.isUrgent(grants),
                room -> {
                  room.begin(TokenProfile.room(grants));
                  return inSession(
                      room, grants, session -> publish(session, grants.video(), offer));
                }));
  }

  /** Whoever may not be in a room makes none, and learns nothing of it. */
  private <T> CompletableFuture<RoomResult<T>> ifOpen(
      Grants grants, Supplier<CompletableFuture<RoomResult<T>>> task) {
    return rooms
        .closedTo(grants.video().room(), grants.identity())
        .map(refusal -> CompletableFuture.completedFuture(rooms.<T>refused(refusal)))
        .orElseGet(task);
  }

  private SessionAnswer publish(PeerSession session, VideoGrant grant, SessionDescription offer) {
    Participant participant = session.participant();
    if (!participant.mayStillPublish()) {
      return new SessionAnswer.Forbidden("the participant may not publish any more");
    }
    if (participant.room().limits().encryptionRequired()) {
      return new SessionAnswer.NotAcceptable(
          "tracks must be end-to-end encrypted here (rooms.e2ee), and WHIP cannot say that they"
              + " are");
    }
    PeerSession before = participant.publishing();
    SectionChooser chooser =
        (index, section) ->
            mayPublish(participant, grant, section)
                ? WHOLE.decide(index, section)
                : SectionDecision.inactive();
    SessionAnswer answer =
        answer(
            session,
            PUBLISHING,
            offer,
            chooser,
            Map.of(),
            "the offer has nothing to publish: no section sends audio or video that the token"
                + " allows, or that was not taken away since");
    if (answer instanceof SessionAnswer.Created && before != null) {
      before.close();
    }
    return answer;
  }

  /** WHIP does not say what a track shows; a camera and a microphone are what it is for. */
  private static boolean mayPublish(
      Participant participant, VideoGrant grant, MediaSection section) {
    return switch (section.kind()) {
      case AUDIO -> mayPublish(participant, grant, TrackSource.MICROPHONE);
      case VIDEO -> mayPublish(participant, grant, TrackSource.CAMERA);
      default -> true;
    };
  }

  private static boolean mayPublish(Participant participant, VideoGrant grant, TrackSource source) {
    return grant.mayPublish(source.grantName()) && participant.mayStillPublish(source);
  }

  /** Plays what an identity publishes. */
  CompletableFuture<RoomResult<SessionAnswer>> play(
      Grants grants, String publisher, SessionDescription offer) {
    return ifOpen(
        grants,
        () ->
            rooms
                .<SessionAnswer>inExistingRoom(
                    grants.video().room(),
                    room -> {
                      Participant source = room.participant(publisher);
                      PeerSession publishing =
                          source == null || !isShown(source, grants) ? null : source.publishing();
                      return publishing == null
                          ? new RoomResult.Refused<>(NOT_PUBLISHING)
                          : inSession(room, grants, session -> play(session, publishing, offer));
                    })
                .thenApply(result ->
                    isNotFound(result) ? new RoomResult.Refused<>(NOT_PUBLISHING) : result));
  }

  private static boolean isNotFound(RoomResult<?> result) {
    return result instanceof RoomResult.Refused<?>(RoomRefusal refusal)
        && refusal.reason() == RoomRefusal.Reason.NOT_FOUND;
  }

  private SessionAnswer play(
      PeerSession session, PeerSession publishing, SessionDescription offer) {
    List<Track> left = new ArrayList<>(publishing.tracks());
    left.removeIf(
        track -> track.isBackup() || !track.participant().letsPlay(session.participant(), track));
    if (left.isEmpty()) {
      return new SessionAnswer.Forbidden(
          "the participant may not play what this one publishes (any more)");
    }
    session.plays(publishing);
    Map<SendTrack, Track> sent = new HashMap<>();
    String stream = publishing.participant().cname();
    SectionChooser chooser =
        (index, section) -> {
          MediaKind kind = SessionMedia.kind(section.kind());
          Track track = kind == null ? null : SessionMedia.trackOf(left, kind);
          if (track == null) {
            return SectionDecision.inactive();
          }
          left.remove(track);
          SendTrack sending =
              new SendTrack(
                  stream,
                  stream + index,
                  ssrc(),
                  ssrc(),
                  stream,
                  Objects.requireNonNull(track.codec()));
          sent.put(sending, track);
          return SectionDecision.send(sending);
        };
    return answer(
        session,
        PLAYING,
        offer,
        chooser,
        sent,
        "the offer has no section that could play what the participant publishes");
  }

  /** Lets somebody in and opens a session; it is not left behind when nothing comes of it. */
  private static RoomResult<SessionAnswer> inSession(
      Room room, Grants grants, Function<PeerSession, SessionAnswer> task) {
    return switch (room.join(TokenProfile.of(grants))) {
      case RoomResult.Refused<Participant>(RoomRefusal refusal) ->
          new RoomResult.Refused<>(refusal);
      case RoomResult.Done<Participant>(Participant participant) ->
          switch (participant.openSession()) {
            case RoomResult.Refused<PeerSession>(RoomRefusal refusal) ->
                new RoomResult.Refused<>(refusal);
            case RoomResult.Done<PeerSession>(PeerSession session) ->
                new RoomResult.Done<>(attempt(session, task));
          };
    };
  }

  private static SessionAnswer attempt(
      PeerSession session, Function<PeerSession, SessionAnswer> task) {
    boolean created = false;
    try {
      SessionAnswer answer = task.apply(session);
      created = answer instanceof SessionAnswer.Created;
      return answer;
    } finally {
      if (!created) {
        session.close();
      }
    }
  }

  private SessionAnswer answer(
      PeerSession session,
      Answerer answerer,
      SessionDescription offer,
      SectionChooser chooser,
      Map<SendTrack, Track> sent,
      String nothing) {
    Origin origin = Origin.ofRelay(random.nextLong() >>> 2);
    return switch (answerer.answer(
        offer, origin, SessionMedia.localTransport(session), null, chooser)) {
      case Refusal refusal -> new SessionAnswer.NotAcceptable(refusal.text());
      case AnswerResult.Answered answered
          when answered.session().sections().stream().noneMatch(WhipSessions::flows) ->
          new SessionAnswer.NotAcceptable(nothing);
      case AnswerResult.Answered answered -> {
        SessionMedia.apply(
            session,
            answered.session(),
            answered.answer(),
            section -> announced(session, section),
            sent::get);
        yield new SessionAnswer.Created(
            session.id(),
            entityTag(session),
            SdpWriter.write(answered.answer()),
            iceServers.forSession(session.participant().sid()));
      }
    };
  }

  private static @Nullable Track announced(PeerSession session, NegotiatedSection section) {
    MediaKind kind = SessionMedia.kind(section.kind());
    return kind == null
        ? null
        : session.participant().announce(section.mid(), TrackDetails.of(kind), false);
  }

  private static boolean flows(NegotiatedSection section) {
    return !section.rejected() && (section.direction().sends() || section.direction().receives());
  }

  /** One ICE session, one tag (RFC 9725 §4.3.1). */
  static String entityTag(PeerSession session) {
    return '"' + session.transport().localCredentials().ufrag() + '"';
  }

  private long ssrc() {
    return 1 + (random.nextLong() >>> 33);
  }

  /** Who is in a room, for those who may know. */
  CompletableFuture<RoomResult<List<Present>>> present(Grants grants) {
    return ifOpen(
        grants,
        () ->
            rooms
                .inExistingRoom(
                    grants.video().room(), room -> new RoomResult.Done<>(present(room, grants)))
                .thenApply(
                    // A room that is not there (yet) is one without people.
                    result -> isNotFound(result) ? new RoomResult.Done<>(List.of()) : result));
  }

  private static boolean isShown(Participant participant, Grants viewer) {
    return !participant.permission().hidden() || participant.identity().equals(viewer.identity());
  }

  private static List<Present> present(Room room, Grants viewer) {
    return room.participants().stream()
        .filter(participant -> isShown(participant, viewer))
        .map(participant ->
            new Present(
                participant.identity(), participant.name(), participant.publishing() != null))
        .toList();
  }

  /**
   * Somebody in a room.
   *
   * @param identity who
   * @param name what they are called
   * @param publishing whether there is something to play
   */
  record Present(String identity, String name, boolean publishing) {}
}
