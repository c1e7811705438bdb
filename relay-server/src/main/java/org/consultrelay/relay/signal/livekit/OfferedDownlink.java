package org.consultrelay.relay.signal.livekit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import livekit.LivekitRtc.SignalResponse;
import org.consultrelay.relay.room.PeerSession;
import org.consultrelay.relay.room.Track;
import org.consultrelay.relay.sctp.DataChannels;
import org.consultrelay.relay.sctp.SctpLimits;
import org.consultrelay.relay.sdp.ApplyResult;
import org.consultrelay.relay.sdp.LocalTransport;
import org.consultrelay.relay.sdp.MediaKind;
import org.consultrelay.relay.sdp.NegotiatedSection;
import org.consultrelay.relay.sdp.NegotiatedSession;
import org.consultrelay.relay.sdp.Offer;
import org.consultrelay.relay.sdp.OfferSection;
import org.consultrelay.relay.sdp.Offerer;
import org.consultrelay.relay.sdp.Origin;
import org.consultrelay.relay.sdp.Refusal;
import org.consultrelay.relay.sdp.SdpWriter;
import org.consultrelay.relay.sdp.SendTrack;
import org.consultrelay.relay.sdp.SessionDescription;
import org.consultrelay.relay.signal.SessionMedia;
import org.jspecify.annotations.Nullable;

/**
 * Generation v0: others' tracks and all data to the client come over a peer connection of their
 * own, which we offer. One offer is out at a time. On the room's loop.
 */
final class OfferedDownlink implements Downlink {
  private static final Offerer OFFERER = new Offerer(Codecs.OFFERING);

  private final LiveKitSession session;
  private final PeerSession carrier;
  private final List<OfferSection> sections = new ArrayList<>();
  private final Map<String, Slot> slots = new LinkedHashMap<>();
  private Origin origin;
  private @Nullable Offer pending;
  private int offers;
  private boolean restart;
  private boolean stale;
  private boolean dataAccepted;

  OfferedDownlink(LiveKitSession session, PeerSession carrier) {
    this.session = session;
    this.carrier = carrier;
    this.origin = Origin.ofRelay(session.random().nextLong() >>> 2);
    sections.add(
        new OfferSection.Data("0", DataChannels.PORT, SctpLimits.DEFAULT.maxMessageSize()));
  }

  @Override
  public PeerSession session() {
    return carrier;
  }

  @Override
  public void settle() {
    if (pending != null || carrier.isEnded()) {
      return;
    }
    boolean changed = offers == 0 || restart || stale;
    for (int i = 0; i < sections.size(); i++) {
      Slot slot = slots.get(sections.get(i).mid());
      if (slot != null && !session.wishes().fits(slot)) {
        slots.remove(sections.get(i).mid());
        sections.set(i, new OfferSection.Idle(sections.get(i).mid(), sections.get(i).kind()));
        changed = true;
      }
    }
    for (Track track : session.wishes().all()) {
      if (!isSent(track)) {
        place(Slot.of(session.wishes().coding(track), session.random()));
        changed = true;
      }
    }
    if (changed) {
      offer();
    }
  }

  private boolean isSent(Track track) {
    return slots.values().stream().anyMatch(slot -> slot.track() == track);
  }

  /** In a section that is idle, or in a new one. */
  private void place(Slot slot) {
    MediaKind kind = slot.sent().codec().kind();
    for (int i = 0; i < sections.size(); i++) {
      OfferSection section = sections.get(i);
      if (section instanceof OfferSection.Idle && section.kind() == kind) {
        sections.set(i, new OfferSection.Sending(section.mid(), slot.sent()));
        slots.put(section.mid(), slot);
        return;
      }
    }
    String mid = Integer.toString(sections.size());
    sections.add(new OfferSection.Sending(mid, slot.sent()));
    slots.put(mid, slot);
  }

  private void offer() {
    if (restart) {
      carrier.transport().restartIce(session.nowNanos());
      restart = false;
    }
    LocalTransport local = SessionMedia.localTransport(carrier);
    Offer made = OFFERER.offer(origin, local, sections);
    origin = origin.next();
    pending = made;
    stale = false;
    offers++;
    session.send(
        SignalResponse.newBuilder()
            .setOffer(
                livekit.LivekitRtc.SessionDescription.newBuilder()
                    .setType("offer")
                    .setSdp(SdpWriter.write(made.description()))
                    .setId(offers)
                    .putAllMidToTrackId(trackIds()))
            .build());
  }

  /**
   * An answer of the client's.
   *
   * @param id of the offer that it answers; 0 from clients that do not say
   */
  void answered(int id, SessionDescription answer) {
    Offer made = pending;
    if (made == null || (id != 0 && id != offers)) {
      return;
    }
    switch (OFFERER.apply(made, answer, carrier.negotiated())) {
      case Refusal refusal -> session.violation(SignalCounters.Violation.DESCRIPTION);
      case ApplyResult.Applied(NegotiatedSession agreed) -> {
        pending = null;
        apply(agreed);
        settle();
      }
    }
  }

  private void apply(NegotiatedSession agreed) {
    if (carrier.negotiated() != null && agreed.newDtlsAssociation()) {
      session.rejoin();
      return;
    }
    Map<SendTrack, Track> tracks = new HashMap<>();
    // What was dropped since the offer was made does not begin with its answer.
    for (Slot slot : slots.values()) {
      if (session.wishes().fits(slot)) {
        tracks.put(slot.sent(), slot.coding());
      }
    }
    SessionMedia.apply(carrier, agreed, null, section -> null, tracks::get);
    for (NegotiatedSection section : agreed.sections()) {
      Slot slot = slots.get(section.mid());
      if (slot != null && section.codecs().isEmpty()) {
        session.reception().cannotDecode(slot);
      }
    }
    NegotiatedSection data = agreed.sections().getFirst();
    if (!dataAccepted && data.remoteSctp() != null) {
      dataAccepted = true;
      session.data().open(carrier, data.remoteSctp());
    }
    session.reception().applied(carrier);
  }

  @Override
  public void drop(Track track) {
    for (int i = 0; i < sections.size(); i++) {
      Slot slot = slots.get(sections.get(i).mid());
      if (slot != null && slot.track() == track) {
        // If it is wanted again it begins anew, whatever the client has been offered meanwhile.
        slots.remove(sections.get(i).mid());
        sections.set(i, new OfferSection.Idle(sections.get(i).mid(), sections.get(i).kind()));
        stale = true;
      }
    }
    for (PeerSession.Played played : carrier.played().values()) {
      if (played.track() == track) {
        played.subscription().close();
      }
    }
  }

  @Override
  public void resumed() {
    // The offer that was out may have been lost, and its answer.
    pending = null;
    restart = carrier.negotiated() != null;
    if (!restart) {
      offers = 0;
    }
  }

  @Override
  public Map<String, String> trackIds() {
    Map<String, String> ids = new LinkedHashMap<>();
    slots.forEach((mid, slot) -> ids.put(mid, slot.track().sid()));
    return ids;
  }
}
