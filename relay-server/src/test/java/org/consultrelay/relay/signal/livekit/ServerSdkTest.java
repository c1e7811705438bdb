package org.consultrelay.relay.signal.livekit;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import org.consultrelay.relay.consult.TestRelay;
import org.consultrelay.relay.signal.SpeakingProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A back end on LiveKit's server SDKs calls every method of the room service, and two participants
 * on their Rust core, each in a process of its own, see what it does.
 */
@ExtendWith(RelayFixture.class)
class ServerSdkTest {
  @Test
  @Timeout(240)
  void livekitServerSdkOnNode(TestRelay relay) throws Exception {
    String room = RelayFixture.freshRoom();
    consultation(
        relay,
        room,
        ServerSdk.node("rooms.mjs", relay.url(), TestRelay.KEY, TestRelay.SECRET, room));
  }

  @Test
  @Timeout(240)
  void livekitServerOnTheJavaMachine(TestRelay relay) throws Exception {
    String room = RelayFixture.freshRoom();
    consultation(
        relay,
        room,
        ServerSdk.java("Rooms.java", relay.url(), TestRelay.KEY, TestRelay.SECRET, room));
  }

  private static void consultation(TestRelay relay, String room, ProcessBuilder backEnd)
      throws Exception {
    try (SpeakingProcess sdk = SpeakingProcess.start(backEnd)) {
      sdk.await("created");
      try (SpeakingProcess ann = guest(relay, room, "ann");
          SpeakingProcess bob = guest(relay, room, "bob")) {
        ann.await("published");
        bob.await("published");
        bob.await("seen ann");
        ann.await("seen bob");
        goOn(sdk, "listed");

        goOn(sdk, "sent");
        ann.await("data server reliable queue to all");
        bob.await("room late");
        bob.await("data server reliable queue to all");
        bob.await("data server lossy", line -> line.endsWith("to bob"));

        goOn(sdk, "muted");
        bob.await("muted ann");
        goOn(sdk, "updated");
        bob.await("metadata ann in the queue");

        goOn(sdk, "unsubscribed");
        // The Rust core says nothing of tracks that the server unsubscribes it from.
        awaitSubscriptions(relay, room, "bob", 1);
        bob.forget();
        goOn(sdk, "subscribed");
        awaitSubscriptions(relay, room, "bob", 2);
        bob.await("seen ann");
        bob.await("seen ann");
        calls(relay, room);

        goOn(sdk, "forbidden");
        awaitSubscriptions(relay, room, "bob", 0);
        goOn(sdk, "removed");
        bob.await("disconnected");
        goOn(sdk, "done");
        ann.await("disconnected");
        sdk.tell("");
        sdk.awaitExit();
      }
    }
  }

  private static SpeakingProcess guest(TestRelay relay, String room, String identity)
      throws IOException {
    return SpeakingProcess.start(
        new ProcessBuilder("node", "guest.mjs", relay.url(), relay.token(room, identity))
            .directory(RtcNode.directory().toFile()));
  }

  /** How many of ann's tracks somebody is sent. */
  private static void awaitSubscriptions(TestRelay relay, String room, String identity, int count) {
    Await.until(
        identity + " is sent " + count,
        () -> {
          int[] sent = new int[1];
          RelayFixture.inRoom(
              relay,
              room,
              in -> {
                assertThat(in.participant(identity)).isNotNull();
                sent[0] =
                    in.participant("ann").tracks().stream()
                        .mapToInt(track -> track.publication().subscriptionCount())
                        .sum();
              });
          return sent[0] == count;
        });
  }

  private static void goOn(SpeakingProcess sdk, String done) throws IOException {
    sdk.tell("");
    sdk.await(done);
  }

  /** The SDKs of these versions do not have this method: it is called by hand. */
  private static void calls(TestRelay relay, String room) {
    ApiClient api = new ApiClient(relay);
    JsonObject call =
        new JsonObject()
            .put("room", room)
            .put("destination_identity", "ann")
            .put("method", "triage")
            .put("payload", "the chest pain");
    assertThat(api.ok("PerformRpc", room, call).getString("payload"))
        .isEqualTo("the chest pain is urgent");
    api.fails(
        "PerformRpc",
        room,
        call.copy().put("method", "unknown"),
        400,
        "invalid_argument",
        "not supported");
  }
}
