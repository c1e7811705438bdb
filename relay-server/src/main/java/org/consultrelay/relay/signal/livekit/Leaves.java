package org.consultrelay.relay.signal.livekit;

import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.LeaveRequest.Action;
import livekit.LivekitRtc.SignalResponse;
import org.consultrelay.relay.room.DepartureReason;

/** The messages that end a session. */
final class Leaves {
  private Leaves() {}

  /** Says why, and what the client is to do about it. */
  static SignalResponse of(DisconnectReason reason, Action action) {
    return SignalResponse.newBuilder()
        .setLeave(
            LeaveRequest.newBuilder()
                .setReason(reason)
                .setAction(action)
                // What clients before protocol 13 read in place of the action.
                .setCanReconnect(action != Action.DISCONNECT))
        .build();
  }

  /** For a participant that is out. */
  static SignalResponse of(DepartureReason reason) {
    return of(reason(reason), action(reason));
  }

  private static Action action(DepartureReason reason) {
    return switch (reason) {
      case STATE_MISMATCH, MEDIA_FAILED, SERVER_SHUTDOWN -> Action.RECONNECT;
      default -> Action.DISCONNECT;
    };
  }

  static DisconnectReason reason(DepartureReason reason) {
    return switch (reason) {
      case LEFT -> DisconnectReason.CLIENT_INITIATED;
      case DUPLICATE_IDENTITY -> DisconnectReason.DUPLICATE_IDENTITY;
      case SERVER_SHUTDOWN -> DisconnectReason.SERVER_SHUTDOWN;
      case REMOVED -> DisconnectReason.PARTICIPANT_REMOVED;
      case ROOM_DELETED -> DisconnectReason.ROOM_DELETED;
      case STATE_MISMATCH -> DisconnectReason.STATE_MISMATCH;
      case PROTOCOL_VIOLATION, JOIN_TIMEOUT -> DisconnectReason.JOIN_FAILURE;
      case SIGNAL_LOST -> DisconnectReason.SIGNAL_CLOSE;
      case MEDIA_FAILED -> DisconnectReason.MEDIA_FAILURE;
    };
  }
}
