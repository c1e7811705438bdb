package org.consultrelay.relay.signal.livekit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.consultrelay.relay.consult.TestRelay;
import org.consultrelay.relay.room.Track;
import org.consultrelay.relay.signal.SpeakingProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** LiveKit's own server SDK takes what the relay tells of a call with LiveKit's own client. */
class WebhookReceiverTest {
  @Test
  @Timeout(240)
  @SuppressWarnings("try") // The one that refuses ends before the one that takes begins.
  void theStockReceiverVerifiesACallFromItsBeginningToItsEnd() throws Exception {
    int port;
    // It knows another secret, and so takes nothing.
    try (SpeakingProcess wrong = ServerSdk.receiver(TestRelay.KEY, "another-secret", 0)) {
      port = Integer.parseInt(wrong.await("port ").substring("port ".length()));
      try (TestRelay relay =
          TestRelay.start(
              "127.0.0.1",
              "webhooks.urls=http://127.0.0.1:" + port + "/",
              "webhooks.allowPrivate=true",
              "webhooks.retry.first=20ms",
              "webhooks.retry.most=200ms",
              "rooms.departureTimeout=200ms")) {
        try (SpeakingProcess guest =
            SpeakingProcess.start(
                new ProcessBuilder("node", "guest.mjs", relay.url(), relay.token("Żabka 7", "ann"))
                    .directory(RtcNode.directory().toFile()))) {
          guest.await("connected ann");
          guest.await("published");
          assertThat(wrong.await("refused ")).contains("signature");
          // Its SDK says so before the tracks are negotiated.
          Await.until("2 tracks", () -> tracks(relay) == 2);
          guest.tell("leave");
          guest.await("left");
          guest.awaitExit();
        }
        wrong.close();
        try (SpeakingProcess right = ServerSdk.receiver(TestRelay.KEY, TestRelay.SECRET, port)) {
          List<String> events = events(right);
          assertThat(events)
              .startsWith("room_started - -", "participant_joined ann -")
              .endsWith("participant_left ann -", "room_finished - -")
              .contains("track_published ann 1", "track_published ann 2");
          assertThat(events).filteredOn(each -> each.startsWith("track_published ")).hasSize(2);
          assertThat(events)
              .filteredOn(each -> each.startsWith("track_unpublished "))
              .containsExactlyInAnyOrder("track_unpublished ann 1", "track_unpublished ann 2");
          assertThat(events).hasSize(8);
        }
      }
    }
  }

  private static long tracks(TestRelay relay) {
    AtomicLong tracks = new AtomicLong();
    RelayFixture.inRoom(
        relay,
        "Żabka 7",
        room ->
            tracks.set(
                room.participants().stream()
                    .flatMap(each -> each.tracks().stream())
                    .filter(Track::isAvailable)
                    .count()));
    return tracks.get();
  }

  /** All events up to the end of the room, without the room and the identifier. */
  private static List<String> events(SpeakingProcess receiver) {
    List<String> events = new ArrayList<>();
    while (events.isEmpty() || !events.getLast().startsWith("room_finished")) {
      String line =
          receiver.await("any", each -> each.startsWith("event") || each.startsWith("refused"));
      assertThat(line).startsWith("event Żabka 7 ");
      String[] words = line.substring("event Żabka 7 ".length()).split(" ", -1);
      events.add(words[0] + " " + words[1] + " " + words[2]);
    }
    return events;
  }
}
