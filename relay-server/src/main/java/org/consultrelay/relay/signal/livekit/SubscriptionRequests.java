package org.consultrelay.relay.signal.livekit;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import livekit.LivekitModels.SubscriptionError;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SubscriptionPermission;
import livekit.LivekitRtc.SubscriptionResponse;
import livekit.LivekitRtc.TrackPermission;
import livekit.LivekitRtc.UpdateSubscription;
import org.consultrelay.relay.room.Participant;
import org.consultrelay.relay.room.SubscriptionRule;
import org.consultrelay.relay.room.Track;

/** What a client says of others' tracks that it wants, and of who may have its own. */
public final class SubscriptionRequests {
  /** Of exceptions in one rule, and of tracks in one exception or request. */
  private static final int MOST = 2_048;

  private final LiveKitSession session;

  SubscriptionRequests(LiveKitSession session) {
    this.session = session;
  }

  /**
   * A server says it in the participant's place. On the room's loop.
   *
   * @return false when the participant does not speak this protocol
   */
  public static boolean update(Participant participant, UpdateSubscription request) {
    if (participant.door() instanceof LiveKitSession session) {
      new SubscriptionRequests(session).update(request);
      return true;
    }
    return false;
  }

  void update(UpdateSubscription request) {
    for (String sid : sids(request)) {
      Track track = session.participant().room().track(sid);
      session.wishes().ask(sid, request.getSubscribe());
      if (track == null && request.getSubscribe()) {
        session.send(
            SignalResponse.newBuilder()
                .setSubscriptionResponse(
                    SubscriptionResponse.newBuilder()
                        .setTrackSid(sid)
                        .setErr(SubscriptionError.SE_TRACK_NOTFOUND))
                .build());
      } else if (track != null && !request.getSubscribe()) {
        session.downlink().drop(track);
      }
    }
    session.reception().wishesChanged();
  }

  /** After a resume: the wanted ones where each is asked for, the others where all are sent. */
  void sync(UpdateSubscription subscription) {
    for (String sid : sids(subscription)) {
      session.wishes().ask(sid, subscription.getSubscribe());
    }
    session.reception().wishesChanged();
  }

  private static List<String> sids(UpdateSubscription request) {
    List<String> sids = new ArrayList<>(request.getTrackSidsList());
    request.getParticipantTracksList().forEach(tracks -> sids.addAll(tracks.getTrackSidsList()));
    return sids.size() > MOST ? sids.subList(0, MOST) : sids;
  }

  void allow(SubscriptionPermission permission) {
    if (permission.getTrackPermissionsCount() > MOST) {
      return;
    }
    List<SubscriptionRule.Leave> exceptions = new ArrayList<>();
    for (TrackPermission each : permission.getTrackPermissionsList()) {
      exceptions.add(
          new SubscriptionRule.Leave(
              each.getParticipantSid(),
              each.getParticipantIdentity(),
              each.getAllTracks(),
              Set.copyOf(
                  each.getTrackSidsList().subList(0, Math.min(MOST, each.getTrackSidsCount())))));
    }
    SubscriptionRule rule = new SubscriptionRule(permission.getAllParticipants(), exceptions);
    if (!rule.equals(session.participant().subscriptionRule())) {
      session.participant().allow(rule);
    }
  }
}
