package org.consultrelay.relay.api;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a token allows: its claim {@code video}. The three that are {@code @Nullable} mean yes when
 * the token leaves them out; ask the methods, not the components.
 *
 * @param room the room that the token is for; empty when for none
 * @param roomJoin may join {@code room}
 * @param canPublish may publish; null means yes
 * @param canSubscribe may receive others' tracks; null means yes
 * @param canPublishData may send data; null means yes
 * @param canPublishSources when not empty, the sources that may be published ({@code camera},
 *     {@code microphone}, {@code screen_share}, {@code screen_share_audio}), and it alone decides
 * @param canUpdateOwnMetadata may change its own metadata, name and attributes
 * @param canSubscribeMetrics may receive others' metrics
 * @param hidden never shown to others
 * @param recorder its presence marks the room as recorded
 * @param agent a program, not a person
 * @param roomCreate may make and delete rooms (server API)
 * @param roomList may list rooms (server API)
 * @param roomAdmin may moderate {@code room} (server API)
 * @param roomRecord may record (server API)
 * @param destinationRoom the room that participants may be moved to (server API); empty when none
 */
public record VideoGrant(
    String room,
    boolean roomJoin,
    @Nullable Boolean canPublish,
    @Nullable Boolean canSubscribe,
    @Nullable Boolean canPublishData,
    List<String> canPublishSources,
    boolean canUpdateOwnMetadata,
    boolean canSubscribeMetrics,
    boolean hidden,
    boolean recorder,
    boolean agent,
    boolean roomCreate,
    boolean roomList,
    boolean roomAdmin,
    boolean roomRecord,
    String destinationRoom) {
  /** Nothing but what is on by default, for no room. */
  public static final VideoGrant NONE =
      new VideoGrant(
          "", false, null, null, null, List.of(), false, false, false, false, false, false, false,
          false, false, "");

  /** Copies the list. */
  public VideoGrant {
    canPublishSources = List.copyOf(canPublishSources);
  }

  /** Leave to join a room, with all that is on by default. */
  public static VideoGrant join(String room) {
    return new VideoGrant(
        room, true, null, null, null, List.of(), false, false, false, false, false, false, false,
        false, false, "");
  }

  /**
   * Leave to make and list rooms (server API).
   *
   * @param room the one that may be moderated; empty: none
   */
  public static VideoGrant server(String room) {
    return new VideoGrant(
        room,
        false,
        null,
        null,
        null,
        List.of(),
        false,
        false,
        false,
        false,
        false,
        true,
        true,
        !room.isEmpty(),
        false,
        "");
  }

  /** Whether anything at all may be published. */
  public boolean mayPublish() {
    return !canPublishSources.isEmpty() || !Boolean.FALSE.equals(canPublish);
  }

  /** Whether a track of this source may be published. */
  public boolean mayPublish(String source) {
    return canPublishSources.isEmpty()
        ? !Boolean.FALSE.equals(canPublish)
        : Set.copyOf(canPublishSources).contains(source);
  }

  /** Whether others' tracks may be received. */
  public boolean maySubscribe() {
    return !Boolean.FALSE.equals(canSubscribe);
  }

  /** Whether data may be sent. */
  public boolean mayPublishData() {
    return !Boolean.FALSE.equals(canPublishData);
  }
}
