package org.consultrelay.relay.signal.livekit;

import static org.assertj.core.api.Assertions.assertThat;

import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitRtc.JoinRequest;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import org.consultrelay.relay.consult.RelayChild;
import org.junit.jupiter.api.Test;

/** Who is still there when a relay must stop is sent elsewhere. */
class DrainDeadlineTest {
  private static SignalClient join(RelayChild relay) {
    SignalClient client =
        SignalClient.open(
            relay.url(),
            SignalClient.v1Query(relay.token("r", "ann"), JoinRequest.getDefaultInstance()));
    client.joined();
    return client;
  }

  private static void isSentElsewhere(SignalClient client) {
    LeaveRequest leave = client.await(MessageCase.LEAVE).getLeave();
    assertThat(leave.getAction()).isEqualTo(LeaveRequest.Action.RECONNECT);
    assertThat(leave.getReason()).isEqualTo(DisconnectReason.SERVER_SHUTDOWN);
  }

  @Test
  void atTheDeadline() throws Exception {
    try (RelayChild relay = RelayChild.start("ops.drainDeadline=2s");
        SignalClient client = join(relay)) {
      relay.terminate();
      isSentElsewhere(client);
      assertThat(relay.awaitExit()).isZero();
      assertThat(relay.said()).anyMatch(line -> line.contains("the drain's deadline has come"));
    }
  }

  @Test
  void atTheSecondSignal() throws Exception {
    try (RelayChild relay = RelayChild.start("ops.drainDeadline=1h");
        SignalClient client = join(relay)) {
      relay.terminate();
      assertThat(relay.isAlive()).isTrue();
      relay.terminateAgain();
      isSentElsewhere(client);
      assertThat(relay.awaitExit()).isEqualTo(143);
    }
  }

  @Test
  void anEmptyRelayEndsAtOnce() throws Exception {
    try (RelayChild relay = RelayChild.start("ops.drainDeadline=1h")) {
      relay.terminate();
      assertThat(relay.awaitExit()).isZero();
    }
  }
}
