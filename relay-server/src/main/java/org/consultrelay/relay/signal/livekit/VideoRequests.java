package org.consultrelay.relay.signal.livekit;

import java.util.List;
import livekit.LivekitModels.VideoQuality;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.StreamState;
import livekit.LivekitRtc.StreamStateInfo;
import livekit.LivekitRtc.StreamStateUpdate;
import livekit.LivekitRtc.UpdateTrackSettings;
import org.consultrelay.relay.room.PeerSession;
import org.consultrelay.relay.room.Speaker;
import org.consultrelay.relay.room.Track;
import org.consultrelay.relay.room.TrackSource;
import org.consultrelay.relay.sfu.Subscription;
import org.consultrelay.relay.sfu.VideoWish;

/**
 * How much of others' videos a client wants, and what it is told when its line does not carry them.
 * On the room's loop.
 */
final class VideoRequests {
  /** The most pixels that a side may be said to have. */
  private static final int MOST_PIXELS = 16_384;

  /** Clients count priorities from 1, the highest. */
  private static final int LOWEST_PRIORITY = 1_000;

  private static final int SCREEN_RANK = 2_000;
  private static final int SPEAKER_RANK = 1_500;

  private final LiveKitSession session;

  VideoRequests(LiveKitSession session) {
    this.session = session;
  }

  /** New settings of tracks. */
  void settings(UpdateTrackSettings settings) {
    VideoWish wish = wish(settings);
    for (String sid : settings.getTrackSidsList()) {
      session.wishes().video(sid, wish);
      pause(sid, settings.getDisabled());
    }
  }

  /** Pauses a track, or lets it go on. */
  void pause(String sid, boolean paused) {
    session.wishes().pause(sid, paused);
    PeerSession carrier = session.downlink().session();
    if (carrier != null) {
      for (PeerSession.Played played : carrier.played().values()) {
        if (played.track().sid().equals(sid)) {
          apply(played);
        }
      }
    }
  }

  /** Brings a subscription into line with what is wanted of it. */
  void apply(PeerSession.Played played) {
    Subscription subscription = played.subscription();
    long now = session.nowNanos();
    subscription.setPaused(session.wishes().isPaused(played.track()), now);
    subscription.pausable(
        session.options().pausable(), stalled -> stalled(played.track(), stalled));
    subscription.wish(ranked(played.track()), now);
  }

  /** Who speaks has changed, and with it whose picture comes first. */
  void speakersChanged(List<Speaker> changed) {
    PeerSession carrier = session.downlink().session();
    if (carrier == null) {
      return;
    }
    for (PeerSession.Played played : carrier.played().values()) {
      for (Speaker speaker : changed) {
        if (played.track().participant() == speaker.participant()) {
          played.subscription().wish(ranked(played.track()), session.nowNanos());
        }
      }
    }
  }

  private VideoWish ranked(Track track) {
    VideoWish wish = session.wishes().video(track);
    int rank = wish.rank();
    if (track.details().source() == TrackSource.SCREEN_SHARE) {
      rank += SCREEN_RANK;
    } else if (session.participant().room().isSpeaking(track.participant())) {
      rank += SPEAKER_RANK;
    }
    return wish.withRank(rank);
  }

  private static VideoWish wish(UpdateTrackSettings settings) {
    int priority = settings.getPriority();
    return new VideoWish(
        Math.clamp(settings.getWidth(), 0, MOST_PIXELS),
        Math.clamp(settings.getHeight(), 0, MOST_PIXELS),
        quality(settings),
        Math.clamp(settings.getFps(), 0, 1_000),
        priority <= 0 ? 0 : Math.max(0, LOWEST_PRIORITY - priority));
  }

  /** Without a size, LOW is also what clients say that say nothing. */
  private static int quality(UpdateTrackSettings settings) {
    if (settings.getQuality() == VideoQuality.MEDIUM) {
      return 1;
    }
    boolean low = settings.getQuality() == VideoQuality.LOW;
    return low ? 0 : Integer.MAX_VALUE;
  }

  private void stalled(Track track, boolean stalled) {
    session
        .participant()
        .room()
        .loop()
        .execute(() ->
            session.send(
                SignalResponse.newBuilder()
                    .setStreamStateUpdate(
                        StreamStateUpdate.newBuilder()
                            .addStreamStates(
                                StreamStateInfo.newBuilder()
                                    .setParticipantSid(track.participant().sid())
                                    .setTrackSid(track.sid())
                                    .setState(stalled ? StreamState.PAUSED : StreamState.ACTIVE)))
                    .build()));
  }
}
