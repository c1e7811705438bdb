package org.consultrelay.relay.signal.livekit;

import java.util.List;
import java.util.Map;
import livekit.LivekitRtc.AddTrackRequest;
import livekit.LivekitRtc.SessionDescription;
import livekit.LivekitRtc.SyncState;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks for with its connect request, whichever generation.
 *
 * @param options how it wants to be served
 * @param metadata in place of the token's; empty for the token's
 * @param attributes beside the token's, and before them
 * @param tracks announced already
 * @param offer the first offer, or null when it comes as a message
 * @param reconnect the client resumes a session that it had
 * @param participantSid its own sid then; empty when not said
 * @param syncState what it knows of that session, or null when it comes as a message
 */
record JoinParameters(
    ClientOptions options,
    String metadata,
    Map<String, String> attributes,
    List<AddTrackRequest> tracks,
    @Nullable SessionDescription offer,
    boolean reconnect,
    String participantSid,
    @Nullable SyncState syncState) {
  JoinParameters {
    attributes = Map.copyOf(attributes);
    tracks = List.copyOf(tracks);
  }

  /** What came of reading. */
  sealed interface Outcome permits Read, Wrong {}

  /** It can be understood. */
  record Read(JoinParameters parameters) implements Outcome {}

  /** It cannot; one line that says why. */
  record Wrong(String text) implements Outcome {}
}
