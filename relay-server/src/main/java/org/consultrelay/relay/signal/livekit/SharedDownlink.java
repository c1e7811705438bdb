package org.consultrelay.relay.signal.livekit;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import livekit.LivekitRtc.MediaSectionsRequirement;
import livekit.LivekitRtc.SignalResponse;
import org.consultrelay.relay.net.TimerWheel;
import org.consultrelay.relay.room.PeerSession;
import org.consultrelay.relay.room.Track;
import org.consultrelay.relay.rtp.MediaKind;
import org.consultrelay.relay.sdp.MediaSection;
import org.consultrelay.relay.sdp.NegotiatedSection;
import org.consultrelay.relay.sdp.NegotiatedSession;
import org.consultrelay.relay.sdp.SectionDecision;
import org.consultrelay.relay.sdp.SendTrack;
import org.consultrelay.relay.signal.SessionMedia;
import org.jspecify.annotations.Nullable;

/**
 * Generation v1: others' tracks come over the one peer connection. The client alone offers, so a
 * track can be begun or ended only in an answer, and the client is asked to offer when there is a
 * need. On the room's loop.
 */
final class SharedDownlink implements Downlink {
  /** A client that does not offer for so long is asked again, in nanoseconds. */
  private static final long PATIENCE = 5_000_000_000L;

  private final LiveKitSession session;
  private final Map<String, Slot> slots = new LinkedHashMap<>();
  private final Set<String> free = new LinkedHashSet<>();
  private final Map<String, MediaKind> kinds = new HashMap<>();
  private final Map<String, Slot> tried = new HashMap<>();
  private boolean asked;
  private boolean stale;
  private final TimerWheel.Timer patience =
      new TimerWheel.Timer() {
        @Override
        protected void onTimer(long nowNanos) {
          asked = false;
          settle();
        }
      };

  SharedDownlink(LiveKitSession session) {
    this.session = session;
  }

  @Override
  public @Nullable PeerSession session() {
    return session.uplink().session();
  }

  /** An offer has come: its sections are about to be decided on. */
  void offered() {
    asked = false;
    stale = false;
    session.timers().cancel(patience);
    free.clear();
    kinds.clear();
    tried.clear();
    slots.values().removeIf(slot -> !session.wishes().fits(slot));
  }

  /** What to send in a section in which the client only receives. */
  SectionDecision decide(MediaSection section) {
    MediaKind kind = SessionMedia.kind(section.kind());
    if (kind == null || !section.direction().receives()) {
      slots.remove(section.mid());
      return SectionDecision.inactive();
    }
    kinds.put(section.mid(), kind);
    Slot slot = slots.get(section.mid());
    if (slot == null) {
      Track next = next(kind);
      if (next == null) {
        free.add(section.mid());
        return SectionDecision.inactive();
      }
      slot = Slot.of(session.wishes().coding(next), session.random());
      slots.put(section.mid(), slot);
    }
    tried.put(section.mid(), slot);
    return SectionDecision.send(slot.sent());
  }

  private @Nullable Track next(MediaKind kind) {
    for (Track track : session.wishes().all()) {
      if (track.details().kind() == kind && !isSent(track)) {
        return track;
      }
    }
    return null;
  }

  private boolean isSent(Track track) {
    for (Slot slot : slots.values()) {
      if (slot.track() == track && session.wishes().fits(slot)) {
        return true;
      }
    }
    return false;
  }

  /** What became of the sections: a track that the client cannot decode is reported. */
  void answered(NegotiatedSession agreed) {
    for (NegotiatedSection section : agreed.sections()) {
      Slot slot = tried.get(section.mid());
      if (slot != null && section.track() == null) {
        slots.remove(section.mid());
        session.reception().cannotDecode(slot);
      }
    }
    slots.keySet().removeIf(mid -> agreed.section(mid) == null);
  }

  /** The track, or its second codec, behind what we said we send, or null. */
  @Nullable Track track(SendTrack sent) {
    for (Slot slot : slots.values()) {
      if (slot.sent().equals(sent)) {
        return slot.coding();
      }
    }
    return null;
  }

  @Override
  public Map<String, String> trackIds() {
    Map<String, String> ids = new LinkedHashMap<>();
    slots.forEach((mid, slot) -> ids.put(mid, slot.track().sid()));
    return ids;
  }

  @Override
  public void settle() {
    PeerSession carrier = session();
    if (asked || carrier == null || carrier.negotiated() == null) {
      return;
    }
    List<Track> wanted = session.wishes().all();
    int audios = 0;
    int videos = 0;
    boolean any = stale || slots.values().stream().anyMatch(slot -> !session.wishes().fits(slot));
    for (Track track : wanted) {
      if (!isSent(track)) {
        any = true;
        if (track.details().kind() == MediaKind.AUDIO) {
          audios++;
        } else {
          videos++;
        }
      }
    }
    if (any) {
      asked = true;
      session.timers().schedule(patience, session.nowNanos() + PATIENCE);
      session.send(
          SignalResponse.newBuilder()
              .setMediaSectionsRequirement(
                  MediaSectionsRequirement.newBuilder()
                      .setNumAudios(Math.max(0, audios - spare(MediaKind.AUDIO)))
                      .setNumVideos(Math.max(0, videos - spare(MediaKind.VIDEO))))
              .build());
    }
  }

  /** Sections that are free, or will be with the next offer. */
  private int spare(MediaKind kind) {
    int spare = 0;
    for (Map.Entry<String, MediaKind> section : kinds.entrySet()) {
      Slot slot = slots.get(section.getKey());
      boolean vacant =
          slot == null ? free.contains(section.getKey()) : !session.wishes().fits(slot);
      if (section.getValue() == kind && vacant) {
        spare++;
      }
    }
    return spare;
  }

  @Override
  public void drop(Track track) {
    // If it is wanted again it begins anew, in the section that is free from now on.
    for (Map.Entry<String, Slot> slot : List.copyOf(slots.entrySet())) {
      if (slot.getValue().track() == track) {
        slots.remove(slot.getKey());
        free.add(slot.getKey());
        stale = true;
      }
    }
    PeerSession carrier = session();
    if (carrier != null) {
      for (PeerSession.Played played : carrier.played().values()) {
        if (played.track() == track) {
          played.subscription().close();
        }
      }
    }
  }

  @Override
  public void resumed() {
    asked = false;
    session.timers().cancel(patience);
  }

  /** The session is over. */
  void close() {
    session.timers().cancel(patience);
  }
}
