package org.consultrelay.relay.signal.livekit.service;

import java.util.EnumSet;
import java.util.Set;
import livekit.LivekitModels.ParticipantPermission;
import org.consultrelay.relay.room.Permission;
import org.consultrelay.relay.room.TrackSource;

/** Permissions as the API writes them. */
final class Permissions {
  private Permissions() {}

  /**
   * What somebody may do from now on: all of it is said anew. Whether they are hidden, a recorder
   * or an agent stays as their token said: others have seen them as that.
   */
  static Permission of(ParticipantPermission said, Permission present) {
    Set<TrackSource> sources = EnumSet.noneOf(TrackSource.class);
    said.getCanPublishSourcesList().forEach(source -> sources.add(source(source)));
    // Sources restrict what may be published; they do not allow it where the word is that it is
    // not.
    boolean none = !said.getCanPublish();
    return new Permission(
        said.getCanSubscribe(),
        said.getCanPublish(),
        said.getCanPublishData(),
        none ? Set.of() : sources,
        present.hidden(),
        present.recorder(),
        present.agent(),
        said.getCanUpdateMetadata(),
        said.getCanSubscribeMetrics());
  }

  private static TrackSource source(livekit.LivekitModels.TrackSource source) {
    return switch (source) {
      case CAMERA -> TrackSource.CAMERA;
      case MICROPHONE -> TrackSource.MICROPHONE;
      case SCREEN_SHARE -> TrackSource.SCREEN_SHARE;
      case SCREEN_SHARE_AUDIO -> TrackSource.SCREEN_SHARE_AUDIO;
      case UNKNOWN, UNRECOGNIZED -> TrackSource.UNKNOWN;
    };
  }
}
