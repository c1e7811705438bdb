package org.consultrelay.relay.signal.livekit.webhook;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.Room;
import livekit.LivekitModels.TrackInfo;
import org.jspecify.annotations.Nullable;

/**
 * One event, as it was when it happened.
 *
 * @param id unique: receivers tell by it what they have had already
 * @param name what happened
 * @param createdAtMillis when, in milliseconds since 1970
 * @param room where; its name is what events are kept in order by
 * @param participant whose event it is, or null
 * @param track which track of theirs, or null
 */
record WebhookEvent(
    String id,
    EventName name,
    long createdAtMillis,
    Room room,
    @Nullable ParticipantInfo participant,
    @Nullable TrackInfo track) {
  private static final JsonFormat.Printer JSON =
      JsonFormat.printer().omittingInsignificantWhitespace();

  /** The protocol's message {@code WebhookEvent} as JSON: 64-bit numbers are strings there. */
  String json() {
    StringBuilder json = new StringBuilder(512);
    // Neither the name nor the identifier has a letter that JSON would escape.
    json.append("{\"event\":\"").append(name.text()).append("\",\"id\":\"").append(id);
    json.append("\",\"createdAt\":\"").append(createdAtMillis / 1_000).append('"');
    append(json, "room", room);
    append(json, "participant", participant);
    append(json, "track", track);
    return json.append('}').toString();
  }

  private static void append(StringBuilder json, String field, @Nullable MessageOrBuilder message) {
    if (message == null) {
      return;
    }
    json.append(",\"").append(field).append("\":");
    try {
      JSON.appendTo(message, json);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("only messages of unknown types cannot be written", e);
    } catch (IOException e) {
      throw new IllegalStateException("memory cannot fail to be written", e);
    }
  }
}
