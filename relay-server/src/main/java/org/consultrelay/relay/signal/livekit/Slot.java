package org.consultrelay.relay.signal.livekit;

import java.util.Objects;
import java.util.random.RandomGenerator;
import org.consultrelay.relay.room.Track;
import org.consultrelay.relay.sdp.Codec;
import org.consultrelay.relay.sdp.SendTrack;
import org.consultrelay.relay.sfu.Publication;

/**
 * A track in the media section that it is sent in.
 *
 * @param track as participants know it
 * @param coding the track itself, or the same in its second codec
 * @param media what goes out
 * @param sent as what it goes out
 */
record Slot(Track track, Track coding, Publication media, SendTrack sent) {
  /**
   * A track under fresh SSRCs: numbers that begin anew need new ones. Stream and track are named so
   * that clients know them even without the map of sections.
   */
  static Slot of(Track coding, RandomGenerator random) {
    Track track = coding.primary();
    Codec codec = Objects.requireNonNull(coding.codec(), "not negotiated");
    long ssrc = 1 + (random.nextLong() >>> 33);
    long rtx = 1 + (random.nextLong() >>> 33);
    return new Slot(
        track,
        coding,
        Objects.requireNonNull(coding.publication(), "not negotiated"),
        new SendTrack(
            track.participant().sid() + "|" + track.sid(),
            track.sid(),
            ssrc,
            rtx == ssrc ? 0 : rtx,
            track.participant().cname(),
            codec));
  }
}
