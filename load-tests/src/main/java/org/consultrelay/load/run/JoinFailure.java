package org.consultrelay.load.run;

import java.io.Serial;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.consultrelay.load.peer.AnsweredTrack;
import org.consultrelay.relay.rtp.MediaKind;
import org.jspecify.annotations.Nullable;

/** A participant could not come in, or could not play somebody; the message is a short reason. */
final class JoinFailure extends Exception {
  @Serial private static final long serialVersionUID = 1;

  private final boolean forLater;

  JoinFailure(String reason) {
    this(reason, false);
  }

  private JoinFailure(String reason, boolean forLater) {
    super(reason, null, false, false);
    this.forLater = forLater;
  }

  /**
   * Of an answer of HTTP that lets nobody in.
   *
   * @param text what it says, may be empty
   * @param retryAfter the header of that name, or null
   */
  static JoinFailure http(int status, String text, @Nullable String retryAfter) {
    return new JoinFailure(
        "HTTP "
            + status
            + (text.isEmpty() ? "" : ": " + text)
            + (retryAfter == null ? "" : " (Retry-After: " + retryAfter + ")"),
        status == 503 && retryAfter != null);
  }

  /** Whether the relay said that it has no room now, and when to come again. */
  boolean isForLater() {
    return forLater;
  }

  /** Of a connection that did not come about. */
  static JoinFailure of(ExecutionException e) {
    if (e.getCause() instanceof JoinFailure failure) {
      return failure;
    }
    String message = e.getCause() == null ? null : e.getCause().getMessage();
    return new JoinFailure(message == null ? "not connected" : message);
  }

  /**
   * Null for an answer that has a track of each kind that is wanted. One that leaves something out
   * is no success: half of the load would be missing.
   */
  static @Nullable JoinFailure refusal(List<AnsweredTrack> tracks, boolean audio, boolean video) {
    for (MediaKind kind : MediaKind.values()) {
      boolean wanted = kind == MediaKind.AUDIO ? audio : video;
      if (wanted && tracks.stream().noneMatch(track -> track.codec().kind() == kind)) {
        return new JoinFailure("the answer refuses " + kind.sdpName());
      }
    }
    return null;
  }

  String reason() {
    String reason = getMessage();
    return reason == null ? "unknown" : reason;
  }
}
