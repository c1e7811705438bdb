package org.consultrelay.relay.signal.livekit;

import java.util.List;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitRtc.LeaveRequest.Action;
import livekit.LivekitRtc.SimulateScenario;
import org.consultrelay.relay.room.DepartureReason;
import org.consultrelay.relay.room.Speaker;

/** Faults on request, for testing clients. In development mode only. */
final class Simulations {
  private Simulations() {}

  static void run(LiveKitSession session, SimulateScenario scenario) {
    if (!session.context().development()) {
      return;
    }
    switch (scenario.getScenarioCase()) {
      case SPEAKER_UPDATE ->
          session.speakersChanged(List.of(new Speaker(session.participant(), 1, true)));
      // The end of a node, or a move to another: here, a session that is nowhere any more.
      case NODE_FAILURE, LEAVE_REQUEST_FULL_RECONNECT -> session.rejoin();
      case MIGRATION, SWITCH_CANDIDATE_PROTOCOL ->
          session.leave(DisconnectReason.MIGRATION, Action.RESUME);
      case SERVER_LEAVE -> session.participant().remove(DepartureReason.REMOVED);
      case DISCONNECT_SIGNAL_ON_RESUME -> session.cutOnResume(true);
      case DISCONNECT_SIGNAL_ON_RESUME_NO_MESSAGES -> session.cutOnResume(false);
      case SUBSCRIBER_BANDWIDTH, SCENARIO_NOT_SET -> {
        // There is no allocation to be starved yet.
      }
    }
  }
}
