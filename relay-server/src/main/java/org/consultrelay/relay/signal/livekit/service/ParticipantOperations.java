package org.consultrelay.relay.signal.livekit.service;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import livekit.LivekitRoom.ListParticipantsRequest;
import livekit.LivekitRoom.ListParticipantsResponse;
import livekit.LivekitRoom.MuteRoomTrackRequest;
import livekit.LivekitRoom.MuteRoomTrackResponse;
import livekit.LivekitRoom.RemoveParticipantResponse;
import livekit.LivekitRoom.RoomParticipantIdentity;
import livekit.LivekitRoom.UpdateParticipantRequest;
import livekit.LivekitRoom.UpdateSubscriptionsRequest;
import livekit.LivekitRoom.UpdateSubscriptionsResponse;
import livekit.LivekitRtc.UpdateSubscription;
import org.consultrelay.relay.room.DepartureReason;
import org.consultrelay.relay.room.Participant;
import org.consultrelay.relay.room.Rooms;
import org.consultrelay.relay.room.Track;
import org.consultrelay.relay.signal.livekit.Infos;
import org.consultrelay.relay.signal.livekit.MetadataUpdates;
import org.consultrelay.relay.signal.livekit.SubscriptionRequests;

/** Those in a room: seen, put out, muted, allowed other things. */
final class ParticipantOperations {
  private final Rooms rooms;

  ParticipantOperations(Rooms rooms) {
    this.rooms = rooms;
  }

  List<Operation<?>> all() {
    return List.of(
        new Operation<>(
            "ListParticipants",
            ListParticipantsRequest.getDefaultInstance(),
            Grant.ADMIN,
            false,
            ListParticipantsRequest::getRoom,
            (_, request) -> list(request)),
        new Operation<>(
            "GetParticipant",
            RoomParticipantIdentity.getDefaultInstance(),
            Grant.ADMIN,
            false,
            RoomParticipantIdentity::getRoom,
            (_, request) ->
                of(
                    request.getRoom(),
                    request.getIdentity(),
                    participant -> new Answer.Done(Infos.participant(participant)))),
        new Operation<>(
            "RemoveParticipant",
            RoomParticipantIdentity.getDefaultInstance(),
            Grant.ADMIN,
            true,
            RoomParticipantIdentity::getRoom,
            (_, request) -> of(request.getRoom(), request.getIdentity(), this::remove)),
        new Operation<>(
            "MutePublishedTrack",
            MuteRoomTrackRequest.getDefaultInstance(),
            Grant.ADMIN,
            true,
            MuteRoomTrackRequest::getRoom,
            (_, request) ->
                of(
                    request.getRoom(),
                    request.getIdentity(),
                    participant -> mute(participant, request))),
        new Operation<>(
            "UpdateParticipant",
            UpdateParticipantRequest.getDefaultInstance(),
            Grant.ADMIN,
            true,
            UpdateParticipantRequest::getRoom,
            (_, request) ->
                of(
                    request.getRoom(),
                    request.getIdentity(),
                    participant -> update(participant, request))),
        new Operation<>(
            "UpdateSubscriptions",
            UpdateSubscriptionsRequest.getDefaultInstance(),
            Grant.ADMIN,
            true,
            UpdateSubscriptionsRequest::getRoom,
            (_, request) ->
                of(
                    request.getRoom(),
                    request.getIdentity(),
                    participant -> subscribe(participant, request))));
  }

  /** In a room that is not there nobody is: backends ask before anybody has come. */
  private CompletableFuture<Answer> list(ListParticipantsRequest request) {
    return RoomOperations.inRoom(
            rooms,
            request.getRoom(),
            room ->
                new Answer.Done(
                    ListParticipantsResponse.newBuilder()
                        .addAllParticipants(
                            room.participants().stream().map(Infos::participant).toList())
                        .build()))
        .thenApply(answer ->
            answer.equals(Answer.NO_ROOM)
                ? new Answer.Done(ListParticipantsResponse.getDefaultInstance())
                : answer);
  }

  private CompletableFuture<Answer> of(
      String roomName, String identity, Function<Participant, Answer> task) {
    return RoomOperations.inRoom(
        rooms,
        roomName,
        room -> {
          Participant participant = room.participant(identity);
          return participant == null ? Answer.NO_PARTICIPANT : task.apply(participant);
        });
  }

  private Answer remove(Participant participant) {
    participant.remove(DepartureReason.REMOVED);
    return new Answer.Done(RemoveParticipantResponse.getDefaultInstance());
  }

  /** Nobody is made to speak or to be seen: that a microphone is on is for its owner to say. */
  private static Answer mute(Participant participant, MuteRoomTrackRequest request) {
    Track track = participant.track(request.getTrackSid());
    if (track == null) {
      return Answer.NO_TRACK;
    }
    if (!request.getMuted()) {
      return Answer.failed(TwirpCode.FAILED_PRECONDITION, "remote unmute not enabled");
    }
    participant.muteByServer(track);
    return new Answer.Done(MuteRoomTrackResponse.newBuilder().setTrack(Infos.track(track)).build());
  }

  private static Answer update(Participant participant, UpdateParticipantRequest request) {
    String wrong =
        MetadataUpdates.apply(
            participant, request.getName(), request.getMetadata(), request.getAttributesMap());
    if (wrong != null) {
      return Answer.invalid(wrong);
    }
    if (request.hasPermission()) {
      participant.permit(Permissions.of(request.getPermission(), participant.permission()));
    }
    return new Answer.Done(Infos.participant(participant));
  }

  private static Answer subscribe(Participant participant, UpdateSubscriptionsRequest request) {
    UpdateSubscription wish =
        UpdateSubscription.newBuilder()
            .addAllTrackSids(request.getTrackSidsList())
            .addAllParticipantTracks(request.getParticipantTracksList())
            .setSubscribe(request.getSubscribe())
            .build();
    return SubscriptionRequests.update(participant, wish)
        ? new Answer.Done(UpdateSubscriptionsResponse.getDefaultInstance())
        : Answer.failed(
            TwirpCode.FAILED_PRECONDITION,
            "the participant came by WHIP and subscribes to nothing");
  }
}
