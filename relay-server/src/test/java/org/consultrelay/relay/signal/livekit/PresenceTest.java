package org.consultrelay.relay.signal.livekit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.TrackSource;
import livekit.LivekitModels.TrackType;
import livekit.LivekitRtc.AddTrackRequest;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.LeaveRequest.Action;
import livekit.LivekitRtc.RequestResponse;
import livekit.LivekitRtc.RequestResponse.Reason;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import livekit.LivekitRtc.UpdateParticipantMetadata;
import org.consultrelay.relay.consult.TestRelay;
import org.consultrelay.relay.room.DepartureReason;
import org.consultrelay.relay.room.Permission;
import org.consultrelay.relay.sdp.ChromiumOffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who is there and what is known of them, until they leave or are put out. */
@ExtendWith(RelayFixture.class)
class PresenceTest {
  private static SignalClient join(TestRelay relay, String token) {
    SignalClient client = SignalClient.v1(relay, token);
    client.joined();
    return client;
  }

  private static ParticipantInfo news(SignalClient client, String identity) {
    return client
        .await(
            m ->
                m.hasUpdate()
                    && m.getUpdate().getParticipantsList().stream()
                        .anyMatch(p -> p.getIdentity().equals(identity)),
            "news of " + identity)
        .getUpdate()
        .getParticipantsList()
        .stream()
        .filter(p -> p.getIdentity().equals(identity))
        .findFirst()
        .orElseThrow();
  }

  private static SignalRequest.Builder metadata(
      int id, String metadata, String name, Map<String, String> attributes) {
    return SignalRequest.newBuilder()
        .setUpdateMetadata(
            UpdateParticipantMetadata.newBuilder()
                .setRequestId(id)
                .setMetadata(metadata)
                .setName(name)
                .putAllAttributes(attributes));
  }

  @Test
  void ownMetadataNeedsTheGrantAndIsSeenByAll(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    String may = RelayFixture.token(relay, room, "ann", RelayFixture.May::canUpdateOwnMetadata);
    try (SignalClient ann = join(relay, may);
        SignalClient bob = join(relay, relay.token(room, "bob"))) {
      ann.send(metadata(7, "m", "Ann", Map.of("seat", "2", "role", "")));
      ParticipantInfo seen = news(bob, "ann");
      assertThat(seen.getMetadata()).isEqualTo("m");
      assertThat(seen.getName()).isEqualTo("Ann");
      // The empty one is taken away.
      assertThat(seen.getAttributesMap()).containsExactly(Map.entry("seat", "2"));
      ParticipantInfo own = news(ann, "ann");
      while (own.getMetadata().isEmpty()) {
        own = news(ann, "ann");
      }
      assertThat(own.getVersion()).isEqualTo(seen.getVersion());

      bob.send(metadata(8, "m", "", Map.of()));
      RequestResponse refusal = bob.await(MessageCase.REQUEST_RESPONSE).getRequestResponse();
      assertThat(refusal.getRequestId()).isEqualTo(8);
      assertThat(refusal.getReason()).isEqualTo(Reason.NOT_ALLOWED);
    }
  }

  @Test
  void metadataHasItsLimits(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    String may = RelayFixture.token(relay, room, "ann", RelayFixture.May::canUpdateOwnMetadata);
    try (SignalClient ann = join(relay, may)) {
      ann.send(metadata(1, "x".repeat(MetadataUpdates.MOST_METADATA + 1), "", Map.of()));
      assertThat(ann.await(MessageCase.REQUEST_RESPONSE).getRequestResponse().getReason())
          .isEqualTo(Reason.LIMIT_EXCEEDED);
      ann.send(metadata(2, "", "x".repeat(257), Map.of()));
      assertThat(ann.await(MessageCase.REQUEST_RESPONSE).getRequestResponse().getReason())
          .isEqualTo(Reason.LIMIT_EXCEEDED);
      ann.send(metadata(3, "", "", Map.of("k", "x".repeat(MetadataUpdates.MOST_ATTRIBUTES))));
      assertThat(ann.await(MessageCase.REQUEST_RESPONSE).getRequestResponse().getReason())
          .isEqualTo(Reason.LIMIT_EXCEEDED);
      ann.send(metadata(4, "short", "", Map.of()));
      assertThat(ann.await(MessageCase.REQUEST_RESPONSE).getRequestResponse().getReason())
          .isEqualTo(Reason.OK);
    }
  }

  @Test
  void aSecondJoinTakesThePlaceOfTheFirst(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    try (SignalClient bob = join(relay, relay.token(room, "bob"));
        SignalClient first = join(relay, relay.token(room, "ann"))) {
      String sid = news(bob, "ann").getSid();
      try (SignalClient second = join(relay, relay.token(room, "ann"))) {
        LeaveRequest leave = first.await(MessageCase.LEAVE).getLeave();
        assertThat(leave.getReason()).isEqualTo(DisconnectReason.DUPLICATE_IDENTITY);
        assertThat(leave.getAction()).isEqualTo(Action.DISCONNECT);
        assertThat(first.closeStatus()).isEqualTo(1_000);
        ParticipantInfo gone = news(bob, "ann");
        while (gone.getState() != ParticipantInfo.State.DISCONNECTED) {
          gone = news(bob, "ann");
        }
        assertThat(gone.getSid()).isEqualTo(sid);
        assertThat(gone.getDisconnectReason()).isEqualTo(DisconnectReason.DUPLICATE_IDENTITY);
        second.settled();
        RelayFixture.inRoom(
            relay, room, in -> assertThat(in.participant("ann").sid()).isNotEqualTo(sid));
      }
    }
  }

  @Test
  void whoLeavesIsGoneAtOnce(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    try (SignalClient bob = join(relay, relay.token(room, "bob"));
        SignalClient ann = join(relay, relay.token(room, "ann"))) {
      ann.send(
          SignalRequest.newBuilder()
              .setLeave(LeaveRequest.newBuilder().setReason(DisconnectReason.CLIENT_INITIATED)));
      ParticipantInfo gone = news(bob, "ann");
      while (gone.getState() != ParticipantInfo.State.DISCONNECTED) {
        gone = news(bob, "ann");
      }
      assertThat(gone.getDisconnectReason()).isEqualTo(DisconnectReason.CLIENT_INITIATED);
    }
  }

  @Test
  void aSocketThatIsCutBeforeMediaEndsTheSession(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    try (SignalClient bob = join(relay, relay.token(room, "bob"));
        SignalClient ann = join(relay, relay.token(room, "ann"))) {
      ann.cut();
      ParticipantInfo gone = news(bob, "ann");
      while (gone.getState() != ParticipantInfo.State.DISCONNECTED) {
        gone = news(bob, "ann");
      }
      assertThat(gone.getDisconnectReason()).isEqualTo(DisconnectReason.SIGNAL_CLOSE);
    }
  }

  @Test
  void whoIsRemovedIsToldAndDoesNotComeBack(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    try (SignalClient ann = join(relay, relay.token(room, "ann"))) {
      RelayFixture.inRoom(relay, room, in -> in.participant("ann").remove(DepartureReason.REMOVED));
      LeaveRequest leave = ann.await(MessageCase.LEAVE).getLeave();
      assertThat(leave.getReason()).isEqualTo(DisconnectReason.PARTICIPANT_REMOVED);
      assertThat(leave.getAction()).isEqualTo(Action.DISCONNECT);
      assertThat(ann.closeStatus()).isEqualTo(1_000);
    }
  }

  @Test
  void aRoomThatIsClosedEndsForAll(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    try (SignalClient ann = join(relay, relay.token(room, "ann"));
        SignalClient bob = SignalClient.v0(relay, relay.token(room, "bob"))) {
      RelayFixture.inRoom(relay, room, in -> in.close(DepartureReason.ROOM_DELETED));
      for (SignalClient each : new SignalClient[] {ann, bob}) {
        assertThat(each.await(MessageCase.LEAVE).getLeave().getReason())
            .isEqualTo(DisconnectReason.ROOM_DELETED);
      }
    }
  }

  @Test
  void roomMetadataIsToldToAll(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    try (SignalClient ann = join(relay, relay.token(room, "ann"))) {
      RelayFixture.inRoom(relay, room, in -> in.describe("agenda"));
      ann.await(
          m -> m.hasRoomUpdate() && m.getRoomUpdate().getRoom().getMetadata().equals("agenda"),
          "the room's metadata");
    }
  }

  @Test
  void aPermissionThatIsTakenAwayEndsWhatItAllowed(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    try (SignalClient bob = join(relay, relay.token(room, "bob"));
        SignalClient ann = join(relay, relay.token(room, "ann"))) {
      ann.send(
          SignalRequest.newBuilder()
              .setAddTrack(
                  AddTrackRequest.newBuilder()
                      .setCid("cam")
                      .setType(TrackType.VIDEO)
                      .setSource(TrackSource.CAMERA)));
      String track = ann.await(MessageCase.TRACK_PUBLISHED).getTrackPublished().getTrack().getSid();
      ann.negotiate(ChromiumOffer.room().video("sendonly", "cam", 7_001).text());
      Permission may = Permission.STANDARD;
      RelayFixture.inRoom(
          relay,
          room,
          in ->
              in.participant("ann")
                  .permit(
                      new Permission(
                          may.canSubscribe(),
                          false,
                          may.canPublishData(),
                          may.sources(),
                          false,
                          false,
                          false,
                          false,
                          false)));
      assertThat(ann.await(MessageCase.TRACK_UNPUBLISHED).getTrackUnpublished().getTrackSid())
          .isEqualTo(track);
      // A token that says so, for the way back.
      String fresh = ann.await(MessageCase.REFRESH_TOKEN).getRefreshToken();
      assertThat(fresh).isNotEmpty();
      ParticipantInfo own = news(ann, "ann");
      assertThat(own.getPermission().getCanPublish()).isFalse();
      ParticipantInfo seen = news(bob, "ann");
      while (seen.getPermission().getCanPublish() || seen.getTracksCount() > 0) {
        seen = news(bob, "ann");
      }
    }
  }

  @Test
  void versionsOnlyRise(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    String may = RelayFixture.token(relay, room, "ann", RelayFixture.May::canUpdateOwnMetadata);
    try (SignalClient bob = join(relay, relay.token(room, "bob"));
        SignalClient ann = join(relay, may)) {
      int version = news(bob, "ann").getVersion();
      for (int i = 0; i < 20; i++) {
        ann.send(metadata(i, "m" + i, "", Map.of()));
        ParticipantInfo seen = news(bob, "ann");
        assertThat(seen.getVersion()).isGreaterThan(version);
        version = seen.getVersion();
      }
    }
  }

  @Test
  void pingsOfBothKindsAreAnswered(TestRelay relay) {
    try (SignalClient ann = join(relay, relay.token(RelayFixture.freshRoom(), "ann"))) {
      ann.send(SignalRequest.newBuilder().setPing(5));
      assertThat(ann.await(MessageCase.PONG).getPong()).isPositive();
      ann.settled();
    }
  }

  @Test
  void whipPublishersAreParticipantsWithTracks(TestRelay relay) throws Exception {
    String room = RelayFixture.freshRoom();
    try (SignalClient ann = join(relay, relay.token(room, "ann"))) {
      var http = java.net.http.HttpClient.newHttpClient();
      var response =
          http.send(
              java.net.http.HttpRequest.newBuilder(java.net.URI.create(relay.url() + "/whip/v1"))
                  .header("Authorization", "Bearer " + relay.token(room, "obs"))
                  .header("Content-Type", "application/sdp")
                  .POST(
                      java.net.http.HttpRequest.BodyPublishers.ofString(
                          ChromiumOffer.whip().text()))
                  .build(),
              java.net.http.HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(201);
      ParticipantInfo seen = news(ann, "obs");
      while (seen.getTracksCount() < 2) {
        seen = news(ann, "obs");
      }
      assertThat(seen.getTracksList())
          .extracting(livekit.LivekitModels.TrackInfo::getSource)
          .containsExactly(TrackSource.MICROPHONE, TrackSource.CAMERA);
      assertThat(ann.negotiate(ChromiumOffer.room().text()).getMidToTrackIdMap()).hasSize(2);
    }
  }
}
