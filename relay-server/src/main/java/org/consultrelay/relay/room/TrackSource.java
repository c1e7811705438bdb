package org.consultrelay.relay.room;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a track shows or lets hear. */
public enum TrackSource {
  /** Not said. */
  UNKNOWN,
  /** A camera. */
  CAMERA,
  /** A microphone. */
  MICROPHONE,
  /** A screen or window. */
  SCREEN_SHARE,
  /** What goes with a screen. */
  SCREEN_SHARE_AUDIO;

  /** As tokens name it in {@code canPublishSources}. */
  public String grantName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The source of a name in {@code canPublishSources}, or null. */
  public static @Nullable TrackSource ofGrant(String name) {
    for (TrackSource source : values()) {
      if (source.grantName().equals(name.toLowerCase(Locale.ROOT))) {
        return source;
      }
    }
    return null;
  }
}
