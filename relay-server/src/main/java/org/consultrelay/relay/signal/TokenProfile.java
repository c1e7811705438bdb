package org.consultrelay.relay.signal;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.api.RoomConfig;
import org.consultrelay.relay.api.VideoGrant;
import org.consultrelay.relay.room.ParticipantKind;
import org.consultrelay.relay.room.ParticipantProfile;
import org.consultrelay.relay.room.Permission;
import org.consultrelay.relay.room.RoomSettings;
import org.consultrelay.relay.room.TrackSource;
import org.jspecify.annotations.Nullable;

/** What a token says, in the terms of the room. */
public final class TokenProfile {
  /** With the value {@code true}, a token's room may use the share that is kept for such. */
  private static final String URGENT = "urgent";

  private TokenProfile() {}

  /** Whether the token says that its room is urgent; what clients say themselves is no matter. */
  public static boolean isUrgent(Grants grants) {
    return "true".equals(grants.attributes().get(URGENT));
  }

  /** Who comes with a token, and what they may. */
  public static ParticipantProfile of(Grants grants) {
    return new ParticipantProfile(
        grants.identity(),
        grants.name(),
        grants.metadata(),
        grants.attributes(),
        kind(grants.kind()),
        permission(grants.video()));
  }

  /** What a room is to be like that a join with the token makes. */
  public static RoomSettings room(Grants grants) {
    RoomConfig said = grants.room();
    return new RoomSettings(
        seconds(said.emptyTimeout()),
        seconds(said.departureTimeout()),
        said.maxParticipants(),
        said.metadata());
  }

  private static @Nullable Duration seconds(int seconds) {
    return seconds == 0
        ? null
        : Duration.ofSeconds(Math.min(seconds, RoomSettings.LONGEST.toSeconds()));
  }

  private static Permission permission(VideoGrant grant) {
    Set<TrackSource> sources = EnumSet.noneOf(TrackSource.class);
    for (String name : grant.canPublishSources()) {
      TrackSource source = TrackSource.ofGrant(name);
      if (source != null) {
        sources.add(source);
      }
    }
    // A list of names that are all unknown allows nothing, not everything.
    boolean none = sources.isEmpty() && !grant.canPublishSources().isEmpty();
    return new Permission(
        grant.maySubscribe(),
        !none && grant.mayPublish(),
        grant.mayPublishData(),
        sources,
        grant.hidden(),
        grant.recorder(),
        grant.agent(),
        grant.canUpdateOwnMetadata(),
        grant.canSubscribeMetrics());
  }

  private static ParticipantKind kind(String name) {
    for (ParticipantKind kind : ParticipantKind.values()) {
      if (kind.name().equals(name.toUpperCase(Locale.ROOT))) {
        return kind;
      }
    }
    return ParticipantKind.STANDARD;
  }
}
