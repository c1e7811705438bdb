package org.consultrelay.relay.signal.livekit;

import java.util.ArrayList;
import java.util.List;
import org.consultrelay.relay.net.TimerWheel;
import org.consultrelay.relay.room.PeerSession;
import org.consultrelay.relay.room.Track;
import org.consultrelay.relay.rtp.MediaKind;
import org.consultrelay.relay.sdp.Codec;
import org.consultrelay.relay.sdp.CodecDescription;
import org.consultrelay.relay.sdp.MediaSection;
import org.consultrelay.relay.sdp.Msid;
import org.consultrelay.relay.sdp.NegotiatedSection;
import org.consultrelay.relay.sdp.NegotiatedSession;
import org.consultrelay.relay.sdp.SectionDecision;
import org.consultrelay.relay.signal.SessionMedia;
import org.jspecify.annotations.Nullable;

/**
 * Which track comes in which media section. Tracks are announced by message and offered by
 * description, in any order: the client's own name for a track, in {@code a=msid}, joins the two. A
 * section that nobody announced (yet) is taken but goes nowhere. On the room's loop.
 */
final class PublishedSections {
  /**
   * Some clients name a track differently in descriptions. A section and a track of the same kind
   * that found nobody for so long, in nanoseconds, are taken to belong together.
   */
  private static final long PATIENCE = 1_000_000_000L;

  private final LiveKitSession session;
  private final TimerWheel.Timer patience =
      new TimerWheel.Timer() {
        @Override
        protected void onTimer(long nowNanos) {
          matchTheRest();
        }
      };

  PublishedSections(LiveKitSession session) {
    this.session = session;
  }

  /** How a section that the client sends in is answered. */
  SectionDecision decide(MediaSection section) {
    Track track = byName(section.mid(), section.msid(), SessionMedia.kind(section.kind()));
    String codec = track == null ? wanted(section) : session.codecOf(track);
    return new SectionDecision.Receive(
        codec.isEmpty() ? List.of() : List.of(codec),
        track != null && track.details().stereo(),
        track != null && track.details().mayBeRedundant(),
        List.of());
  }

  /**
   * The codec that a section asks for which nobody has announced yet; empty for any. No client puts
   * a scalable one first unless it means it, and one answer decides what is sent.
   */
  private static String wanted(MediaSection section) {
    List<CodecDescription> offered = section.rtp().codecs();
    String first = offered.isEmpty() ? "" : Codecs.sdpName(offered.getFirst().name());
    return first.equals(Codec.VP9.name()) || first.equals(Codec.AV1.name()) ? first : "";
  }

  /** The track that comes by a section, or null while nobody knows. */
  @Nullable Track track(NegotiatedSection section) {
    return byName(section.mid(), section.remoteMsid(), SessionMedia.kind(section.kind()));
  }

  private @Nullable Track byName(String mid, @Nullable Msid msid, @Nullable MediaKind kind) {
    PeerSession carrier = session.uplink().session();
    Track present = carrier == null ? null : carrier.published(mid);
    String cid = msid == null ? "" : msid.trackId();
    if (present != null && present.cid().equals(cid)) {
      return present;
    }
    if (!cid.isEmpty()) {
      for (Track track : announced()) {
        if (!track.isAvailable() && track.cid().equals(cid) && track.details().kind() == kind) {
          return track;
        }
      }
    }
    // One that was matched by its kind keeps its section.
    return present;
  }

  /** All tracks, then those that come in a second codec too. */
  private List<Track> announced() {
    List<Track> all = new ArrayList<>(session.participant().tracks());
    for (Track track : session.participant().tracks()) {
      Track backup = track.backup();
      if (backup != null) {
        all.add(backup);
      }
    }
    return all;
  }

  /** A track was announced after its section was agreed on. */
  void announced(PeerSession carrier, Track track) {
    for (NegotiatedSection section : receiving(carrier)) {
      Msid msid = section.remoteMsid();
      Track present = carrier.published(section.mid());
      boolean taken = present != null && present.cid().equals(track.cid());
      if (!taken
          && msid != null
          && msid.trackId().equals(track.cid())
          && SessionMedia.kind(section.kind()) == track.details().kind()) {
        if (present != null) {
          session.participant().unpublish(present);
        }
        SessionMedia.publish(carrier, section, track);
        return;
      }
    }
    settleLater();
  }

  /** Looks later whether sections and tracks are left over on both sides. */
  void settleLater() {
    PeerSession carrier = session.uplink().session();
    if (carrier != null && !unmatched(carrier).isEmpty() && !patience.isScheduled()) {
      session.timers().schedule(patience, session.nowNanos() + PATIENCE);
    }
  }

  private void matchTheRest() {
    PeerSession carrier = session.uplink().session();
    if (carrier == null || carrier.isEnded()) {
      return;
    }
    for (NegotiatedSection section : unmatched(carrier)) {
      MediaKind kind = SessionMedia.kind(section.kind());
      for (Track track : announced()) {
        if (!track.isAvailable() && track.details().kind() == kind) {
          SessionMedia.publish(carrier, section, track);
          break;
        }
      }
    }
  }

  private static List<NegotiatedSection> unmatched(PeerSession carrier) {
    List<NegotiatedSection> unmatched = receiving(carrier);
    unmatched.removeIf(section -> carrier.published(section.mid()) != null);
    return unmatched;
  }

  private static List<NegotiatedSection> receiving(PeerSession carrier) {
    List<NegotiatedSection> receiving = new ArrayList<>();
    NegotiatedSession agreed = carrier.negotiated();
    if (agreed != null) {
      for (NegotiatedSection section : agreed.sections()) {
        if (!section.rejected() && section.direction().receives() && !section.codecs().isEmpty()) {
          receiving.add(section);
        }
      }
    }
    return receiving;
  }

  void close() {
    session.timers().cancel(patience);
  }
}
