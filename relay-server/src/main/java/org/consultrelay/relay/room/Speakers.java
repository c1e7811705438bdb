package org.consultrelay.relay.room;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.consultrelay.relay.net.TimerWheel;
import org.consultrelay.relay.rtp.MediaKind;
import org.consultrelay.relay.sfu.Publication;

/** Notices who speaks in a room, while anybody wants to know. On the room's loop. */
final class Speakers {
  /** A window, in nanoseconds. */
  static final long WINDOW_NANOS = 400_000_000L;

  private final Room room;
  private final Map<Participant, Float> levels = new HashMap<>();
  private final TimerWheel.Timer window =
      new TimerWheel.Timer() {
        @Override
        protected void onTimer(long nowNanos) {
          listen();
          if (!room.audience().isEmpty()) {
            room.loop().timers().schedule(this, nowNanos + WINDOW_NANOS);
          }
        }
      };

  Speakers(Room room) {
    this.room = room;
  }

  /** Somebody wants to know. */
  void start() {
    if (!window.isScheduled()) {
      room.loop().timers().schedule(window, room.loop().nowNanos() + WINDOW_NANOS);
    }
  }

  void stop() {
    room.loop().timers().cancel(window);
    levels.clear();
  }

  void left(Participant participant) {
    levels.remove(participant);
  }

  boolean isActive(Participant participant) {
    return levels.containsKey(participant);
  }

  /** Who speaks now. */
  List<Speaker> active() {
    List<Speaker> active = new ArrayList<>();
    levels.forEach((participant, level) -> active.add(new Speaker(participant, level, true)));
    return active;
  }

  private void listen() {
    List<Speaker> changed = new ArrayList<>();
    for (Participant participant : room.participants()) {
      float level = level(participant);
      float before = levels.getOrDefault(participant, 0f);
      if (level != before) {
        changed.add(new Speaker(participant, level, level > 0));
        if (level > 0) {
          levels.put(participant, level);
        } else {
          levels.remove(participant);
        }
      }
    }
    if (!changed.isEmpty()) {
      room.tell(door -> door.speakersChanged(changed));
    }
  }

  private static float level(Participant participant) {
    float loudest = 0;
    for (Track track : participant.tracks()) {
      Publication publication = track.publication();
      if (publication != null && track.details().kind() == MediaKind.AUDIO) {
        float level = publication.activity().take(WINDOW_NANOS);
        loudest = track.isMuted() ? loudest : Math.max(loudest, level);
      }
    }
    return loudest;
  }
}
