package org.consultrelay.relay.signal.livekit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import livekit.LivekitMetrics.MetricsBatch;
import livekit.LivekitModels.DataPacket;
import livekit.LivekitModels.UserPacket;
import livekit.LivekitRtc.DataChannelReceiveState;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SyncState;
import org.consultrelay.relay.consult.TestRelay;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Data between participants, over SCTP of libwebrtc's. */
@ExtendWith(RelayFixture.class)
class DataTest {
  private static DataPacket.Builder packet(String text) {
    return DataPacket.newBuilder()
        .setUser(UserPacket.newBuilder().setPayload(ByteString.copyFromUtf8(text)));
  }

  private static String text(DataPeer.Received received) {
    return received.packet().getUser().getPayload().toStringUtf8();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @SuppressWarnings("deprecation")
  void bothKindsArriveStampedWithTheirSender(boolean single, TestRelay relay) throws Exception {
    String room = RelayFixture.freshRoom();
    try (DataPeer ann = DataPeer.join(relay, relay.token(room, "ann"), single);
        DataPeer bob = DataPeer.join(relay, relay.token(room, "bob"), !single)) {
      for (String label : new String[] {"_reliable", "_lossy"}) {
        // Whoever it says that it is.
        ann.send(label, packet(label).setParticipantIdentity("bob").setParticipantSid("PA_forged"));
        DataPeer.Received received = bob.next();
        assertThat(received.label()).isEqualTo(label);
        assertThat(text(received)).isEqualTo(label);
        assertThat(received.packet().getParticipantIdentity()).isEqualTo("ann");
        assertThat(received.packet().getParticipantSid()).isEqualTo(ann.sid());
        assertThat(received.packet().getUser().getParticipantSid()).isEqualTo(ann.sid());
      }
      assertThat(ann.hasReceived()).isFalse();
    }
  }

  @Test
  void onlyThoseNamedReceive(TestRelay relay) throws Exception {
    String room = RelayFixture.freshRoom();
    try (DataPeer ann = DataPeer.join(relay, relay.token(room, "ann"), true);
        DataPeer bob = DataPeer.join(relay, relay.token(room, "bob"), true);
        DataPeer eve = DataPeer.join(relay, relay.token(room, "eve"), true)) {
      ann.send("_reliable", packet("for bob").addDestinationIdentities("bob"));
      ann.send("_reliable", packet("for all"));
      assertThat(text(bob.next())).isEqualTo("for bob");
      assertThat(text(bob.next())).isEqualTo("for all");
      // In order: what was not for her would have come before.
      assertThat(text(eve.next())).isEqualTo("for all");
    }
  }

  @Test
  void whoMayNotSendDataIsNotHeard(TestRelay relay) throws Exception {
    String room = RelayFixture.freshRoom();
    String token = RelayFixture.token(relay, room, "mute", may -> may.canPublishData(false));
    try (DataPeer mute = DataPeer.join(relay, token, true);
        DataPeer ann = DataPeer.join(relay, relay.token(room, "ann"), true);
        DataPeer bob = DataPeer.join(relay, relay.token(room, "bob"), true)) {
      mute.send("_reliable", packet("not to be heard"));
      ann.send("_reliable", packet("first").addDestinationIdentities("mute"));
      assertThat(text(mute.next())).isEqualTo("first");
      ann.send("_reliable", packet("second").addDestinationIdentities("bob"));
      assertThat(text(bob.next())).isEqualTo("second");
    }
  }

  @Test
  void theHiddenAreHeardWithoutAName(TestRelay relay) throws Exception {
    String room = RelayFixture.freshRoom();
    String token = RelayFixture.token(relay, room, "spy", RelayFixture.May::hidden);
    try (DataPeer spy = DataPeer.join(relay, token, true);
        DataPeer bob = DataPeer.join(relay, relay.token(room, "bob"), true)) {
      spy.send("_reliable", packet("psst").setParticipantIdentity("somebody"));
      DataPeer.Received received = bob.next();
      assertThat(received.packet().getParticipantIdentity()).isEmpty();
      assertThat(received.packet().getParticipantSid()).isEmpty();
    }
  }

  @Test
  void fieldsThatAreNewerThanWeAreArePassedOn(TestRelay relay) throws Exception {
    String room = RelayFixture.freshRoom();
    UnknownFieldSet newer =
        UnknownFieldSet.newBuilder()
            .addField(
                999,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFromUtf8("newer"))
                    .build())
            .build();
    try (DataPeer ann = DataPeer.join(relay, relay.token(room, "ann"), true);
        DataPeer bob = DataPeer.join(relay, relay.token(room, "bob"), true)) {
      ann.send("_reliable", DataPacket.newBuilder().setUnknownFields(newer));
      assertThat(bob.next().packet().getUnknownFields()).isEqualTo(newer);
    }
  }

  @Test
  void nonsenseMetricsAndRepetitionsAreNotPassedOn(TestRelay relay) throws Exception {
    String room = RelayFixture.freshRoom();
    try (DataPeer ann = DataPeer.join(relay, relay.token(room, "ann"), true);
        DataPeer bob = DataPeer.join(relay, relay.token(room, "bob"), true)) {
      ann.uplink.send("_reliable", new byte[] {(byte) 0xFF, 1});
      ann.send("_reliable", DataPacket.newBuilder().setMetrics(MetricsBatch.newBuilder()));
      ann.send("_reliable", packet("one").setSequence(1));
      ann.send("_reliable", packet("one").setSequence(1));
      ann.send("_reliable", packet("two").setSequence(2));
      assertThat(text(bob.next())).isEqualTo("one");
      assertThat(text(bob.next())).isEqualTo("two");
      ann.uplink.send("_reliable", packet("x".repeat(60_000)).build().toByteArray());
      assertThat(text(bob.next())).hasSize(60_000);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSessionGoesOnWithoutItsWebSocketAndIsResumed(boolean single, TestRelay relay)
      throws Exception {
    String room = RelayFixture.freshRoom();
    try (DataPeer ann = DataPeer.join(relay, relay.token(room, "ann"), single);
        DataPeer bob = DataPeer.join(relay, relay.token(room, "bob"), true)) {
      ann.signal.cut();
      bob.send("_reliable", packet("while away").setSequence(1));
      assertThat(text(ann.next())).isEqualTo("while away");
      bob.send("_reliable", packet("and again").setSequence(2));
      assertThat(text(ann.next())).isEqualTo("and again");
      ann.send("_reliable", packet("from away").setSequence(9));
      assertThat(text(bob.next())).isEqualTo("from away");

      ann.resume();
      SignalResponse first = ann.signal.next();
      assertThat(first.hasReconnect()).as(first.getMessageCase().name()).isTrue();
      assertThat(first.getReconnect().getLastMessageSeq()).isEqualTo(9);
      ann.signal.send(
          SignalRequest.newBuilder()
              .setSyncState(
                  SyncState.newBuilder()
                      .addDatachannelReceiveStates(
                          DataChannelReceiveState.newBuilder()
                              .setPublisherSid(bob.sid())
                              .setLastSeq(1))));
      ann.signal.await(
          m -> m.hasUpdate() && m.getUpdate().getParticipantsCount() == 2, "everybody again");
      // Only what it says it has not.
      assertThat(text(ann.next())).isEqualTo("and again");
      if (!single) {
        ann.answerOffer();
      }
      ann.offer(true);
      bob.send("_reliable", packet("back").setSequence(3));
      assertThat(text(ann.next())).isEqualTo("back");
      RelayFixture.inRoom(
          relay, room, in -> assertThat(in.participant("ann").sid()).isEqualTo(ann.sid()));
    }
  }

  @Test
  void aResumeWithTracksThatAreNotThereIsToBeAJoin(TestRelay relay) throws Exception {
    String room = RelayFixture.freshRoom();
    try (DataPeer ann = DataPeer.join(relay, relay.token(room, "ann"), true)) {
      ann.signal.cut();
      ann.resume();
      SyncState.Builder state = SyncState.newBuilder();
      state.addPublishTracksBuilder().setCid("cam").getTrackBuilder().setSid("TR_unknown");
      ann.signal.send(SignalRequest.newBuilder().setSyncState(state));
      assertThat(ann.signal.await(SignalResponse.MessageCase.LEAVE).getLeave().getAction())
          .isEqualTo(livekit.LivekitRtc.LeaveRequest.Action.RECONNECT);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoseConnectionEndsIsGone(boolean single, TestRelay relay) throws Exception {
    String room = RelayFixture.freshRoom();
    try (DataPeer bob = DataPeer.join(relay, relay.token(room, "bob"), true);
        DataPeer ann = DataPeer.join(relay, relay.token(room, "ann"), single)) {
      ann.awaitActive();
      ann.signal.cut();
      ann.uplink.close();
      bob.signal.await(
          m ->
              m.hasUpdate()
                  && m.getUpdate().getParticipants(0).getState()
                      == livekit.LivekitModels.ParticipantInfo.State.DISCONNECTED,
          "ann gone");
    }
  }
}
