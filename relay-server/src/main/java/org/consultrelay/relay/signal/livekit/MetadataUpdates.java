package org.consultrelay.relay.signal.livekit;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import livekit.LivekitRtc.RequestResponse.Reason;
import livekit.LivekitRtc.UpdateParticipantMetadata;
import org.consultrelay.relay.room.Participant;
import org.jspecify.annotations.Nullable;

/** Changes of what is known of a participant: by itself, or by a server. On the room's loop. */
public final class MetadataUpdates {
  /** In bytes of UTF-8. */
  static final int MOST_NAME = 256;

  /** In bytes of UTF-8. */
  public static final int MOST_METADATA = 512 << 10;

  /** Of all attributes, keys and values, in bytes of UTF-8. */
  static final int MOST_ATTRIBUTES = 64 << 10;

  private MetadataUpdates() {}

  static void apply(LiveKitSession session, UpdateParticipantMetadata request) {
    Participant participant = session.participant();
    if (!participant.permission().canUpdateMetadata()) {
      refuse(
          session, request, Reason.NOT_ALLOWED, "does not have permission to update own metadata");
      return;
    }
    Map<String, String> attributes =
        merged(participant.attributes(), request.getAttributesMap(), true);
    String wrong = check(request.getName(), request.getMetadata(), attributes);
    if (wrong != null) {
      refuse(session, request, Reason.LIMIT_EXCEEDED, wrong);
      return;
    }
    participant.describe(
        request.getName().isEmpty() ? participant.name() : request.getName(),
        request.getMetadata().isEmpty() ? participant.metadata() : request.getMetadata(),
        attributes);
    session.tokens().renew(session);
    Refusals.send(session, Refusals.of(Reason.OK, "").setRequestId(request.getRequestId()));
  }

  /**
   * A server changes what is known of somebody: what is empty stays, an attribute that is empty
   * goes.
   *
   * @return what is too long, and then nothing is changed; or null
   */
  public static @Nullable String apply(
      Participant participant, String name, String metadata, Map<String, String> attributes) {
    Map<String, String> merged = merged(participant.attributes(), attributes, true);
    String wrong = check(name, metadata, merged);
    if (wrong == null && !(name.isEmpty() && metadata.isEmpty() && attributes.isEmpty())) {
      participant.describe(
          name.isEmpty() ? participant.name() : name,
          metadata.isEmpty() ? participant.metadata() : metadata,
          merged);
      if (participant.door() instanceof LiveKitSession session) {
        session.tokens().renew(session);
      }
    }
    return wrong;
  }

  private static void refuse(
      LiveKitSession session, UpdateParticipantMetadata request, Reason reason, String text) {
    Refusals.send(session, Refusals.of(reason, text).setRequestId(request.getRequestId()));
  }

  /**
   * Attributes with changes.
   *
   * @param deletes whether an empty value takes the attribute away
   */
  static Map<String, String> merged(
      Map<String, String> present, Map<String, String> changes, boolean deletes) {
    Map<String, String> merged = new HashMap<>(present);
    changes.forEach((key, value) -> {
      if (!value.isEmpty()) {
        merged.put(key, value);
      } else if (deletes) {
        merged.remove(key);
      }
    });
    return merged;
  }

  /** What is too long, or null. */
  static @Nullable String check(String name, String metadata, Map<String, String> attributes) {
    if (bytes(name) > MOST_NAME) {
      return "name is longer than " + MOST_NAME + " bytes";
    }
    if (bytes(metadata) > MOST_METADATA) {
      return "metadata is longer than " + MOST_METADATA + " bytes";
    }
    long sum = 0;
    for (Map.Entry<String, String> each : attributes.entrySet()) {
      sum += bytes(each.getKey()) + bytes(each.getValue());
    }
    return sum > MOST_ATTRIBUTES
        ? "attributes are longer than " + MOST_ATTRIBUTES + " bytes"
        : null;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
