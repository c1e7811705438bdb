package org.consultrelay.relay.signal.livekit;

import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Map;
import org.consultrelay.relay.net.TimerWheel;
import org.consultrelay.relay.room.Track;
import org.jspecify.annotations.Nullable;

/**
 * The tracks that a client cannot decode as they come, and whose publishers are asked to send them
 * in a second codec as well. On the room's loop.
 */
final class BackupCodecs {
  /** A second codec that has not come by then is not waited for in silence, in nanoseconds. */
  static final long PATIENCE_NANOS = 10_000_000_000L;

  private static final long NEVER = Long.MAX_VALUE;

  private final LiveKitSession session;
  private final IdentityHashMap<Track, Long> deadlines = new IdentityHashMap<>();
  private final TimerWheel.Timer patience =
      new TimerWheel.Timer() {
        @Override
        protected void onTimer(long nowNanos) {
          lose(nowNanos);
        }
      };

  BackupCodecs(LiveKitSession session) {
    this.session = session;
  }

  /** Asks for a second codec of a track. False when its publisher never offered any. */
  boolean ask(Track track) {
    if (track.backupCodec().isEmpty()) {
      return false;
    }
    session.context().counters().backup(SignalCounters.Backup.ASKED);
    deadlines.put(track, session.nowNanos() + PATIENCE_NANOS);
    track.need(session.participant(), true);
    schedule();
    return true;
  }

  /**
   * As what a track is to be sent: itself, or in its second codec; null while that is not there.
   */
  @Nullable Track coding(Track track) {
    return deadlines.containsKey(track) ? track.backup() : track;
  }

  /** A track is gone, or cannot be decoded in its second codec either. */
  void forget(Track track) {
    if (deadlines.remove(track) != null) {
      track.need(session.participant(), false);
    }
  }

  /** What is not wanted any more, or not to be had, is not needed in a second codec either. */
  void forgetUnwanted() {
    for (Iterator<Track> each = deadlines.keySet().iterator(); each.hasNext(); ) {
      Track track = each.next();
      if (!session.wishes().wants(track)) {
        each.remove();
        track.need(session.participant(), false);
      }
    }
  }

  private void lose(long nowNanos) {
    for (Map.Entry<Track, Long> each : deadlines.entrySet()) {
      if (each.getValue() <= nowNanos) {
        // If it does come after all, it is sent.
        each.setValue(NEVER);
        Track backup = each.getKey().backup();
        boolean missing = backup == null || !backup.isAvailable();
        if (missing && session.wishes().wants(each.getKey())) {
          session.context().counters().backup(SignalCounters.Backup.MISSING);
          session.send(TrackMessages.cannotDecode(each.getKey()));
        }
      }
    }
    schedule();
  }

  private void schedule() {
    long next = NEVER;
    for (long deadline : deadlines.values()) {
      next = Math.min(next, deadline);
    }
    if (next != NEVER) {
      session.timers().schedule(patience, next);
    }
  }

  /** The session is over. */
  void close() {
    session.timers().cancel(patience);
    for (Iterator<Track> each = deadlines.keySet().iterator(); each.hasNext(); ) {
      Track track = each.next();
      each.remove();
      track.need(session.participant(), false);
    }
  }
}
