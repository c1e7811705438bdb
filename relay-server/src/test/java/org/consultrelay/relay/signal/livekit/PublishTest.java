package org.consultrelay.relay.signal.livekit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import livekit.LivekitModels.Encryption;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.TrackInfo;
import livekit.LivekitModels.TrackSource;
import livekit.LivekitModels.TrackType;
import livekit.LivekitModels.VideoLayer;
import livekit.LivekitModels.VideoQuality;
import livekit.LivekitRtc.AddTrackRequest;
import livekit.LivekitRtc.JoinRequest;
import livekit.LivekitRtc.MuteTrackRequest;
import livekit.LivekitRtc.RequestResponse;
import livekit.LivekitRtc.RequestResponse.Reason;
import livekit.LivekitRtc.SessionDescription;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import livekit.LivekitRtc.UpdateLocalVideoTrack;
import org.consultrelay.relay.consult.TestRelay;
import org.consultrelay.relay.sdp.ChromiumOffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tracks from their announcing to their end, as publisher and others see them. */
@ExtendWith(RelayFixture.class)
class PublishTest {
  private static AddTrackRequest.Builder camera(String cid) {
    return AddTrackRequest.newBuilder()
        .setCid(cid)
        .setName("the camera")
        .setType(TrackType.VIDEO)
        .setSource(TrackSource.CAMERA)
        .setWidth(1_280)
        .setHeight(720);
  }

  private static AddTrackRequest.Builder microphone(String cid) {
    return AddTrackRequest.newBuilder()
        .setCid(cid)
        .setType(TrackType.AUDIO)
        .setSource(TrackSource.MICROPHONE);
  }

  private static SignalRequest.Builder add(AddTrackRequest.Builder track) {
    return SignalRequest.newBuilder().setAddTrack(track);
  }

  private static TrackInfo announce(SignalClient client, AddTrackRequest.Builder track) {
    client.send(add(track));
    SignalResponse published = client.await(MessageCase.TRACK_PUBLISHED);
    assertThat(published.getTrackPublished().getCid()).isEqualTo(track.getCid());
    return published.getTrackPublished().getTrack();
  }

  /** The next news of somebody with so many tracks. */
  private static ParticipantInfo seen(SignalClient client, String identity, int tracks) {
    return client
        .await(
            m ->
                m.hasUpdate()
                    && m.getUpdate().getParticipantsList().stream()
                        .anyMatch(
                            p -> p.getIdentity().equals(identity) && p.getTracksCount() == tracks),
            identity + " with " + tracks + " tracks")
        .getUpdate()
        .getParticipantsList()
        .stream()
        .filter(p -> p.getIdentity().equals(identity))
        .findFirst()
        .orElseThrow();
  }

  /** Two in a room, and what they do to each other. */
  private interface Scene {
    void play(SignalClient ann, SignalClient bob, String room) throws Exception;
  }

  private static void scene(TestRelay relay, Scene scene) throws Exception {
    String room = RelayFixture.freshRoom();
    try (SignalClient bob = SignalClient.v1(relay, relay.token(room, "bob"));
        SignalClient ann = SignalClient.v1(relay, relay.token(room, "ann"))) {
      bob.joined();
      ann.joined();
      scene.play(ann, bob, room);
    }
  }

  @Test
  void aTrackIsAnnouncedThenOfferedThenSeenByOthers(TestRelay relay) throws Exception {
    scene(
        relay,
        (ann, bob, room) -> {
          TrackInfo announced = announce(ann, camera("cam-1"));
          assertThat(announced.getSid()).startsWith("TR_");
          assertThat(announced.getName()).isEqualTo("the camera");
          assertThat(announced.getSource()).isEqualTo(TrackSource.CAMERA);
          SessionDescription answer =
              ann.negotiate(ChromiumOffer.room().video("sendonly", "cam-1", 7_001).text());
          assertThat(answer.getSdp()).contains("a=recvonly");
          TrackInfo track = seen(bob, "ann", 1).getTracks(0);
          assertThat(track.getSid()).isEqualTo(announced.getSid());
          assertThat(track.getMimeType()).isEqualTo("video/vp8");
          assertThat(track.getMid()).isEqualTo("7");
          assertThat(track.getWidth()).isEqualTo(1_280);
          assertThat(track.getCodecs(0).getCid()).isEqualTo("cam-1");
        });
  }

  @Test
  void theOfferMayComeBeforeTheAnnouncement(TestRelay relay) throws Exception {
    scene(
        relay,
        (ann, bob, room) -> {
          ann.negotiate(
              ChromiumOffer.room()
                  .video("sendonly", "cam-1", 7_001)
                  .audio("sendonly", "mic-1", 8_001)
                  .text());
          TrackInfo microphone = announce(ann, microphone("mic-1"));
          assertThat(seen(bob, "ann", 1).getTracks(0).getSid()).isEqualTo(microphone.getSid());
          TrackInfo camera = announce(ann, camera("cam-1"));
          assertThat(seen(bob, "ann", 2).getTracksList())
              .extracting(TrackInfo::getSid)
              .containsExactlyInAnyOrder(microphone.getSid(), camera.getSid());
        });
  }

  @Test
  void tracksAndOfferMayComeWithTheJoin(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    JoinRequest request =
        JoinRequest.newBuilder()
            .addAddTrackRequests(camera("cam-1"))
            .setPublisherOffer(
                SessionDescription.newBuilder()
                    .setType("offer")
                    .setId(1)
                    .setSdp(ChromiumOffer.room().video("sendonly", "cam-1", 7_001).text()))
            .build();
    try (SignalClient ann = SignalClient.v1(relay, relay.token(room, "ann"), request)) {
      ann.joined();
      ann.await(MessageCase.TRACK_PUBLISHED);
      assertThat(ann.await(MessageCase.ANSWER).getAnswer().getId()).isEqualTo(1);
      try (SignalClient bob = SignalClient.v1(relay, relay.token(room, "bob"))) {
        assertThat(bob.joined().getOtherParticipants(0).getTracksCount()).isEqualTo(1);
      }
    }
  }

  @Test
  void aTrackThatIsNamedOtherwiseInTheOfferIsFoundByItsKind(TestRelay relay) throws Exception {
    scene(
        relay,
        (ann, bob, room) -> {
          TrackInfo camera = announce(ann, camera("signalled-name"));
          ann.negotiate(ChromiumOffer.room().video("sendonly", "described-name", 7_001).text());
          assertThat(seen(bob, "ann", 1).getTracks(0).getSid()).isEqualTo(camera.getSid());
        });
  }

  @Test
  void theSameAnnouncementTwiceIsOneTrack(TestRelay relay) throws Exception {
    scene(
        relay,
        (ann, bob, room) ->
            assertThat(announce(ann, camera("cam-1")).getSid())
                .isEqualTo(announce(ann, camera("cam-1")).getSid()));
  }

  @Test
  void anInactiveSectionEndsATrack(TestRelay relay) throws Exception {
    scene(
        relay,
        (ann, bob, room) -> {
          announce(ann, camera("cam-1"));
          announce(ann, microphone("mic-1"));
          ann.negotiate(
              ChromiumOffer.room()
                  .video("sendonly", "cam-1", 7_001)
                  .audio("sendonly", "mic-1", 8_001)
                  .text());
          seen(bob, "ann", 2);
          ann.negotiate(
              ChromiumOffer.room()
                  .video("inactive", "", 0)
                  .audio("sendonly", "mic-1", 8_001)
                  .text());
          assertThat(seen(bob, "ann", 1).getTracks(0).getSource())
              .isEqualTo(TrackSource.MICROPHONE);
          // The same device again, in a section of its own.
          announce(ann, camera("cam-1"));
          ann.negotiate(
              ChromiumOffer.room()
                  .video("inactive", "", 0)
                  .audio("sendonly", "mic-1", 8_001)
                  .video("sendonly", "cam-1", 9_001)
                  .text());
          assertThat(seen(bob, "ann", 2).getTracks(1).getMid()).isEqualTo("9");
        });
  }

  @Test
  void muteIsSeenByOthers(TestRelay relay) throws Exception {
    scene(
        relay,
        (ann, bob, room) -> {
          TrackInfo track = announce(ann, camera("cam-1").setMuted(true));
          assertThat(track.getMuted()).isTrue();
          ann.negotiate(ChromiumOffer.room().video("sendonly", "cam-1", 7_001).text());
          ParticipantInfo first = seen(bob, "ann", 1);
          assertThat(first.getTracks(0).getMuted()).isTrue();
          ann.send(
              SignalRequest.newBuilder()
                  .setMute(MuteTrackRequest.newBuilder().setSid(track.getSid()).setMuted(false)));
          ParticipantInfo second = seen(bob, "ann", 1);
          while (second.getTracks(0).getMuted()) {
            second = seen(bob, "ann", 1);
          }
          assertThat(second.getVersion()).isGreaterThan(first.getVersion());
        });
  }

  @Test
  void theServerMutesAndEndsTracksAndTheirPublisherIsTold(TestRelay relay) throws Exception {
    scene(
        relay,
        (ann, bob, room) -> {
          TrackInfo track = announce(ann, camera("cam-1"));
          ann.negotiate(ChromiumOffer.room().video("sendonly", "cam-1", 7_001).text());
          seen(bob, "ann", 1);
          RelayFixture.inRoom(
              relay,
              room,
              in -> {
                var participant = in.participant("ann");
                participant.muteByServer(participant.track(track.getSid()));
              });
          assertThat(ann.await(MessageCase.MUTE).getMute().getMuted()).isTrue();
          assertThat(seen(bob, "ann", 1).getTracks(0).getMuted()).isTrue();
          RelayFixture.inRoom(
              relay,
              room,
              in -> {
                var participant = in.participant("ann");
                participant.unpublishByServer(participant.track(track.getSid()));
              });
          assertThat(ann.await(MessageCase.TRACK_UNPUBLISHED).getTrackUnpublished().getTrackSid())
              .isEqualTo(track.getSid());
          seen(bob, "ann", 0);
        });
  }

  @Test
  void sizesThatChangeAreSeenByOthers(TestRelay relay) throws Exception {
    scene(
        relay,
        (ann, bob, room) -> {
          TrackInfo track = announce(ann, camera("cam-1"));
          ann.negotiate(ChromiumOffer.room().video("sendonly", "cam-1", 7_001).text());
          seen(bob, "ann", 1);
          ann.send(
              SignalRequest.newBuilder()
                  .setUpdateVideoTrack(
                      UpdateLocalVideoTrack.newBuilder()
                          .setTrackSid(track.getSid())
                          .setWidth(640)
                          .setHeight(360)));
          bob.await(
              m ->
                  m.hasUpdate()
                      && m.getUpdate().getParticipants(0).getTracksCount() == 1
                      && m.getUpdate().getParticipants(0).getTracks(0).getWidth() == 640,
              "the new size");
        });
  }

  @Test
  @SuppressWarnings("deprecation") // older clients still read the layers there
  void allSimulcastStreamsAreTaken(TestRelay relay) throws Exception {
    scene(
        relay,
        (ann, bob, room) -> {
          AddTrackRequest.Builder track = camera("cam-1");
          track.addLayers(layer("q", 320, 180, VideoQuality.LOW));
          track.addLayers(layer("f", 1_280, 720, VideoQuality.HIGH));
          announce(ann, track);
          String sdp = ann.negotiate(ChromiumOffer.room().simulcast("cam-1").text()).getSdp();
          assertThat(sdp)
              .contains("a=rid:q recv")
              .contains("a=rid:h recv")
              .contains("a=rid:f recv")
              .contains("a=simulcast:recv q;h;f\r\n");
          assertThat(seen(bob, "ann", 1).getTracks(0).getLayersCount()).isEqualTo(2);
        });
  }

  private static VideoLayer layer(String rid, int width, int height, VideoQuality quality) {
    return VideoLayer.newBuilder()
        .setRid(rid)
        .setWidth(width)
        .setHeight(height)
        .setQuality(quality)
        .build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"h264", "vp9", "av1"})
  void theCodecThatThePublisherWantsIsTheOneAnswered(String codec, TestRelay relay)
      throws Exception {
    scene(
        relay,
        (ann, bob, room) -> {
          AddTrackRequest.Builder track = camera("cam-1");
          track.addSimulcastCodecsBuilder().setCodec(codec).setCid("cam-1");
          announce(ann, track);
          ann.negotiate(ChromiumOffer.room().video("sendonly", "cam-1", 7_001).text());
          assertThat(seen(bob, "ann", 1).getTracks(0).getMimeType()).isEqualTo("video/" + codec);
        });
  }

  @Test
  void aScalableCodecThatStandsFirstInTheOfferIsWanted(TestRelay relay) throws Exception {
    scene(
        relay,
        (ann, bob, room) -> {
          String offer = ChromiumOffer.room().video("sendonly", "cam-1", 7_001).text();
          int last = offer.lastIndexOf("SAVPF 96 97");
          ann.negotiate(
              offer.substring(0, last)
                  + offer
                      .substring(last)
                      .replaceFirst("SAVPF 96 97 (.*) 98 99", "SAVPF 98 99 96 97 $1"));
          announce(ann, camera("cam-1"));
          assertThat(seen(bob, "ann", 1).getTracks(0).getMimeType()).isEqualTo("video/vp9");
        });
  }

  @Test
  void whatTheTokenDoesNotAllowIsRefusedAtOnce(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    String token = RelayFixture.token(relay, room, "ann", may -> may.sources("microphone"));
    try (SignalClient ann = SignalClient.v1(relay, token)) {
      ann.joined();
      ann.send(add(camera("cam-1")));
      RequestResponse refusal = ann.await(MessageCase.REQUEST_RESPONSE).getRequestResponse();
      assertThat(refusal.getReason()).isEqualTo(Reason.NOT_ALLOWED);
      assertThat(refusal.getAddTrack().getCid()).isEqualTo("cam-1");
      announce(ann, microphone("mic-1"));
    }
  }

  @Test
  void tracksWithoutNamesOrWithEndlessOnesAreRefused(TestRelay relay) throws Exception {
    scene(
        relay,
        (ann, bob, room) -> {
          for (String cid : List.of("", "x".repeat(257))) {
            ann.send(add(camera(cid)));
            assertThat(ann.await(MessageCase.REQUEST_RESPONSE).getRequestResponse().getReason())
                .isEqualTo(Reason.LIMIT_EXCEEDED);
          }
          for (int i = 0; i < 32; i++) {
            announce(ann, camera("cam-" + i));
          }
          ann.send(add(camera("one too many")));
          assertThat(ann.await(MessageCase.REQUEST_RESPONSE).getRequestResponse().getReason())
              .isEqualTo(Reason.LIMIT_EXCEEDED);
        });
  }

  @Test
  void encryptionIsPassedOnAndCanBeRequired() {
    try (TestRelay relay = TestRelay.start("127.0.0.1", "rooms.e2ee=required");
        SignalClient bob = SignalClient.v1(relay, relay.token("r", "bob"));
        SignalClient ann = SignalClient.v1(relay, relay.token("r", "ann"))) {
      ann.send(add(camera("cam-1")));
      RequestResponse refusal = ann.await(MessageCase.REQUEST_RESPONSE).getRequestResponse();
      assertThat(refusal.getReason()).isEqualTo(Reason.NOT_ALLOWED);
      assertThat(refusal.getMessage()).contains("end-to-end encrypted");
      announce(ann, camera("cam-1").setEncryption(Encryption.Type.GCM));
      ann.negotiate(ChromiumOffer.room().video("sendonly", "cam-1", 7_001).text());
      assertThat(seen(bob, "ann", 1).getTracks(0).getEncryption()).isEqualTo(Encryption.Type.GCM);
    }
  }

  @Test
  void dataTracksAreRefusedFast(TestRelay relay) throws Exception {
    scene(
        relay,
        (ann, bob, room) -> {
          SignalRequest.Builder request = SignalRequest.newBuilder();
          request.getPublishDataTrackRequestBuilder().setName("position").setPubHandle(1);
          ann.send(request);
          RequestResponse refusal = ann.await(MessageCase.REQUEST_RESPONSE).getRequestResponse();
          assertThat(refusal.getReason()).isEqualTo(Reason.UNSUPPORTED_TYPE);
          assertThat(refusal.getPublishDataTrack().getName()).isEqualTo("position");
        });
  }
}
