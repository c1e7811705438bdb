package org.consultrelay.relay.signal.livekit;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.TrackSource;
import livekit.LivekitModels.TrackType;
import livekit.LivekitRoom.ListParticipantsRequest;
import livekit.LivekitRoom.ListParticipantsResponse;
import livekit.LivekitRoom.MuteRoomTrackRequest;
import livekit.LivekitRoom.MuteRoomTrackResponse;
import livekit.LivekitRoom.RoomParticipantIdentity;
import livekit.LivekitRtc.AddTrackRequest;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.MuteTrackRequest;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import org.consultrelay.relay.consult.TestRelay;
import org.consultrelay.relay.sdp.ChromiumOffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Those in a room over the server API. */
@ExtendWith(RelayFixture.class)
class ParticipantApiTest {
  private static SignalClient join(TestRelay relay, String room, String identity) {
    SignalClient client = SignalClient.v1(relay, relay.token(room, identity));
    client.joined();
    return client;
  }

  private static String publish(SignalClient client) {
    client.send(
        SignalRequest.newBuilder()
            .setAddTrack(
                AddTrackRequest.newBuilder()
                    .setCid("cam")
                    .setType(TrackType.VIDEO)
                    .setSource(TrackSource.CAMERA)));
    String sid = client.await(MessageCase.TRACK_PUBLISHED).getTrackPublished().getTrack().getSid();
    client.negotiate(ChromiumOffer.room().video("sendonly", "cam", 7_001).text());
    return sid;
  }

  private static JsonObject about(String room, String identity) {
    return new JsonObject().put("room", room).put("identity", identity);
  }

  /** The next that a client is told of somebody, until it is such. */
  private static ParticipantInfo news(
      SignalClient client, String identity, java.util.function.Predicate<ParticipantInfo> such) {
    ParticipantInfo[] seen = {ParticipantInfo.getDefaultInstance()};
    client.await(
        m -> {
          for (ParticipantInfo each : m.getUpdate().getParticipantsList()) {
            if (each.getIdentity().equals(identity) && such.test(each)) {
              seen[0] = each;
              return true;
            }
          }
          return false;
        },
        "news of " + identity);
    return seen[0];
  }

  @Test
  void participantsAreSeenWithTheirTracks(TestRelay relay) throws Exception {
    ApiClient api = new ApiClient(relay);
    String room = RelayFixture.freshRoom();
    String hidden = RelayFixture.token(relay, room, "spy", RelayFixture.May::hidden);
    try (SignalClient ann = join(relay, room, "ann");
        SignalClient _ = SignalClient.v1(relay, hidden)) {
      String track = publish(ann);
      JsonObject seen = api.ok("GetParticipant", room, about(room, "ann"));
      assertThat(seen.getString("sid")).startsWith("PA_");
      assertThat(seen.getString("state")).isEqualTo("JOINED");
      JsonObject info = seen.getJsonArray("tracks").getJsonObject(0);
      assertThat(info.getString("sid")).isEqualTo(track);
      assertThat(info.getString("source")).isEqualTo("CAMERA");
      assertThat(info.getString("mime_type")).isEqualTo("video/vp8");
      // Whoever moderates sees those who are hidden too.
      assertThat(
              api.ok("ListParticipants", room, new JsonObject().put("room", room))
                  .getJsonArray("participants"))
          .hasSize(2);
      ListParticipantsResponse listed =
          api.ok(
              "ListParticipants",
              room,
              ListParticipantsRequest.newBuilder().setRoom(room).build(),
              ListParticipantsResponse.getDefaultInstance());
      assertThat(listed.getParticipantsList())
          .extracting(ParticipantInfo::getIdentity)
          .containsExactly("ann", "spy");
      ParticipantInfo same =
          api.ok(
              "GetParticipant",
              room,
              RoomParticipantIdentity.newBuilder().setRoom(room).setIdentity("ann").build(),
              ParticipantInfo.getDefaultInstance());
      assertThat(same).isEqualTo(listed.getParticipants(0));
    }
  }

  @Test
  void whoIsNotThereIsNotFound(TestRelay relay) {
    ApiClient api = new ApiClient(relay);
    String room = RelayFixture.freshRoom();
    // Nobody is in a room that is not there.
    assertThat(
            api.ok("ListParticipants", room, new JsonObject().put("room", room))
                .getJsonArray("participants"))
        .isEmpty();
    api.fails("GetParticipant", room, about(room, "ann"), 404, "not_found", "room does not exist");
    try (SignalClient ann = join(relay, room, "ann")) {
      for (String method :
          new String[] {
            "GetParticipant",
            "RemoveParticipant",
            "MutePublishedTrack",
            "UpdateParticipant",
            "UpdateSubscriptions"
          }) {
        api.fails(method, room, about(room, "bob"), 404, "not_found", "participant does not exist");
      }
      JsonObject mute = about(room, "ann").put("track_sid", "TR_none").put("muted", true);
      api.fails("MutePublishedTrack", room, mute, 404, "not_found", "track is not found");
      ann.settled();
    }
  }

  @Test
  void whoIsRemovedIsToldAndGone(TestRelay relay) {
    ApiClient api = new ApiClient(relay);
    String room = RelayFixture.freshRoom();
    try (SignalClient ann = join(relay, room, "ann")) {
      assertThat(api.ok("RemoveParticipant", room, about(room, "ann"))).isEmpty();
      LeaveRequest leave = ann.await(MessageCase.LEAVE).getLeave();
      assertThat(leave.getReason()).isEqualTo(DisconnectReason.PARTICIPANT_REMOVED);
      assertThat(leave.getAction()).isEqualTo(LeaveRequest.Action.DISCONNECT);
      api.fails("RemoveParticipant", room, about(room, "ann"), 404, "not_found", "does not exist");
    }
  }

  @Test
  void aTrackIsMutedAndNeverUnmuted(TestRelay relay) throws Exception {
    ApiClient api = new ApiClient(relay);
    String room = RelayFixture.freshRoom();
    try (SignalClient bob = join(relay, room, "bob");
        SignalClient ann = join(relay, room, "ann")) {
      String track = publish(ann);
      JsonObject mute = about(room, "ann").put("trackSid", track).put("muted", true);
      JsonObject muted = api.ok("MutePublishedTrack", room, mute).getJsonObject("track");
      assertThat(muted.getString("sid")).isEqualTo(track);
      assertThat(muted.getBoolean("muted")).isTrue();
      assertThat(ann.await(MessageCase.MUTE).getMute().getMuted()).isTrue();
      news(bob, "ann", each -> each.getTracksCount() == 1 && each.getTracks(0).getMuted());
      api.fails(
          "MutePublishedTrack",
          room,
          mute.copy().put("muted", false),
          412,
          "failed_precondition",
          "remote unmute");
      MuteRoomTrackResponse again =
          api.ok(
              "MutePublishedTrack",
              room,
              MuteRoomTrackRequest.newBuilder()
                  .setRoom(room)
                  .setIdentity("ann")
                  .setTrackSid(track)
                  .setMuted(true)
                  .build(),
              MuteRoomTrackResponse.getDefaultInstance());
      assertThat(again.getTrack().getMuted()).isTrue();
    }
  }

  private static SignalRequest.Builder mute(String track, boolean muted) {
    return SignalRequest.newBuilder()
        .setMute(MuteTrackRequest.newBuilder().setSid(track).setMuted(muted));
  }

  private static void isHeld(TestRelay relay, String room, String track, boolean held) {
    RelayFixture.inRoom(
        relay, room, in -> assertThat(in.track(track).publication().isHeld()).isEqualTo(held));
  }

  @Test
  void nothingMoreComesOfAMutedTrackUntilItsOwnerUnmutesIt(TestRelay relay) {
    ApiClient api = new ApiClient(relay);
    String room = RelayFixture.freshRoom();
    try (SignalClient ann = join(relay, room, "ann")) {
      String track = publish(ann);
      isHeld(relay, room, track, false);
      api.ok(
          "MutePublishedTrack", room, about(room, "ann").put("trackSid", track).put("muted", true));
      isHeld(relay, room, track, true);
      ann.send(mute(track, true));
      ann.settled();
      isHeld(relay, room, track, true);
      ann.send(mute(track, false));
      ann.settled();
      isHeld(relay, room, track, false);
      // What they mute themselves is theirs.
      ann.send(mute(track, true));
      ann.settled();
      isHeld(relay, room, track, false);
    }
  }

  @Test
  void whatIsKnownOfSomebodyIsChanged(TestRelay relay) {
    ApiClient api = new ApiClient(relay);
    String room = RelayFixture.freshRoom();
    String token = RelayFixture.token(relay, room, "ann", may -> may);
    try (SignalClient bob = join(relay, room, "bob");
        SignalClient ann = SignalClient.v1(relay, token)) {
      ann.joined();
      ann.await(MessageCase.REFRESH_TOKEN);
      JsonObject changed =
          api.ok(
              "UpdateParticipant",
              room,
              about(room, "ann")
                  .put("metadata", "seen by the nurse")
                  .put("attributes", new JsonObject().put("role", "").put("queue", "3")));
      assertThat(changed.getString("name")).isEqualTo("Name of ann");
      assertThat(changed.getString("metadata")).isEqualTo("seen by the nurse");
      assertThat(changed.getJsonObject("attributes")).isEqualTo(new JsonObject().put("queue", "3"));
      news(bob, "ann", each -> each.getMetadata().equals("seen by the nurse"));
      // A way back that says the same.
      assertThat(ann.await(MessageCase.REFRESH_TOKEN).getRefreshToken()).isNotEmpty();
      api.ok("UpdateParticipant", room, about(room, "ann").put("name", "Ann"));
      ParticipantInfo seen = news(bob, "ann", each -> each.getName().equals("Ann"));
      assertThat(seen.getMetadata()).isEqualTo("seen by the nurse");
      assertThat(seen.getPermission().getCanPublish()).isTrue();
      api.fails(
          "UpdateParticipant",
          room,
          about(room, "ann").put("name", "x".repeat(257)),
          400,
          "invalid_argument",
          "name is longer");
    }
  }

  @Test
  void aPermissionThatIsTakenEndsWhatItAllowed(TestRelay relay) {
    ApiClient api = new ApiClient(relay);
    String room = RelayFixture.freshRoom();
    try (SignalClient bob = join(relay, room, "bob");
        SignalClient ann = join(relay, room, "ann")) {
      String track = publish(ann);
      JsonObject answer =
          api.ok(
              "UpdateParticipant",
              room,
              about(room, "ann").put("permission", new JsonObject().put("can_subscribe", true)));
      assertThat(answer.getJsonObject("permission").getBoolean("can_publish")).isFalse();
      assertThat(answer.getJsonArray("tracks")).isEmpty();
      assertThat(ann.await(MessageCase.TRACK_UNPUBLISHED).getTrackUnpublished().getTrackSid())
          .isEqualTo(track);
      news(bob, "ann", each -> !each.getPermission().getCanPublish());
      // Sources alone come back.
      api.ok(
          "UpdateParticipant",
          room,
          about(room, "ann")
              .put(
                  "permission",
                  new JsonObject()
                      .put("can_publish", true)
                      .put("can_publish_sources", new JsonArray().add("MICROPHONE"))));
      news(ann, "ann", each -> each.getPermission().getCanPublishSourcesCount() == 1);
      ann.send(
          SignalRequest.newBuilder()
              .setAddTrack(
                  AddTrackRequest.newBuilder()
                      .setCid("cam2")
                      .setType(TrackType.VIDEO)
                      .setSource(TrackSource.CAMERA)));
      ann.await(MessageCase.REQUEST_RESPONSE);
    }
  }

  @Test
  void tracksAreSubscribedToAndNotInSomebodysPlace(TestRelay relay) {
    ApiClient api = new ApiClient(relay);
    String room = RelayFixture.freshRoom();
    try (SignalClient ann = join(relay, room, "ann");
        SignalClient bob = join(relay, room, "bob")) {
      String track = publish(ann);
      assertThat(bob.negotiate(ChromiumOffer.room().text()).getMidToTrackIdMap())
          .containsValue(track);
      subscribers(relay, room, track, 1);
      JsonObject wish =
          about(room, "bob").put("track_sids", new JsonArray().add(track)).put("subscribe", false);
      assertThat(api.ok("UpdateSubscriptions", room, wish)).isEmpty();
      subscribers(relay, room, track, 0);
      // Wanted again before the client has offered: it begins anew.
      api.ok("UpdateSubscriptions", room, wish.copy().put("subscribe", true));
      bob.await(MessageCase.MEDIA_SECTIONS_REQUIREMENT);
      assertThat(bob.negotiate(ChromiumOffer.room().text()).getMidToTrackIdMap())
          .containsValue(track);
      subscribers(relay, room, track, 1);
    }
  }

  private static void subscribers(TestRelay relay, String room, String track, int count) {
    RelayFixture.inRoom(
        relay,
        room,
        in ->
            assertThat(in.track(track).publication().subscriptionCount())
                .as("subscribers")
                .isEqualTo(count));
  }
}
