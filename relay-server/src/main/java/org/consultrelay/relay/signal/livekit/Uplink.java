package org.consultrelay.relay.signal.livekit;

import java.util.Map;
import livekit.LivekitRtc.SignalResponse;
import org.consultrelay.relay.room.ParticipantState;
import org.consultrelay.relay.room.PeerSession;
import org.consultrelay.relay.room.RoomResult;
import org.consultrelay.relay.room.Track;
import org.consultrelay.relay.sctp.DataChannels;
import org.consultrelay.relay.sctp.SctpLimits;
import org.consultrelay.relay.sdp.AnswerResult;
import org.consultrelay.relay.sdp.Answerer;
import org.consultrelay.relay.sdp.MediaKind;
import org.consultrelay.relay.sdp.MediaSection;
import org.consultrelay.relay.sdp.NegotiatedSection;
import org.consultrelay.relay.sdp.NegotiatedSession;
import org.consultrelay.relay.sdp.Origin;
import org.consultrelay.relay.sdp.Refusal;
import org.consultrelay.relay.sdp.SdpWriter;
import org.consultrelay.relay.sdp.SectionDecision;
import org.consultrelay.relay.sdp.SessionDescription;
import org.consultrelay.relay.signal.SessionMedia;
import org.jspecify.annotations.Nullable;

/**
 * The peer connection that the client offers: what it publishes, and in generation v1 what it
 * receives as well. On the room's loop.
 */
final class Uplink {
  private static final Answerer ANSWERER = new Answerer(Codecs.ANSWERING);

  private final LiveKitSession session;
  private final @Nullable SharedDownlink shared;
  private final PublishedSections published;
  private @Nullable PeerSession carrier;
  private Origin origin;
  private int newestOffer;
  private boolean dataAccepted;

  /**
   * An uplink without a connection.
   *
   * @param shared the downlink that shares it, or null when there is another one
   */
  Uplink(LiveKitSession session, @Nullable SharedDownlink shared) {
    this.session = session;
    this.shared = shared;
    this.published = new PublishedSections(session);
    this.origin = Origin.ofRelay(session.random().nextLong() >>> 2);
  }

  /** The peer connection, or null before the first offer. */
  @Nullable PeerSession session() {
    return carrier;
  }

  PublishedSections published() {
    return published;
  }

  /**
   * An offer of the client's; the newest counts.
   *
   * @param id its number, to be said in the answer; 0 from clients that do not count
   */
  void offered(int id, SessionDescription offer) {
    if (id != 0 && Integer.compareUnsigned(id, newestOffer) < 0) {
      return;
    }
    newestOffer = id;
    PeerSession open = open();
    if (open == null) {
      return;
    }
    NegotiatedSession before = open.negotiated();
    if (before != null && before.isIceRestart(offer)) {
      open.transport().restartIce(session.nowNanos());
    }
    if (shared != null) {
      shared.offered();
    }
    switch (ANSWERER.answer(
        offer,
        origin,
        SessionMedia.localTransport(open),
        before,
        (_, section) -> decide(section))) {
      case Refusal refusal -> session.violation(SignalCounters.Violation.DESCRIPTION);
      case AnswerResult.Answered answered
          when before != null && answered.session().newDtlsAssociation() ->
          // Another certificate is another connection: keys would have to be agreed on anew.
          session.rejoin();
      case AnswerResult.Answered answered -> answer(open, id, answered);
    }
  }

  private @Nullable PeerSession open() {
    if (carrier == null) {
      switch (session.participant().openSession()) {
        case RoomResult.Done<PeerSession>(PeerSession opened) -> carrier = opened;
        case RoomResult.Refused<PeerSession> refused -> session.rejoin();
      }
    }
    return carrier;
  }

  private SectionDecision decide(MediaSection section) {
    if (section.kind() == MediaKind.APPLICATION) {
      return new SectionDecision.AcceptData(DataChannels.PORT, SctpLimits.DEFAULT.maxMessageSize());
    }
    if (section.direction().sends()) {
      return published.decide(section);
    }
    return shared == null ? SectionDecision.inactive() : shared.decide(section);
  }

  private void answer(PeerSession open, int id, AnswerResult.Answered answered) {
    origin = origin.next();
    NegotiatedSession agreed = answered.session();
    if (shared != null) {
      shared.answered(agreed);
    }
    SessionMedia.apply(
        open,
        agreed,
        answered.answer(),
        published::track,
        sent -> shared == null ? null : shared.track(sent));
    for (NegotiatedSection section : agreed.sections()) {
      if (!dataAccepted && section.remoteSctp() != null && !section.rejected()) {
        dataAccepted = true;
        session.data().open(open, section.remoteSctp());
      }
    }
    session.send(
        SignalResponse.newBuilder()
            .setAnswer(
                livekit.LivekitRtc.SessionDescription.newBuilder()
                    .setType("answer")
                    .setSdp(SdpWriter.write(answered.answer()))
                    .setId(id)
                    .putAllMidToTrackId(shared == null ? Map.of() : shared.trackIds()))
            .build());
    session.reception().applied(open);
    session.participant().advance(ParticipantState.JOINED);
    published.settleLater();
  }

  /** A track was announced: a section may be waiting for it. */
  void announced(Track track) {
    PeerSession open = carrier;
    if (open != null && open.negotiated() != null) {
      published.announced(open, track);
    }
  }
}
