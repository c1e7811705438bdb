package org.consultrelay.relay.signal.livekit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import livekit.LivekitModels;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitRoom.CreateRoomRequest;
import livekit.LivekitRoom.DeleteRoomRequest;
import livekit.LivekitRoom.DeleteRoomResponse;
import livekit.LivekitRoom.ListRoomsRequest;
import livekit.LivekitRoom.ListRoomsResponse;
import livekit.LivekitRoom.UpdateRoomMetadataRequest;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.api.RoomConfig;
import org.consultrelay.relay.consult.TestRelay;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rooms over the server API. */
@ExtendWith(RelayFixture.class)
class RoomApiTest {
  @Test
  void aRoomIsMadeAndFoundAgain(TestRelay relay) {
    ApiClient api = new ApiClient(relay);
    String name = RelayFixture.freshRoom();
    JsonObject wish =
        new JsonObject()
            .put("name", name)
            .put("emptyTimeout", 600)
            .put("departure_timeout", 60)
            .put("maxParticipants", 3)
            .put("metadata", "agenda")
            .put("a field that is newer than we are", 1);
    JsonObject made = api.ok("CreateRoom", name, wish);
    assertThat(made.getString("sid")).startsWith("RM_");
    assertThat(made.getString("name")).isEqualTo(name);
    assertThat(made.getInteger("empty_timeout")).isEqualTo(600);
    assertThat(made.getInteger("departure_timeout")).isEqualTo(60);
    assertThat(made.getInteger("max_participants")).isEqualTo(3);
    assertThat(made.getString("metadata")).isEqualTo("agenda");
    // Numbers of 64 bits are texts in JSON, and what is 0 is said.
    assertThat(Long.parseLong(made.getString("creation_time"))).isPositive();
    assertThat(made.getInteger("num_participants")).isZero();
    assertThat(made.getBoolean("active_recording")).isFalse();
    assertThat(made.getJsonArray("enabled_codecs")).isNotEmpty();

    JsonObject again = api.ok("CreateRoom", name, wish.copy().put("metadata", "another"));
    assertThat(again).isEqualTo(made);

    JsonArray listed =
        api.ok("ListRooms", "", new JsonObject().put("names", new JsonArray().add(name)))
            .getJsonArray("rooms");
    assertThat(listed).containsExactly(made);
  }

  @Test
  void theSameInProtobuf(TestRelay relay) throws Exception {
    ApiClient api = new ApiClient(relay);
    String name = RelayFixture.freshRoom();
    LivekitModels.Room made =
        api.ok(
            "CreateRoom",
            name,
            CreateRoomRequest.newBuilder().setName(name).setMaxParticipants(2).build(),
            LivekitModels.Room.getDefaultInstance());
    assertThat(made.getMaxParticipants()).isEqualTo(2);
    // As the relay has it where the request says nothing.
    assertThat(made.getEmptyTimeout()).isEqualTo(300);
    assertThat(made.getDepartureTimeout()).isEqualTo(20);
    LivekitModels.Room described =
        api.ok(
            "UpdateRoomMetadata",
            name,
            UpdateRoomMetadataRequest.newBuilder().setRoom(name).setMetadata("late").build(),
            LivekitModels.Room.getDefaultInstance());
    assertThat(described.getMetadata()).isEqualTo("late");
    ListRoomsResponse listed =
        api.ok(
            "ListRooms",
            "",
            ListRoomsRequest.newBuilder().addNames(name).addNames("no such room").build(),
            ListRoomsResponse.getDefaultInstance());
    assertThat(listed.getRoomsList()).containsExactly(described);
    api.ok(
        "DeleteRoom",
        name,
        DeleteRoomRequest.newBuilder().setRoom(name).build(),
        DeleteRoomResponse.getDefaultInstance());
    assertThat(
            api.ok(
                    "ListRooms",
                    "",
                    ListRoomsRequest.newBuilder().addNames(name).build(),
                    ListRoomsResponse.getDefaultInstance())
                .getRoomsList())
        .isEmpty();
  }

  @Test
  void aRoomThatNobodyJoinsGoesAfterItsTime(TestRelay relay) {
    ApiClient api = new ApiClient(relay);
    String name = RelayFixture.freshRoom();
    api.ok("CreateRoom", name, new JsonObject().put("name", name).put("empty_timeout", 1));
    Await.until(
        "the room is gone",
        () ->
            api.ok("ListRooms", "", new JsonObject().put("names", new JsonArray().add(name)))
                .getJsonArray("rooms")
                .isEmpty());
  }

  @Test
  void whoIsOneTooManyIsRefused(TestRelay relay) {
    ApiClient api = new ApiClient(relay);
    String name = RelayFixture.freshRoom();
    api.ok("CreateRoom", name, new JsonObject().put("name", name).put("max_participants", 1));
    try (SignalClient ann = SignalClient.v1(relay, relay.token(name, "ann"))) {
      assertThat(ann.joined().getRoom().getMaxParticipants()).isEqualTo(1);
      assertThatThrownBy(() -> SignalClient.v1(relay, relay.token(name, "bob")))
          .hasRootCauseMessage("Unexpected HTTP response status code 503");
    }
  }

  @Test
  void aJoinThatMakesTheRoomSaysWhatItIsToBeLike(TestRelay relay) {
    ApiClient api = new ApiClient(relay);
    String name = RelayFixture.freshRoom();
    Grants plain = Grants.join("ann", name);
    Grants grants =
        new Grants(
            "ann", "", "", Map.of(), "", plain.video(), new RoomConfig(600, 60, 2, "agenda"));
    try (SignalClient ann = SignalClient.v1(relay, relay.token(grants))) {
      LivekitModels.Room room = ann.joined().getRoom();
      assertThat(room.getEmptyTimeout()).isEqualTo(600);
      assertThat(room.getDepartureTimeout()).isEqualTo(60);
      assertThat(room.getMaxParticipants()).isEqualTo(2);
      assertThat(room.getMetadata()).isEqualTo("agenda");
    }
    String reserved = RelayFixture.freshRoom();
    api.ok("CreateRoom", reserved, new JsonObject().put("name", reserved));
    Grants late =
        new Grants(
            "bob",
            "",
            "",
            Map.of(),
            "",
            Grants.join("bob", reserved).video(),
            new RoomConfig(0, 0, 1, "mine"));
    try (SignalClient bob = SignalClient.v1(relay, relay.token(late))) {
      assertThat(bob.joined().getRoom().getMetadata()).isEmpty();
    }
  }

  @Test
  void aRoomThatIsDeletedEndsForAll(TestRelay relay) {
    ApiClient api = new ApiClient(relay);
    String name = RelayFixture.freshRoom();
    try (SignalClient ann = SignalClient.v1(relay, relay.token(name, "ann"));
        SignalClient bob = SignalClient.v0(relay, relay.token(name, "bob"))) {
      ann.joined();
      bob.joined();
      api.ok("DeleteRoom", name, new JsonObject().put("room", name));
      for (SignalClient each : List.of(ann, bob)) {
        assertThat(each.await(MessageCase.LEAVE).getLeave().getReason())
            .isEqualTo(DisconnectReason.ROOM_DELETED);
      }
      api.fails(
          "DeleteRoom",
          name,
          new JsonObject().put("room", name),
          404,
          "not_found",
          "requested room does not exist");
    }
  }

  @Test
  void metadataIsToldToAll(TestRelay relay) {
    ApiClient api = new ApiClient(relay);
    String name = RelayFixture.freshRoom();
    try (SignalClient ann = SignalClient.v1(relay, relay.token(name, "ann"))) {
      ann.joined();
      JsonObject wish = new JsonObject().put("room", name).put("metadata", "agenda");
      assertThat(api.ok("UpdateRoomMetadata", name, wish).getInteger("num_participants")).isOne();
      ann.await(
          m -> m.hasRoomUpdate() && m.getRoomUpdate().getRoom().getMetadata().equals("agenda"),
          "the room's metadata");
    }
  }

  @Test
  void whatIsWrongIsSaid(TestRelay relay) {
    ApiClient api = new ApiClient(relay);
    String name = RelayFixture.freshRoom();
    String invalid = "invalid_argument";
    api.fails("CreateRoom", name, new JsonObject(), 400, invalid, "no name");
    String tooLong = "é".repeat(200);
    api.fails("CreateRoom", name, new JsonObject().put("name", tooLong), 400, invalid, "longer");
    JsonObject room = new JsonObject().put("name", name);
    api.fails("CreateRoom", name, room.copy().put("empty_timeout", 1 << 30), 400, invalid, "kept");
    api.fails(
        "CreateRoom",
        name,
        room.copy().put("metadata", "x".repeat((512 << 10) + 1)),
        400,
        invalid,
        "metadata");
    api.fails(
        "CreateRoom", name, room.copy().put("egress", new JsonObject()), 400, invalid, "egress");
    api.fails(
        "CreateRoom", name, room.copy().put("empty_timeout", "soon"), 400, "malformed", "JSON");
    api.fails(
        "UpdateRoomMetadata",
        name,
        new JsonObject().put("room", name),
        404,
        "not_found",
        "requested room does not exist");
  }
}
