package org.consultrelay.relay.signal.livekit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.consultrelay.relay.room.Participant;
import org.consultrelay.relay.room.Track;
import org.consultrelay.relay.sfu.VideoWish;

/** Which tracks of others a participant wants, and which of them paused. On the room's loop. */
final class Wishes {
  /** Of sids that clients name: a track may be asked for before it is there. */
  private static final int MOST = 4_096;

  private final Participant participant;
  private final boolean automatic;
  private final BackupCodecs backups;
  private final Set<String> asked = new HashSet<>();
  private final Set<String> declined = new HashSet<>();
  private final Set<String> paused = new HashSet<>();
  private final Set<String> failed = new HashSet<>();
  private final Map<String, VideoWish> videos = new HashMap<>();

  Wishes(Participant participant, boolean automatic, BackupCodecs backups) {
    this.participant = participant;
    this.backups = backups;
    this.automatic = automatic;
  }

  /** Asks for a track, or declines it. */
  void ask(String trackSid, boolean wanted) {
    failed.remove(trackSid);
    if (wanted) {
      declined.remove(trackSid);
      add(asked, trackSid);
    } else {
      asked.remove(trackSid);
      add(declined, trackSid);
    }
  }

  /** Pauses a track, or lets it go on. */
  void pause(String trackSid, boolean pause) {
    if (pause) {
      add(paused, trackSid);
    } else {
      paused.remove(trackSid);
    }
  }

  /** Says how much of a video is wanted. */
  void video(String trackSid, VideoWish wish) {
    if (videos.size() < MOST || videos.containsKey(trackSid)) {
      videos.put(trackSid, wish);
    }
  }

  /** How much of a video is wanted. */
  VideoWish video(Track track) {
    return videos.getOrDefault(track.sid(), VideoWish.ALL);
  }

  boolean isPaused(Track track) {
    return paused.contains(track.sid());
  }

  /** The client cannot decode a track: it is not tried again unless asked for again. */
  void fail(Track track) {
    add(failed, track.sid());
  }

  /** A track is gone for good. */
  void forget(Track track) {
    asked.remove(track.sid());
    declined.remove(track.sid());
    paused.remove(track.sid());
    failed.remove(track.sid());
    videos.remove(track.sid());
  }

  private static void add(Set<String> sids, String sid) {
    if (sids.size() < MOST) {
      sids.add(sid);
    }
  }

  /** Whether a track is there, allowed and wanted, though it may not be decodable as it comes. */
  boolean wants(Track track) {
    boolean wanted = automatic ? !declined.contains(track.sid()) : asked.contains(track.sid());
    return wanted
        && track.isAvailable()
        && !failed.contains(track.sid())
        && track.participant().lets(participant, track);
  }

  /** Whether a track is to be sent: there, allowed and wanted, in a codec that is there. */
  boolean includes(Track track) {
    Track coding = backups.coding(track);
    return coding != null && coding.isAvailable() && wants(track);
  }

  /** Whether a track is to be sent, and as it is sent in a slot. */
  boolean fits(Slot slot) {
    return includes(slot.track())
        && backups.coding(slot.track()) == slot.coding()
        && slot.coding().publication() == slot.media();
  }

  /** As what a track is to be sent that is {@linkplain #includes to be sent}. */
  Track coding(Track track) {
    return Objects.requireNonNull(backups.coding(track), "not to be sent");
  }

  /** All tracks that are to be sent now. */
  List<Track> all() {
    List<Track> all = new ArrayList<>();
    for (Participant other : participant.room().participants()) {
      for (Track track : other.tracks()) {
        if (includes(track)) {
          all.add(track);
        }
      }
    }
    return all;
  }
}
