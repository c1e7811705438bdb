package org.consultrelay.relay.room;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.consultrelay.relay.net.TimerWheel;
import org.consultrelay.relay.room.ParticipantQuality.Level;
import org.consultrelay.relay.sfu.LinkReport;
import org.consultrelay.relay.sfu.OpinionScore;
import org.jspecify.annotations.Nullable;

/**
 * Measures how good everybody's connection is, while anybody wants to know: loss both ways and the
 * round trip, put together as an {@link OpinionScore}. On the room's loop.
 */
final class ConnectionQualities {
  /** Between two measurements, in nanoseconds. */
  static final long INTERVAL_NANOS = 5_000_000_000L;

  /** Fewer packets than that say nothing. */
  private static final int FEWEST_PACKETS = 20;

  private final Room room;
  private final Map<Participant, ParticipantQuality> known = new HashMap<>();
  private final Set<Participant> told = new HashSet<>();
  private final TimerWheel.Timer interval =
      new TimerWheel.Timer() {
        @Override
        protected void onTimer(long nowNanos) {
          measure();
          if (!room.audience().isEmpty()) {
            room.loop().timers().schedule(this, nowNanos + INTERVAL_NANOS);
          }
        }
      };

  ConnectionQualities(Room room) {
    this.room = room;
  }

  /** Somebody wants to know. */
  void start() {
    if (!interval.isScheduled()) {
      room.loop().timers().schedule(interval, room.loop().nowNanos() + INTERVAL_NANOS);
    }
  }

  void stop() {
    room.loop().timers().cancel(interval);
    known.clear();
    told.clear();
  }

  void left(Participant participant) {
    known.remove(participant);
    told.remove(participant);
  }

  private void measure() {
    List<ParticipantQuality> changed = new ArrayList<>();
    for (Participant participant : room.participants()) {
      if (participant.state() == ParticipantState.ACTIVE) {
        ParticipantQuality before = known.get(participant);
        ParticipantQuality now = measure(participant, before);
        known.put(participant, now);
        if (before == null || before.level() != now.level()) {
          changed.add(now);
        }
      }
    }
    List<ParticipantQuality> all = List.copyOf(known.values());
    for (Participant participant : List.copyOf(room.participants())) {
      ParticipantDoor door = participant.door();
      if (door != null) {
        List<ParticipantQuality> news = told.add(participant) ? all : changed;
        if (!news.isEmpty()) {
          door.qualityChanged(news);
        }
      }
    }
  }

  private static ParticipantQuality measure(
      Participant participant, @Nullable ParticipantQuality before) {
    LinkReport report = LinkReport.NOTHING;
    long nowNanos = participant.room().loop().nowNanos();
    for (PeerSession session : participant.sessions()) {
      report = report.plus(session.transport().media().takeLinkReport(nowNanos));
    }
    double up = loss(report.uplinkLost(), report.uplinkExpected());
    double down = loss(report.downlinkLost(), report.downlinkSent());
    boolean silent =
        report.uplinkExpected() < FEWEST_PACKETS && report.downlinkSent() < FEWEST_PACKETS;
    if (silent && before != null) {
      return before;
    }
    float score = OpinionScore.of(Math.max(up, down), report.roundTripNanos() / 1e6);
    return new ParticipantQuality(participant, level(score), score);
  }

  private static double loss(long lost, long of) {
    return of < FEWEST_PACKETS ? 0 : 100.0 * Math.clamp(lost, 0, of) / of;
  }

  static Level level(float score) {
    return score > 4.1 ? Level.EXCELLENT : score > 3.1 ? Level.GOOD : Level.POOR;
  }
}
