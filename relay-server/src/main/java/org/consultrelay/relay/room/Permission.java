package org.consultrelay.relay.room;

import java.util.EnumSet;
import java.util.Set;

/**
 * What a participant may do.
 *
 * @param canSubscribe receive others' tracks
 * @param canPublish publish tracks
 * @param canPublishData send data
 * @param sources when not empty, the sources that may be published, and it alone decides
 * @param hidden is never shown to others
 * @param recorder marks the room as recorded
 * @param agent is a program
 * @param canUpdateMetadata may change its own name, metadata and attributes
 * @param canSubscribeMetrics receive others' metrics
 */
public record Permission(
    boolean canSubscribe,
    boolean canPublish,
    boolean canPublishData,
    Set<TrackSource> sources,
    boolean hidden,
    boolean recorder,
    boolean agent,
    boolean canUpdateMetadata,
    boolean canSubscribeMetrics) {
  /** What is on by default. */
  public static final Permission STANDARD =
      new Permission(true, true, true, Set.of(), false, false, false, false, false);

  /** Copies the set. */
  public Permission {
    sources =
        sources.isEmpty()
            ? Set.of()
            : java.util.Collections.unmodifiableSet(EnumSet.copyOf(sources));
  }

  /** Whether a track of this source may be published. */
  public boolean mayPublish(TrackSource source) {
    return sources.isEmpty() ? canPublish : sources.contains(source);
  }

  /** Whether anything may be published. */
  public boolean mayPublish() {
    return canPublish || !sources.isEmpty();
  }
}
