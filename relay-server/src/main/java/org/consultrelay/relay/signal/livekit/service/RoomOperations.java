package org.consultrelay.relay.signal.livekit.service;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import livekit.LivekitModels;
import livekit.LivekitRoom.CreateRoomRequest;
import livekit.LivekitRoom.DeleteRoomRequest;
import livekit.LivekitRoom.DeleteRoomResponse;
import livekit.LivekitRoom.ListRoomsRequest;
import livekit.LivekitRoom.ListRoomsResponse;
import livekit.LivekitRoom.UpdateRoomMetadataRequest;
import org.consultrelay.relay.api.VerifiedToken;
import org.consultrelay.relay.room.DepartureReason;
import org.consultrelay.relay.room.Room;
import org.consultrelay.relay.room.RoomRefusal;
import org.consultrelay.relay.room.RoomResult;
import org.consultrelay.relay.room.RoomSettings;
import org.consultrelay.relay.room.Rooms;
import org.consultrelay.relay.signal.livekit.Infos;
import org.consultrelay.relay.signal.livekit.MetadataUpdates;
import org.jspecify.annotations.Nullable;

/** Rooms: made, listed, described and ended. */
final class RoomOperations {
  /** The longest that an empty room is kept, in seconds. */
  private static final int MOST_SECONDS = (int) RoomSettings.LONGEST.toSeconds();

  /** Of rooms that are asked for by name. */
  private static final int MOST_NAMES = 10_000;

  /** A list of all rooms counts as one request for each so many. */
  private static final int ROOMS_OF_A_REQUEST = 100;

  private final Rooms rooms;
  private final RequestRate rate;

  RoomOperations(Rooms rooms, RequestRate rate) {
    this.rooms = rooms;
    this.rate = rate;
  }

  List<Operation<?>> all() {
    return List.of(
        new Operation<>(
            "CreateRoom",
            CreateRoomRequest.getDefaultInstance(),
            Grant.CREATE,
            true,
            CreateRoomRequest::getName,
            (_, request) -> create(request)),
        new Operation<>(
            "ListRooms",
            ListRoomsRequest.getDefaultInstance(),
            Grant.LIST,
            false,
            _ -> "",
            this::list),
        new Operation<>(
            "DeleteRoom",
            DeleteRoomRequest.getDefaultInstance(),
            Grant.CREATE,
            true,
            DeleteRoomRequest::getRoom,
            (_, request) -> delete(request)),
        new Operation<>(
            "UpdateRoomMetadata",
            UpdateRoomMetadataRequest.getDefaultInstance(),
            Grant.ADMIN,
            true,
            UpdateRoomMetadataRequest::getRoom,
            (_, request) -> describe(request)));
  }

  private CompletableFuture<Answer> create(CreateRoomRequest request) {
    String wrong = wrong(request);
    if (wrong != null) {
      return Operation.now(Answer.invalid(wrong));
    }
    RoomSettings settings =
        new RoomSettings(
            seconds(request.getEmptyTimeout()),
            seconds(request.getDepartureTimeout()),
            request.getMaxParticipants(),
            request.getMetadata());
    return answer(
        rooms.<Answer>inRoom(
            request.getName(),
            room -> {
              room.configure(settings);
              room.reserve();
              return new RoomResult.Done<>(new Answer.Done(Infos.room(room)));
            }));
  }

  private static @Nullable String wrong(CreateRoomRequest request) {
    // Numbers without a sign, which a negative one is not.
    if (Integer.compareUnsigned(request.getEmptyTimeout(), MOST_SECONDS) > 0
        || Integer.compareUnsigned(request.getDepartureTimeout(), MOST_SECONDS) > 0) {
      return "no room is kept empty for longer than " + MOST_SECONDS + " seconds";
    }
    if (request.getMaxParticipants() < 0) {
      return "max_participants is too large";
    }
    if (isLong(request.getMetadata())) {
      return "metadata is longer than " + MetadataUpdates.MOST_METADATA + " bytes";
    }
    return request.hasEgress() ? "there is no egress here" : null;
  }

  private static @Nullable Duration seconds(int seconds) {
    return seconds == 0 ? null : Duration.ofSeconds(seconds);
  }

  private CompletableFuture<Answer> list(VerifiedToken token, ListRoomsRequest request) {
    if (request.getNamesCount() > MOST_NAMES) {
      return Operation.now(Answer.invalid("more than " + MOST_NAMES + " names"));
    }
    int more = request.getNamesCount() == 0 ? rooms.roomCount() / ROOMS_OF_A_REQUEST : 0;
    if (more > 0 && !rate.take(token.apiKey(), more, System.nanoTime())) {
      return Operation.now(RequestRate.EXCEEDED);
    }
    Set<String> names = Set.copyOf(request.getNamesList());
    return rooms
        .<LivekitModels.Room>inEach(
            name -> token.covers(name) && (names.isEmpty() || names.contains(name)), Infos::room)
        .thenApply(all -> new Answer.Done(ListRoomsResponse.newBuilder().addAllRooms(all).build()));
  }

  private CompletableFuture<Answer> delete(DeleteRoomRequest request) {
    return inRoom(
        rooms,
        request.getRoom(),
        room -> {
          room.close(DepartureReason.ROOM_DELETED);
          return new Answer.Done(DeleteRoomResponse.getDefaultInstance());
        });
  }

  private CompletableFuture<Answer> describe(UpdateRoomMetadataRequest request) {
    if (isLong(request.getMetadata())) {
      return Operation.now(
          Answer.invalid("metadata is longer than " + MetadataUpdates.MOST_METADATA + " bytes"));
    }
    return inRoom(
        rooms,
        request.getRoom(),
        room -> {
          room.describe(request.getMetadata());
          return new Answer.Done(Infos.room(room));
        });
  }

  private static boolean isLong(String metadata) {
    return metadata.getBytes(StandardCharsets.UTF_8).length > MetadataUpdates.MOST_METADATA;
  }

  /** Does something in a room that is there. */
  static CompletableFuture<Answer> inRoom(Rooms rooms, String name, Function<Room, Answer> task) {
    return answer(
        rooms.<Answer>inExistingRoom(name, room -> new RoomResult.Done<>(task.apply(room))));
  }

  private static CompletableFuture<Answer> answer(CompletableFuture<RoomResult<Answer>> pending) {
    return pending.thenApply(result ->
        switch (result) {
          case RoomResult.Done<Answer>(Answer answer) -> answer;
          case RoomResult.Refused<Answer>(RoomRefusal refusal) -> Answer.refused(refusal);
        });
  }
}
