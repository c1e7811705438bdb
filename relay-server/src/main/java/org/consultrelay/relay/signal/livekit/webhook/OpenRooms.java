package org.consultrelay.relay.signal.livekit.webhook;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentMap;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.Room;
import org.consultrelay.relay.store.Store;

/**
 * Which rooms receivers believe to be going on, and who is in them: when the relay ends without
 * having been asked to, they are told after the next start that it is over. Of one thread.
 */
final class OpenRooms {
  private final ConcurrentMap<String, String> map;

  /** What the store has of an earlier time is there at once. */
  OpenRooms(Store store) {
    this.map = store.map("webhookRooms");
  }

  /** Takes note of an event that is about to be told. */
  void note(WebhookEvent event) {
    Room room = event.room();
    ParticipantInfo participant = event.participant();
    String key = room.getSid() + (participant == null ? "" : "/" + participant.getSid());
    switch (event.name()) {
      case ROOM_STARTED -> map.put(key, text(names(room)));
      case PARTICIPANT_JOINED -> {
        if (participant != null) {
          map.put(key, text(names(participant)));
        }
      }
      case ROOM_FINISHED, PARTICIPANT_LEFT -> map.remove(key);
      default -> {
        // Changes nothing of who is where.
      }
    }
  }

  /** No more than is needed to know it again. */
  private static Room names(Room room) {
    return Room.newBuilder()
        .setSid(room.getSid())
        .setName(room.getName())
        .setCreationTime(room.getCreationTime())
        .setCreationTimeMs(room.getCreationTimeMs())
        .build();
  }

  /** No more than is needed to know them again. */
  private static ParticipantInfo names(ParticipantInfo participant) {
    return ParticipantInfo.newBuilder()
        .setSid(participant.getSid())
        .setIdentity(participant.getIdentity())
        .setName(participant.getName())
        .setKind(participant.getKind())
        .setJoinedAt(participant.getJoinedAt())
        .setJoinedAtMs(participant.getJoinedAtMs())
        .setState(ParticipantInfo.State.DISCONNECTED)
        .setDisconnectReason(DisconnectReason.SERVER_SHUTDOWN)
        .build();
  }

  private static String text(MessageLite message) {
    return Base64.getEncoder().encodeToString(message.toByteArray());
  }

  /**
   * What is to be told of the rooms that an earlier process has left behind: that everybody is out,
   * and that the room is gone. They are noted as such when it is told.
   */
  List<WebhookEvent> ends(long nowMillis, SecureRandom random) {
    List<WebhookEvent> ends = new ArrayList<>();
    // A room's key is the beginning of those of its participants, which therefore come after it.
    for (String key : map.keySet().stream().sorted(Comparator.reverseOrder()).toList()) {
      int slash = key.indexOf('/');
      try {
        byte[] room = bytes(slash < 0 ? key : key.substring(0, slash));
        if (room.length == 0) {
          map.remove(key);
          continue;
        }
        ends.add(
            new WebhookEvent(
                WebhookSource.id(random),
                slash < 0 ? EventName.ROOM_FINISHED : EventName.PARTICIPANT_LEFT,
                nowMillis,
                Room.parseFrom(room),
                slash < 0 ? null : ParticipantInfo.parseFrom(bytes(key)),
                null));
      } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
        map.remove(key);
      }
    }
    return ends;
  }

  private byte[] bytes(String key) {
    return Base64.getDecoder().decode(map.getOrDefault(key, ""));
  }
}
