package org.consultrelay.relay.signal.livekit;

import livekit.LivekitModels.SubscriptionError;
import livekit.LivekitRtc.MuteTrackRequest;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SubscriptionResponse;
import livekit.LivekitRtc.TrackSubscribed;
import livekit.LivekitRtc.TrackUnpublishedResponse;
import org.consultrelay.relay.room.Track;

/** The messages about one track. */
final class TrackMessages {
  private TrackMessages() {}

  /** Its publisher is told that somebody else muted it, or ended the muting. */
  static SignalResponse muted(Track track) {
    return SignalResponse.newBuilder()
        .setMute(MuteTrackRequest.newBuilder().setSid(track.sid()).setMuted(track.isMuted()))
        .build();
  }

  /** Its publisher is told that somebody else ended it. */
  static SignalResponse unpublished(Track track) {
    return SignalResponse.newBuilder()
        .setTrackUnpublished(TrackUnpublishedResponse.newBuilder().setTrackSid(track.sid()))
        .build();
  }

  /** Its publisher is told that somebody subscribes to it. */
  static SignalResponse subscribed(Track track) {
    return SignalResponse.newBuilder()
        .setTrackSubscribed(TrackSubscribed.newBuilder().setTrackSid(track.sid()))
        .build();
  }

  /** A subscriber is told that they cannot be sent it. */
  static SignalResponse cannotDecode(Track track) {
    return SignalResponse.newBuilder()
        .setSubscriptionResponse(
            SubscriptionResponse.newBuilder()
                .setTrackSid(track.sid())
                .setErr(SubscriptionError.SE_CODEC_UNSUPPORTED))
        .build();
  }
}
