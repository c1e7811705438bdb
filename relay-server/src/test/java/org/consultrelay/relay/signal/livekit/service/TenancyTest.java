package org.consultrelay.relay.signal.livekit.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import livekit.LivekitModels;
import livekit.LivekitRoom.ListRoomsResponse;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.api.VerifiedToken;
import org.consultrelay.relay.api.VideoGrant;
import org.consultrelay.relay.net.TimerWheel;
import org.consultrelay.relay.ops.AuditLog;
import org.consultrelay.relay.room.Room;
import org.consultrelay.relay.room.RoomEvents;
import org.consultrelay.relay.room.RoomLimits;
import org.consultrelay.relay.room.RoomLoop;
import org.consultrelay.relay.room.RoomResult;
import org.consultrelay.relay.room.Rooms;
import org.junit.jupiter.api.Test;

/** Several suppliers on one relay: none sees, makes or touches rooms of another. */
class TenancyTest {
  private final Rooms rooms =
      new Rooms(
          List.of(loop(), loop()),
          new RoomLimits(
              Duration.ofMinutes(1), Duration.ofMinutes(5), 1_000, 1_000, 100, false, 0, 0),
          new RoomEvents() {},
          new SecureRandom());
  private final AuditLog audit = new AuditLog(Optional.empty(), InstantSource.system());
  private final List<Operation<?>> operations = new ArrayList<>();

  TenancyTest() {
    operations.addAll(new RoomOperations(rooms, new RequestRate()).all());
    operations.addAll(new ParticipantOperations(rooms).all());
    operations.addAll(new DataOperations(rooms).all());
  }

  private static RoomLoop loop() {
    return new RoomLoop(Runnable::run, () -> 0, new TimerWheel(0), null, List.of());
  }

  private void make(String name) {
    CompletableFuture<RoomResult<Room>> _ =
        rooms.inRoom(
            name,
            room -> {
              room.reserve();
              return new RoomResult.Done<>(room);
            });
  }

  private static VerifiedToken token(String prefix, String room) {
    VideoGrant all =
        new VideoGrant(
            room, true, null, null, null, List.of(), false, false, false, false, false, true, true,
            true, false, "");
    Grants grants = new Grants("", "", "", Map.of(), "", all);
    return new VerifiedToken("key", grants, Instant.MAX, prefix);
  }

  private Answer run(Operation<?> operation, VerifiedToken token, String room) {
    FieldDescriptor field = operation.request().getDescriptorForType().findFieldByName("room");
    if (field == null) {
      field = operation.request().getDescriptorForType().findFieldByName("name");
    }
    Message.Builder request = operation.request().newBuilderForType();
    if (field != null) {
      request.setField(field, room);
    }
    return operation.run(token, Encoding.PROTOBUF, request.build().toByteArray(), audit).join();
  }

  @Test
  void whatIsNotCoveredIsRefusedAlikeWhetherItIsThereOrNot() {
    make("north-1");
    make("south-1");
    for (Operation<?> operation : operations) {
      if (operation.name().equals("ListRooms")) {
        continue;
      }
      for (String room : List.of("south-1", "south-none", "north", "")) {
        assertThat(run(operation, token("north-", room), room))
            .as("%s of %s", operation.name(), room)
            .isEqualTo(Answer.DENIED);
      }
      assertThat(run(operation, token("north-", "north-1"), "north-1"))
          .as(operation.name())
          .isNotEqualTo(Answer.DENIED);
    }
    assertThat(rooms.roomCount()).as("north-1 was ended, by its own").isEqualTo(1);
  }

  @Test
  void onlyItsOwnAreListed() {
    for (int i = 0; i < 150; i++) {
      make("north-" + i);
      make("south-" + i);
    }
    Operation<?> list =
        operations.stream().filter(each -> each.name().equals("ListRooms")).findFirst().get();
    assertThat(names(run(list, token("north-", ""), "")))
        .hasSize(150)
        .allMatch(name -> name.startsWith("north-"));
    assertThat(names(run(list, token("", ""), ""))).hasSize(300);
  }

  private static List<String> names(Answer answer) {
    assertThat(answer).isInstanceOf(Answer.Done.class);
    ListRoomsResponse rooms = (ListRoomsResponse) ((Answer.Done) answer).message();
    return rooms.getRoomsList().stream().map(LivekitModels.Room::getName).toList();
  }
}
