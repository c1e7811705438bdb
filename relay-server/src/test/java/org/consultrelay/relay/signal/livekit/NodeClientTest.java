package org.consultrelay.relay.signal.livekit;

import static org.assertj.core.api.Assertions.assertThat;

import org.consultrelay.relay.consult.ChromiumFixture;
import org.consultrelay.relay.consult.SharedChromium;
import org.consultrelay.relay.consult.TestRelay;
import org.consultrelay.relay.signal.SpeakingProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A client that shares nothing with browsers' (its core is in Rust) meets one of theirs. */
@ExtendWith({SharedChromium.class, RelayFixture.class})
class NodeClientTest {
  @Test
  @Timeout(240)
  void seesHearsAndTalks(ChromiumFixture chromium, TestRelay relay) throws Exception {
    String room = RelayFixture.freshRoom();
    try (SpeakingProcess node =
            SpeakingProcess.start(
                new ProcessBuilder("node", "guest.mjs", relay.url(), relay.token(room, "node"))
                    .directory(RtcNode.directory().toFile()));
        Person ann = new Person(chromium, relay, "ann")) {
      node.await("connected node");
      RelayFixture.inRoom(
          relay,
          room,
          in ->
              assertThat(
                      ClientScenario.session(in.participant("node")).options().singleConnection())
                  .isTrue());
      node.await("published");
      ann.enter(relay.token(room, "ann"), "{}").publishes();
      ann.sees("node", "camera");
      ann.hears("node");
      node.await("heard ann");
      node.await("seen ann");

      node.tell("say Ça va ?");
      ann.until("texts.some((each) => each.from === 'node' && each.text === 'Ça va ?')");
      for (int kind : new int[] {0, 1}) {
        ann.until(
            """
            packets.some((each) =>
                each.from === 'node' && each.text === 'Ça va ?' && each.topic === 'vitals' && each.kind === args[0])
            """,
            kind);
      }
      ann.run("await room.localParticipant.sendText('Très bien', { topic: 'lk.chat' })");
      node.await("text ann Très bien");
      for (boolean reliable : new boolean[] {true, false}) {
        ann.run(
            """
            await room.localParticipant.publishData(
                new TextEncoder().encode('pulse 72'), { reliable: args[0], topic: 'vitals' });
            """,
            reliable);
        node.await("data ann %s vitals pulse 72".formatted(reliable ? "reliable" : "lossy"));
      }
      ann.run("await room.localParticipant.setCameraEnabled(false)");
      node.await("muted ann");

      node.tell("leave");
      ann.hasBeenTold("ParticipantDisconnected", "node");
      node.await("left");
      node.awaitExit();
    }
  }
}
