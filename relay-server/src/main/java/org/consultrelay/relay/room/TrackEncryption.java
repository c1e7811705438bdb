package org.consultrelay.relay.room;

/** How a track is encrypted from end to end; the relay sees only that it is. */
public enum TrackEncryption {
  /** Not: the relay could look at it. */
  NONE,
  /** AES-GCM, as client SDKs bring it. */
  GCM,
  /** In a way of the application's own. */
  CUSTOM
}
