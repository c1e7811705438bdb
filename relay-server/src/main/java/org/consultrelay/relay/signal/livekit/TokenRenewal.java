package org.consultrelay.relay.signal.livekit;

import java.time.Duration;
import java.util.Map;
import livekit.LivekitRtc.SignalResponse;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.api.TokenIssuer;
import org.consultrelay.relay.api.VideoGrant;
import org.consultrelay.relay.net.TimerWheel;
import org.consultrelay.relay.room.Participant;
import org.consultrelay.relay.room.Permission;
import org.consultrelay.relay.room.TrackSource;
import org.jspecify.annotations.Nullable;

/**
 * Hands a participant fresh tokens: without them one who is in for longer than the first token
 * lives could not come back after a fault. On the room's loop.
 */
final class TokenRenewal {
  /** How long a fresh token lives. */
  private static final Duration TOKEN_LIFE = Duration.ofMinutes(15);

  private final String apiKey;
  private final Grants first;
  private TimerWheel.@Nullable Timer timer;

  /**
   * For one participant.
   *
   * @param apiKey whose secret signed the first token
   * @param first what that one says
   */
  TokenRenewal(String apiKey, Grants first) {
    this.apiKey = apiKey;
    this.first = first;
  }

  /** Sends one now and again as time goes by. */
  void start(LiveKitSession session) {
    stop(session);
    timer =
        new TimerWheel.Timer() {
          @Override
          protected void onTimer(long nowNanos) {
            renew(session);
            session.timers().schedule(this, nowNanos + LiveKitSession.TOKEN_INTERVAL);
          }
        };
    session.timers().schedule(timer, session.nowNanos() + LiveKitSession.TOKEN_INTERVAL);
    renew(session);
  }

  void stop(LiveKitSession session) {
    if (timer != null) {
      session.timers().cancel(timer);
    }
  }

  /** Sends one that says what the participant is and may now. */
  void renew(LiveKitSession session) {
    SignalSocket socket = session.line().socket();
    TokenIssuer signer = session.context().tokens().signer(apiKey, first.video().room());
    if (socket != null && signer != null) {
      Grants now = grants(session.participant());
      socket.send(
          () -> SignalResponse.newBuilder().setRefreshToken(signer.issue(now, TOKEN_LIFE)).build());
    }
  }

  private Grants grants(Participant participant) {
    Permission may = participant.permission();
    VideoGrant was = first.video();
    return new Grants(
        participant.identity(),
        participant.name(),
        participant.metadata(),
        Map.copyOf(participant.attributes()),
        first.kind(),
        new VideoGrant(
            was.room(),
            true,
            may.canPublish(),
            may.canSubscribe(),
            may.canPublishData(),
            may.sources().stream().map(TrackSource::grantName).toList(),
            may.canUpdateMetadata(),
            may.canSubscribeMetrics(),
            may.hidden(),
            may.recorder(),
            may.agent(),
            was.roomCreate(),
            was.roomList(),
            was.roomAdmin(),
            was.roomRecord(),
            was.destinationRoom()),
        first.room());
  }
}
