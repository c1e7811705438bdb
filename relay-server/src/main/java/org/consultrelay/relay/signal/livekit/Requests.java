package org.consultrelay.relay.signal.livekit;

import java.util.List;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitRtc.AddTrackRequest;
import livekit.LivekitRtc.LeaveRequest.Action;
import livekit.LivekitRtc.MuteTrackRequest;
import livekit.LivekitRtc.Pong;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SyncState;
import org.consultrelay.relay.room.DepartureReason;
import org.consultrelay.relay.room.Participant;
import org.consultrelay.relay.room.Track;
import org.consultrelay.relay.sdp.SdpResult;

/** What a client asks for, done. On the room's loop. */
final class Requests {
  private final LiveKitSession session;
  private final TrackRequests tracks;
  private final SubscriptionRequests subscriptions;

  Requests(LiveKitSession session) {
    this.session = session;
    this.tracks = new TrackRequests(session);
    this.subscriptions = new SubscriptionRequests(session);
  }

  void handle(Inbound message) {
    SignalRequest request = message.request();
    switch (request.getMessageCase()) {
      case OFFER -> offer(request.getOffer().getId(), parsed(message));
      case ANSWER -> answer(request.getAnswer().getId(), parsed(message));
      case TRICKLE -> {
        // We are ICE-lite: the client's checks tell us where it is, its candidates need not.
      }
      case ADD_TRACK -> addTrack(request.getAddTrack());
      case MUTE -> mute(request.getMute());
      case SUBSCRIPTION -> subscriptions.update(request.getSubscription());
      case TRACK_SETTING -> session.videos().settings(request.getTrackSetting());
      case LEAVE -> session.participant().remove(DepartureReason.LEFT);
      case SUBSCRIPTION_PERMISSION -> subscriptions.allow(request.getSubscriptionPermission());
      case SYNC_STATE -> syncState(request.getSyncState());
      case SIMULATE -> Simulations.run(session, request.getSimulate());
      case PING ->
          session.send(SignalResponse.newBuilder().setPong(System.currentTimeMillis()).build());
      case PING_REQ ->
          session.send(
              SignalResponse.newBuilder()
                  .setPongResp(
                      Pong.newBuilder()
                          .setLastPingTimestamp(request.getPingReq().getTimestamp())
                          .setTimestamp(System.currentTimeMillis()))
                  .build());
      case UPDATE_METADATA -> MetadataUpdates.apply(session, request.getUpdateMetadata());
      case UPDATE_AUDIO_TRACK -> tracks.update(request.getUpdateAudioTrack());
      case UPDATE_VIDEO_TRACK -> tracks.update(request.getUpdateVideoTrack());
      case PUBLISH_DATA_TRACK_REQUEST, UNPUBLISH_DATA_TRACK_REQUEST ->
          Refusals.dataTrack(session, request);
      case UPDATE_LAYERS, UPDATE_DATA_SUBSCRIPTION, MESSAGE_NOT_SET -> {
        // Out of use, of no consequence without data tracks, or newer than we are.
      }
    }
  }

  private static SdpResult parsed(Inbound message) {
    SdpResult parsed = message.description();
    return parsed == null ? new SdpResult.Refused(0, "missing") : parsed;
  }

  void offer(int id, SdpResult parsed) {
    switch (parsed) {
      case SdpResult.Parsed offer -> session.uplink().offered(id, offer.description());
      case SdpResult.Refused refused -> session.violation(SignalCounters.Violation.DESCRIPTION);
    }
  }

  private void answer(int id, SdpResult parsed) {
    if (!(session.downlink() instanceof OfferedDownlink downlink)) {
      return;
    }
    switch (parsed) {
      case SdpResult.Parsed answer -> downlink.answered(id, answer.description());
      case SdpResult.Refused refused -> session.violation(SignalCounters.Violation.DESCRIPTION);
    }
  }

  void addTrack(AddTrackRequest request) {
    tracks.add(request);
  }

  String codecOf(Track track) {
    return tracks.codecOf(track);
  }

  private void mute(MuteTrackRequest request) {
    Track track = session.participant().track(request.getSid());
    if (track != null) {
      if (!request.getMuted()) {
        // That somebody is heard again is for them to say, and this is where they say it.
        track.hold(false);
      }
      track.mute(request.getMuted());
    }
  }

  /** What the client knows of its session after it was away (brief, on resumes). */
  void syncState(SyncState state) {
    Participant participant = session.participant();
    boolean stranger =
        state.getPublishTracksList().stream()
            .anyMatch(published -> participant.track(published.getTrack().getSid()) == null);
    if (stranger) {
      session.leave(DisconnectReason.STATE_MISMATCH, Action.RECONNECT);
      session.rejoin();
      return;
    }
    subscriptions.sync(state.getSubscription());
    List<String> paused = state.getTrackSidsDisabledList();
    paused.forEach(sid -> session.videos().pause(sid, true));
    session.data().replay(state.getDatachannelReceiveStatesList());
    session.settle();
  }
}
