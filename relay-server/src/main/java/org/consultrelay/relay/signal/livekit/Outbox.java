package org.consultrelay.relay.signal.livekit;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import livekit.LivekitModels.ConnectionQuality;
import livekit.LivekitModels.SpeakerInfo;
import livekit.LivekitRtc.ConnectionQualityInfo;
import livekit.LivekitRtc.ConnectionQualityUpdate;
import livekit.LivekitRtc.ParticipantUpdate;
import livekit.LivekitRtc.RoomUpdate;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SpeakersChanged;
import livekit.LivekitRtc.SubscriptionPermissionUpdate;
import org.consultrelay.relay.net.TimerWheel;
import org.consultrelay.relay.room.Participant;
import org.consultrelay.relay.room.ParticipantQuality;
import org.consultrelay.relay.room.ParticipantState;
import org.consultrelay.relay.room.Room;
import org.consultrelay.relay.room.Speaker;
import org.consultrelay.relay.room.Track;

/**
 * What a participant is told of the room. Changes of one turn of the loop are told together, each
 * participant once. On the room's loop.
 */
final class Outbox {
  /** Between two tellings of the room's numbers, in nanoseconds. */
  private static final long ROOM_INTERVAL = 1_000_000_000L;

  private final LiveKitSession session;
  private final Map<String, Participant> changed = new LinkedHashMap<>();
  private final Map<String, Boolean> allowed = new HashMap<>();
  private final Set<String> known = new HashSet<>();
  private boolean roomChanged;
  private String sentMetadata = "";
  private boolean sentRecorded;
  private long roomSentNanos;
  private final TimerWheel.Timer roomLater =
      new TimerWheel.Timer() {
        @Override
        protected void onTimer(long nowNanos) {
          session.settle();
        }
      };
  private boolean begun;

  Outbox(LiveKitSession session) {
    this.session = session;
  }

  /** The client knows who is in; from now on it is told of changes. */
  void begin() {
    begun = true;
    changed.clear();
    for (Participant other : session.participant().room().participants()) {
      known.add(other.sid());
      subscriptionRule(other);
    }
    roomSent(session.participant().room());
  }

  /** Everything is told again: who knows what was lost. */
  void resumed() {
    for (Participant each : session.participant().room().participants()) {
      if (each == session.participant() || !each.permission().hidden()) {
        changed.put(each.sid(), each);
      }
    }
    roomChanged = true;
  }

  void participant(Participant participant) {
    if (!begun || (participant == session.participant() && participant.departure() != null)) {
      return;
    }
    if (participant.state() == ParticipantState.DISCONNECTED
        && !known.contains(participant.sid())) {
      changed.remove(participant.sid());
      return;
    }
    changed.put(participant.sid(), participant);
    session.settle();
  }

  void room() {
    if (begun) {
      roomChanged = true;
      session.settle();
    }
  }

  /** Sends what has changed. */
  void flush() {
    if (!changed.isEmpty()) {
      ParticipantUpdate.Builder update = ParticipantUpdate.newBuilder();
      for (Participant each : changed.values()) {
        if (each.state() == ParticipantState.DISCONNECTED) {
          known.remove(each.sid());
        } else {
          known.add(each.sid());
        }
        update.addParticipants(
            each == session.participant() ? Infos.self(each) : Infos.participant(each));
      }
      session.send(SignalResponse.newBuilder().setUpdate(update).build());
      // Of tracks that are new to the client: it must know them before it is told that it may not.
      List<Participant> publishers = List.copyOf(changed.values());
      changed.clear();
      publishers.forEach(this::subscriptionRule);
    }
    if (roomChanged) {
      flushRoom();
    }
  }

  /** In a large room that fills, numbers alone are told once a second only. */
  private void flushRoom() {
    Room room = session.participant().room();
    long now = session.nowNanos();
    boolean urgent = !room.metadata().equals(sentMetadata) || room.isRecorded() != sentRecorded;
    if (!urgent && now - roomSentNanos < ROOM_INTERVAL) {
      if (!roomLater.isScheduled()) {
        session.timers().schedule(roomLater, roomSentNanos + ROOM_INTERVAL);
      }
      return;
    }
    roomChanged = false;
    roomSent(room);
    session.send(
        SignalResponse.newBuilder()
            .setRoomUpdate(RoomUpdate.newBuilder().setRoom(Infos.room(room)))
            .build());
  }

  private void roomSent(Room room) {
    sentMetadata = room.metadata();
    sentRecorded = room.isRecorded();
    roomSentNanos = session.nowNanos();
  }

  /** The session is over. */
  void close() {
    session.timers().cancel(roomLater);
  }

  void speakers(List<Speaker> speakers) {
    SpeakersChanged.Builder message = SpeakersChanged.newBuilder();
    for (Speaker speaker : speakers) {
      if (isVisible(speaker.participant())) {
        message.addSpeakers(
            SpeakerInfo.newBuilder()
                .setSid(speaker.participant().sid())
                .setLevel(speaker.level())
                .setActive(speaker.active()));
      }
    }
    if (message.getSpeakersCount() > 0) {
      session.send(SignalResponse.newBuilder().setSpeakersChanged(message).build());
    }
  }

  void qualities(List<ParticipantQuality> qualities) {
    ConnectionQualityUpdate.Builder message = ConnectionQualityUpdate.newBuilder();
    for (ParticipantQuality quality : qualities) {
      if (isVisible(quality.participant())) {
        message.addUpdates(
            ConnectionQualityInfo.newBuilder()
                .setParticipantSid(quality.participant().sid())
                .setQuality(
                    switch (quality.level()) {
                      case POOR -> ConnectionQuality.POOR;
                      case GOOD -> ConnectionQuality.GOOD;
                      case EXCELLENT -> ConnectionQuality.EXCELLENT;
                    })
                .setScore(quality.score()));
      }
    }
    if (message.getUpdatesCount() > 0) {
      session.send(SignalResponse.newBuilder().setConnectionQuality(message).build());
    }
  }

  private boolean isVisible(Participant participant) {
    return participant == session.participant() || !participant.permission().hidden();
  }

  /** Tells which of a publisher's tracks may be had now and could not before, or the reverse. */
  void subscriptionRule(Participant publisher) {
    if (publisher == session.participant() || publisher.permission().hidden()) {
      return;
    }
    for (Track track : publisher.tracks()) {
      if (!track.isAvailable()) {
        continue;
      }
      boolean now = publisher.subscriptionRule().allows(session.participant(), track);
      Boolean before = now ? allowed.remove(track.sid()) : allowed.put(track.sid(), false);
      // Until told otherwise, everything is allowed.
      if (now != (before == null)) {
        session.send(
            SignalResponse.newBuilder()
                .setSubscriptionPermissionUpdate(
                    SubscriptionPermissionUpdate.newBuilder()
                        .setParticipantSid(publisher.sid())
                        .setTrackSid(track.sid())
                        .setAllowed(now))
                .build());
      }
    }
  }

  /** A track is gone: nothing need be remembered of it. */
  void forget(Track track) {
    allowed.remove(track.sid());
  }
}
