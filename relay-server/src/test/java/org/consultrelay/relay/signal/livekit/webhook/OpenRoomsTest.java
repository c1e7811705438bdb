package org.consultrelay.relay.signal.livekit.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.Room;
import org.consultrelay.relay.store.Store;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever was in when the process was killed is out, and their room is gone. */
class OpenRoomsTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Store store;
  private final OpenRooms rooms;

  OpenRoomsTest() throws IOException {
    store = Store.open(Optional.empty());
    rooms = new OpenRooms(store);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void note(EventName name, String room, @Nullable String participant) {
    rooms.note(
        new WebhookEvent(
            "EV_1",
            name,
            1_000,
            Room.newBuilder().setSid("RM_" + room).setName(room).setMetadata("private").build(),
            participant == null
                ? null
                : ParticipantInfo.newBuilder()
                    .setSid("PA_" + participant)
                    .setIdentity(participant)
                    .setMetadata("private")
                    .setState(ParticipantInfo.State.ACTIVE)
                    .build(),
            null));
  }

  @Test
  void whatIsOverIsForgotten() {
    note(EventName.ROOM_STARTED, "a", null);
    note(EventName.PARTICIPANT_CONNECTION_ABORTED, "a", "ben");
    note(EventName.PARTICIPANT_JOINED, "a", "ann");
    note(EventName.TRACK_PUBLISHED, "a", "ann");
    note(EventName.TRACK_UNPUBLISHED, "a", "ann");
    note(EventName.PARTICIPANT_LEFT, "a", "ann");
    note(EventName.ROOM_FINISHED, "a", null);
    assertThat(rooms.ends(5_000, RANDOM)).isEmpty();
    assertThat(store.map("webhookRooms")).isEmpty();
  }

  @Test
  void whatIsNotOverEndsOnceInOrder() {
    note(EventName.ROOM_STARTED, "b", null);
    note(EventName.ROOM_STARTED, "a", null);
    note(EventName.PARTICIPANT_JOINED, "a", "ann");
    note(EventName.PARTICIPANT_JOINED, "a", "ben");
    note(EventName.PARTICIPANT_LEFT, "a", "ben");
    note(EventName.PARTICIPANT_JOINED, "a", "cat");
    List<WebhookEvent> ends = rooms.ends(5_000, RANDOM);
    assertThat(ends)
        .filteredOn(each -> each.room().getName().equals("a"))
        .extracting(WebhookEvent::name)
        .containsExactly(
            EventName.PARTICIPANT_LEFT, EventName.PARTICIPANT_LEFT, EventName.ROOM_FINISHED);
    assertThat(ends)
        .filteredOn(each -> each.name() == EventName.PARTICIPANT_LEFT)
        .allSatisfy(each -> {
          assertThat(each.createdAtMillis()).isEqualTo(5_000);
          ParticipantInfo who = each.participant();
          assertThat(who).isNotNull();
          assertThat(who.getState()).isEqualTo(ParticipantInfo.State.DISCONNECTED);
          assertThat(who.getDisconnectReason()).isEqualTo(DisconnectReason.SERVER_SHUTDOWN);
          assertThat(who.getMetadata()).isEmpty();
        })
        .extracting(each -> each.participant().getIdentity())
        .containsExactlyInAnyOrder("ann", "cat");
    assertThat(ends).extracting(WebhookEvent::id).doesNotHaveDuplicates();
    assertThat(ends).hasSize(4);
    ends.forEach(rooms::note);
    assertThat(rooms.ends(6_000, RANDOM)).isEmpty();
  }

  @Test
  void whatCannotBeReadIsLeftOut() {
    store.map("webhookRooms").put("RM_a", "////");
    store.map("webhookRooms").put("RM_b", "no base64");
    store.map("webhookRooms").put("RM_c/PA_x", "");
    assertThat(rooms.ends(5_000, RANDOM)).isEmpty();
    assertThat(store.map("webhookRooms")).isEmpty();
  }
}
