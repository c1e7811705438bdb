package org.consultrelay.relay.sdp;

/**
 * Which media stream and track a section or source belongs to, {@code a=msid} (RFC 8830).
 *
 * @param streamId a word; {@code -} for no stream
 * @param trackId a word; empty when absent
 */
public record Msid(String streamId, String trackId) {
  /** Checks that both are words. */
  public Msid {
    SdpText.requireWord(streamId, "a stream id");
    if (!trackId.isEmpty()) {
      SdpText.requireWord(trackId, "a track id");
    }
  }
}
