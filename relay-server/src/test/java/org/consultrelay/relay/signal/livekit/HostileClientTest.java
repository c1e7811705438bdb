package org.consultrelay.relay.signal.livekit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.LeaveRequest.Action;
import livekit.LivekitRtc.SessionDescription;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import org.consultrelay.relay.consult.TestRelay;
import org.consultrelay.relay.sdp.ChromiumOffer;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that send nonsense are told to leave; the room goes on. */
@ExtendWith(RelayFixture.class)
class HostileClientTest {
  /** One who behaves, and must not notice anything. */
  private static SignalClient witness(TestRelay relay, String room) {
    SignalClient witness = SignalClient.v1(relay, relay.token(room, "witness"));
    witness.joined();
    return witness;
  }

  private static void isPutOut(SignalClient client) {
    LeaveRequest leave = client.await(MessageCase.LEAVE).getLeave();
    assertThat(leave.getReason()).isEqualTo(DisconnectReason.JOIN_FAILURE);
    assertThat(leave.getAction()).isEqualTo(Action.DISCONNECT);
    assertThat(client.closeStatus()).isEqualTo(1_000);
  }

  @Test
  void bytesThatAreNoMessage(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    try (SignalClient witness = witness(relay, room);
        SignalClient bad = SignalClient.v1(relay, relay.token(room, "bad"))) {
      bad.send(new byte[] {(byte) 0xFF, (byte) 0xFF, 1, 2});
      isPutOut(bad);
      witness.settled();
    }
  }

  @Test
  void text(TestRelay relay) {
    try (SignalClient bad = SignalClient.v1(relay, relay.token(RelayFixture.freshRoom(), "bad"))) {
      bad.sendText("{\"ping\": 1}");
      isPutOut(bad);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2 << 20, 64 << 10})
  void aMessageThatIsTooLongEndsTheSession(int frame, TestRelay relay) {
    String room = RelayFixture.freshRoom();
    try (SignalClient witness = witness(relay, room);
        SignalClient bad = SignalClient.v1(relay, relay.token(room, "bad"))) {
      bad.joined();
      try {
        bad.sendInFrames(new byte[2 << 20], frame);
      } catch (java.util.concurrent.CompletionException e) {
        // The relay may have closed before all was written.
      }
      bad.closeStatus();
      witness.await(
          m ->
              m.hasUpdate()
                  && m.getUpdate().getParticipants(0).getDisconnectReason()
                      == DisconnectReason.JOIN_FAILURE,
          "bad put out");
      witness.settled();
    }
  }

  @Test
  void moreMessagesThanAnybodyNeeds(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    try (SignalClient witness = witness(relay, room);
        SignalClient bad = SignalClient.v1(relay, relay.token(room, "bad"))) {
      try {
        for (int i = 0; i < 3_000; i++) {
          bad.send(SignalRequest.newBuilder().setPing(i));
        }
      } catch (java.util.concurrent.CompletionException e) {
        // The relay closes as soon as it has had enough.
      }
      isPutOut(bad);
      witness.settled();
    }
  }

  @Test
  void descriptionsThatCannotBe(TestRelay relay) {
    String good = ChromiumOffer.room().text();
    for (String sdp :
        new String[] {
          "",
          "v=0\r\n",
          "nonsense",
          good.replaceAll("a=fingerprint.*\r\n", ""),
          good.replaceAll("a=ice-ufrag.*\r\n", ""),
          good.replaceAll("a=group.*\r\n", ""),
          good.replace("a=rtcp-mux\r\n", ""),
          good.replace("a=setup:actpass", "a=setup:holdconn"),
          good + "a=mid:" + "9".repeat(100_000) + "\r\n"
        }) {
      try (SignalClient bad =
          SignalClient.v1(relay, relay.token(RelayFixture.freshRoom(), "bad"))) {
        bad.offer(sdp);
        isPutOut(bad);
      }
    }
  }

  @Test
  void sectionsThatMoveInALaterOffer(TestRelay relay) {
    try (SignalClient bad = SignalClient.v1(relay, relay.token(RelayFixture.freshRoom(), "bad"))) {
      bad.negotiate(ChromiumOffer.room().text());
      bad.offer(ChromiumOffer.offer().video("recvonly", "", 0).audio("recvonly", "", 0).text());
      isPutOut(bad);
    }
  }

  @Test
  void anotherCertificateInALaterOfferIsAnotherSession(TestRelay relay) {
    String offer = ChromiumOffer.room().text();
    try (SignalClient client =
        SignalClient.v1(relay, relay.token(RelayFixture.freshRoom(), "ann"))) {
      client.negotiate(offer);
      client.offer(offer.replaceAll("(a=fingerprint:sha-256 )..", "$1EE"));
      assertThat(client.await(MessageCase.LEAVE).getLeave().getAction())
          .isEqualTo(Action.RECONNECT);
    }
  }

  @Test
  void answersToNothingAreNothing(TestRelay relay) {
    try (SignalClient v1 = SignalClient.v1(relay, relay.token(RelayFixture.freshRoom(), "a"));
        SignalClient v0 = SignalClient.v0(relay, relay.token(RelayFixture.freshRoom(), "b"))) {
      v1.joined();
      v0.await(MessageCase.OFFER);
      for (SignalClient each : new SignalClient[] {v1, v0}) {
        each.send(
            SignalRequest.newBuilder()
                .setAnswer(
                    SessionDescription.newBuilder()
                        .setType("answer")
                        .setId(77)
                        .setSdp(ChromiumOffer.room().text())));
        each.settled();
      }
    }
  }

  /** Any message that parses, with anything in it, in any order: no fault of ours comes of it. */
  @RepeatedTest(20)
  void randomMessagesAndTruncatedOnes(TestRelay relay) {
    long seed = new SplittableRandom().nextLong();
    SplittableRandom random = new SplittableRandom(seed);
    String room = RelayFixture.freshRoom();
    try (SignalClient witness = witness(relay, room);
        SignalClient bad =
            random.nextBoolean()
                ? SignalClient.v1(relay, relay.token(room, "bad"))
                : SignalClient.v0(relay, relay.token(room, "bad"))) {
      bad.joined();
      try {
        for (int i = 0; i < 100; i++) {
          byte[] message = RandomRequest.of(random).toByteArray();
          if (random.nextInt(200) == 0 && message.length > 0) {
            message = java.util.Arrays.copyOf(message, random.nextInt(message.length));
          }
          bad.send(message);
        }
      } catch (java.util.concurrent.CompletionException e) {
        // It may have been put out by then, rightly.
      }
      witness.settled();
      try (SignalClient next = SignalClient.v1(relay, relay.token(room, "next"))) {
        next.joined();
        next.negotiate(ChromiumOffer.room().text());
      }
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed, e);
    }
  }
}
