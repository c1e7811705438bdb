package org.consultrelay.relay.signal.livekit.service;

import com.google.protobuf.Message;
import java.util.Map;
import org.consultrelay.relay.room.RoomRefusal;

/** What a request is answered with. */
sealed interface Answer {
  /** It was done. */
  record Done(Message message) implements Answer {}

  /**
   * It was not.
   *
   * @param code for programs
   * @param status of HTTP; the code's own but for bodies that are too long
   * @param text for whoever integrates with us
   * @param meta further facts for programs
   * @param retryAfterSeconds when another try is worth it; 0: not said
   */
  record Failed(
      TwirpCode code, int status, String text, Map<String, String> meta, int retryAfterSeconds)
      implements Answer {
    public Failed {
      meta = Map.copyOf(meta);
    }
  }

  /** The same for whatever is missing: nobody learns what there is beyond their grants. */
  Failed DENIED = failed(TwirpCode.UNAUTHENTICATED, "permissions denied");

  Failed NO_ROOM = failed(TwirpCode.NOT_FOUND, "requested room does not exist");

  Failed NO_PARTICIPANT = failed(TwirpCode.NOT_FOUND, "participant does not exist");

  Failed NO_TRACK = failed(TwirpCode.NOT_FOUND, "track is not found");

  /** An error. */
  static Failed failed(TwirpCode code, String text) {
    return new Failed(code, code.status(), text, Map.of(), 0);
  }

  /** What is wrong with a request that can be read. */
  static Failed invalid(String text) {
    return failed(TwirpCode.INVALID_ARGUMENT, text);
  }

  /** What a room or the relay refuses. */
  static Failed refused(RoomRefusal refusal) {
    return switch (refusal.reason()) {
      case NOT_FOUND -> NO_ROOM;
      case ROOM_FULL, TOO_MANY_SESSIONS, NOT_ADMITTED ->
          failed(TwirpCode.FAILED_PRECONDITION, refusal.text());
      case RELAY_FULL, TENANT_FULL, DRAINING, OVERLOADED ->
          new Failed(
              TwirpCode.UNAVAILABLE,
              TwirpCode.UNAVAILABLE.status(),
              refusal.text(),
              Map.of(),
              refusal.retryAfterSeconds());
    };
  }
}
