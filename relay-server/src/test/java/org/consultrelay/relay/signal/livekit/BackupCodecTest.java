package org.consultrelay.relay.signal.livekit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.SimulcastCodecInfo;
import livekit.LivekitModels.SubscriptionError;
import livekit.LivekitModels.TrackInfo;
import livekit.LivekitModels.TrackSource;
import livekit.LivekitModels.TrackType;
import livekit.LivekitModels.VideoLayer;
import livekit.LivekitModels.VideoQuality;
import livekit.LivekitRtc.AddTrackRequest;
import livekit.LivekitRtc.SessionDescription;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import livekit.LivekitRtc.SimulcastCodec;
import livekit.LivekitRtc.SubscribedCodec;
import livekit.LivekitRtc.SubscribedQuality;
import livekit.LivekitRtc.SubscriptionPermission;
import livekit.LivekitRtc.TrackPublishedResponse;
import livekit.LivekitRtc.UpdateSubscription;
import org.consultrelay.relay.consult.TestRelay;
import org.consultrelay.relay.room.Track;
import org.consultrelay.relay.sdp.ChromiumOffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A video in VP9, and somebody who has VP8 alone. */
@ExtendWith(RelayFixture.class)
class BackupCodecTest {
  private static final String CAMERA = "cam";
  private static final String SECOND = "cam-vp8";

  private static SignalClient join(TestRelay relay, String room, String identity) {
    SignalClient client = SignalClient.v1(relay, relay.token(room, identity));
    client.joined();
    return client;
  }

  private static SimulcastCodec codec(String name, String cid) {
    return SimulcastCodec.newBuilder().setCodec(name).setCid(cid).build();
  }

  /** Publishes a camera in VP9; returns its sid. */
  private static String publish(SignalClient client, SimulcastCodec... codecs) {
    client.send(
        SignalRequest.newBuilder()
            .setAddTrack(
                AddTrackRequest.newBuilder()
                    .setCid(CAMERA)
                    .setType(TrackType.VIDEO)
                    .setSource(TrackSource.CAMERA)
                    .addAllSimulcastCodecs(List.of(codecs))));
    String sid = client.await(MessageCase.TRACK_PUBLISHED).getTrackPublished().getTrack().getSid();
    String answer =
        client.negotiate(ChromiumOffer.room().video("sendonly", CAMERA, 7_001).text()).getSdp();
    assertThat(lastSection(answer)).contains("VP9/90000").doesNotContain("VP8/90000");
    return sid;
  }

  private static String lastSection(String sdp) {
    return sdp.substring(sdp.lastIndexOf("m="));
  }

  /** The section that a track is sent in. */
  private static String section(SessionDescription answer, String sid) {
    return Arrays.stream(answer.getSdp().split("(?m)^m="))
        .filter(section -> section.contains("|" + sid + " "))
        .findFirst()
        .orElseThrow();
  }

  /** The publisher sends the second codec, as it was asked. */
  private static TrackPublishedResponse addSecond(SignalClient client, String sid) {
    client.send(
        SignalRequest.newBuilder()
            .setAddTrack(
                AddTrackRequest.newBuilder()
                    .setCid(SECOND)
                    .setSid(sid)
                    .setType(TrackType.VIDEO)
                    .setSource(TrackSource.CAMERA)
                    .addSimulcastCodecs(codec("vp8", SECOND))
                    .addLayers(
                        VideoLayer.newBuilder()
                            .setQuality(VideoQuality.HIGH)
                            .setWidth(640)
                            .setHeight(360))));
    TrackPublishedResponse published =
        client.await(MessageCase.TRACK_PUBLISHED).getTrackPublished();
    String answer =
        client
            .negotiate(
                ChromiumOffer.room()
                    .video("sendonly", CAMERA, 7_001)
                    .video("sendonly", SECOND, 7_101)
                    .text())
            .getSdp();
    assertThat(lastSection(answer)).contains("VP8/90000").doesNotContain("VP9/90000");
    return published;
  }

  /** An offer of somebody who can decode neither VP9 nor AV1. */
  private static String old(String sdp) {
    return sdp.lines()
        .filter(line -> !line.matches("a=(rtpmap|fmtp|rtcp-fb):(98|99|45|46) .*"))
        .map(line ->
            line.startsWith("m=video") ? line.replaceAll(" (98|99|45|46)(?= |$)", "") : line)
        .collect(Collectors.joining("\r\n", "", "\r\n"));
  }

  private static List<SubscribedCodec> asked(SignalClient publisher, boolean second) {
    return publisher
        .await(
            m ->
                m.hasSubscribedQualityUpdate()
                    && m.getSubscribedQualityUpdate().getSubscribedCodecsCount() == 2
                    && isWanted(m.getSubscribedQualityUpdate().getSubscribedCodecs(1)) == second,
            "what is wanted of the second codec")
        .getSubscribedQualityUpdate()
        .getSubscribedCodecsList();
  }

  private static boolean isWanted(SubscribedCodec codec) {
    return codec.getQualitiesList().stream().anyMatch(SubscribedQuality::getEnabled);
  }

  @Test
  void whoCannotDecodeTheFirstGetsTheSecond(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    try (SignalClient ann = join(relay, room, "ann");
        SignalClient eve = join(relay, room, "eve");
        SignalClient bob = join(relay, room, "bob")) {
      String sid = publish(ann, codec("vp9", CAMERA), codec("vp8", ""));
      String offer = old(ChromiumOffer.room().text());
      bob.offer(offer);
      assertThat(asked(ann, true))
          .extracting(SubscribedCodec::getCodec)
          .containsExactly("vp9", "vp8");
      assertThat(bob.settled())
          .anyMatch(m -> m.hasAnswer() && m.getAnswer().getMidToTrackIdMap().isEmpty())
          .noneMatch(SignalResponse::hasSubscriptionResponse);

      TrackPublishedResponse published = addSecond(ann, sid);
      assertThat(published.getCid()).isEqualTo(SECOND);
      assertThat(published.getTrack().getSid()).isEqualTo(sid);

      bob.await(MessageCase.MEDIA_SECTIONS_REQUIREMENT);
      SessionDescription answer = bob.negotiate(offer);
      assertThat(answer.getMidToTrackIdMap()).containsValue(sid);
      assertThat(section(answer, sid))
          .contains("VP8/90000")
          .doesNotContain("VP9/90000")
          .containsPattern("a=msid:PA_\\w+\\|" + sid + " " + sid);
      // The same goes on in the next round, under the same sources.
      assertThat(sources(bob.negotiate(offer))).isEqualTo(sources(answer)).isNotEmpty();

      TrackInfo seen = onlyTrack(eve, "ann");
      assertThat(seen.getCodecsList())
          .extracting(SimulcastCodecInfo::getMimeType)
          .containsExactly("video/vp9", "video/vp8");
      assertThat(seen.getMimeType()).isEqualTo("video/vp9");
      // Who has VP9 gets VP9.
      assertThat(section(eve.negotiate(ChromiumOffer.room().text()), sid))
          .contains("VP9/90000")
          .doesNotContain("VP8/90000");
    }
  }

  private static List<String> sources(SessionDescription answer) {
    return answer.getSdp().lines().filter(line -> line.startsWith("a=ssrc:")).toList();
  }

  private static TrackInfo onlyTrack(SignalClient client, String identity) {
    ParticipantInfo info =
        client
            .await(
                m ->
                    m.hasUpdate()
                        && m.getUpdate().getParticipantsList().stream()
                            .anyMatch(p ->
                                p.getIdentity().equals(identity)
                                    && p.getTracksCount() > 0
                                    && p.getTracks(0).getCodecsCount() == 2),
                "a track in two codecs")
            .getUpdate()
            .getParticipantsList()
            .stream()
            .filter(p -> p.getIdentity().equals(identity))
            .findFirst()
            .orElseThrow();
    assertThat(info.getTracksCount()).isEqualTo(1);
    return info.getTracks(0);
  }

  @Test
  void whoComesLaterGetsItAtOnce(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    try (SignalClient ann = join(relay, room, "ann");
        SignalClient bob = join(relay, room, "bob")) {
      String sid = publish(ann, codec("vp9", CAMERA), codec("vp8", ""));
      String offer = old(ChromiumOffer.room().text());
      bob.negotiate(offer);
      asked(ann, true);
      addSecond(ann, sid);
      try (SignalClient eve = join(relay, room, "eve")) {
        assertThat(eve.negotiate(offer).getMidToTrackIdMap()).isEmpty();
        eve.await(MessageCase.MEDIA_SECTIONS_REQUIREMENT);
        assertThat(eve.negotiate(offer).getMidToTrackIdMap()).containsValue(sid);
      }
    }
  }

  @Test
  void itEndsWithTheTrack(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    try (SignalClient ann = join(relay, room, "ann");
        SignalClient bob = join(relay, room, "bob")) {
      String sid = publish(ann, codec("vp9", CAMERA), codec("vp8", ""));
      String offer = old(ChromiumOffer.room().text());
      bob.negotiate(offer);
      asked(ann, true);
      addSecond(ann, sid);
      bob.await(MessageCase.MEDIA_SECTIONS_REQUIREMENT);
      assertThat(bob.negotiate(offer).getMidToTrackIdMap()).containsValue(sid);
      ann.negotiate(ChromiumOffer.room().video("inactive", "", 0).video("inactive", "", 0).text());
      bob.await(MessageCase.MEDIA_SECTIONS_REQUIREMENT);
      assertThat(bob.negotiate(offer).getMidToTrackIdMap()).isEmpty();
      RelayFixture.inRoom(
          relay,
          room,
          in -> assertThat(in.participant("ann").sessions().getFirst().tracks()).isEmpty());
    }
  }

  @Test
  void theSecondCodecAloneMayEnd(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    try (SignalClient ann = join(relay, room, "ann");
        SignalClient bob = join(relay, room, "bob")) {
      String sid = publish(ann, codec("vp9", CAMERA), codec("vp8", ""));
      String offer = old(ChromiumOffer.room().text());
      bob.negotiate(offer);
      asked(ann, true);
      addSecond(ann, sid);
      bob.await(MessageCase.MEDIA_SECTIONS_REQUIREMENT);
      bob.negotiate(offer);
      ann.negotiate(
          ChromiumOffer.room().video("sendonly", CAMERA, 7_001).video("inactive", "", 0).text());
      bob.await(MessageCase.MEDIA_SECTIONS_REQUIREMENT);
      assertThat(bob.negotiate(offer).getMidToTrackIdMap()).isEmpty();
      RelayFixture.inRoom(
          relay,
          room,
          in -> {
            Track track = in.track(sid);
            assertThat(track).isNotNull();
            assertThat(track.isAvailable()).isTrue();
            assertThat(track.backup()).isNull();
          });
    }
  }

  @Test
  void whenNobodyNeedsItAnyMoreItsPublisherIsTold(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    try (SignalClient ann = join(relay, room, "ann")) {
      try (SignalClient bob = join(relay, room, "bob")) {
        String sid = publish(ann, codec("vp9", CAMERA), codec("vp8", ""));
        bob.negotiate(old(ChromiumOffer.room().text()));
        asked(ann, true);
        addSecond(ann, sid);
        RelayFixture.inRoom(relay, room, in -> assertThat(in.track(sid).isBackupNeeded()).isTrue());
      }
      asked(ann, false);
    }
  }

  private static SignalRequest.Builder subscription(boolean subscribe, String sid) {
    return SignalRequest.newBuilder()
        .setSubscription(UpdateSubscription.newBuilder().addTrackSids(sid).setSubscribe(subscribe));
  }

  @Test
  void whoDoesNotWantTheTrackAnyMoreDoesNotNeedItEither(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    try (SignalClient ann = join(relay, room, "ann");
        SignalClient bob = join(relay, room, "bob")) {
      String sid = publish(ann, codec("vp9", CAMERA), codec("vp8", ""));
      String offer = old(ChromiumOffer.room().text());
      bob.negotiate(offer);
      asked(ann, true);
      bob.send(subscription(false, sid));
      asked(ann, false);
      // Who wants it again asks again.
      bob.send(subscription(true, sid));
      bob.await(MessageCase.MEDIA_SECTIONS_REQUIREMENT);
      bob.negotiate(offer);
      asked(ann, true);
    }
  }

  @Test
  void whoMayNotHaveTheTrackAnyMoreDoesNotNeedItEither(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    try (SignalClient ann = join(relay, room, "ann");
        SignalClient bob = join(relay, room, "bob")) {
      publish(ann, codec("vp9", CAMERA), codec("vp8", ""));
      bob.negotiate(old(ChromiumOffer.room().text()));
      asked(ann, true);
      ann.send(
          SignalRequest.newBuilder()
              .setSubscriptionPermission(SubscriptionPermission.getDefaultInstance()));
      asked(ann, false);
    }
  }

  @Test
  void whoCannotDecodeTheSecondEitherDoesNotNeedIt(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    try (SignalClient ann = join(relay, room, "ann");
        SignalClient bob = join(relay, room, "bob")) {
      String sid = publish(ann, codec("vp9", CAMERA), codec("vp8", ""));
      String offer = old(ChromiumOffer.room().text()).replace("VP8/90000", "VP8X/90000");
      bob.negotiate(offer);
      asked(ann, true);
      addSecond(ann, sid);
      bob.await(MessageCase.MEDIA_SECTIONS_REQUIREMENT);
      bob.offer(offer);
      assertThat(bob.await(MessageCase.SUBSCRIPTION_RESPONSE).getSubscriptionResponse().getErr())
          .isEqualTo(SubscriptionError.SE_CODEC_UNSUPPORTED);
      RelayFixture.inRoom(relay, room, in -> assertThat(in.track(sid).isBackupNeeded()).isFalse());
    }
  }

  @Test
  void withoutASecondCodecItIsSaidThatThereIsNone(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    try (SignalClient ann = join(relay, room, "ann");
        SignalClient bob = join(relay, room, "bob")) {
      String sid = publish(ann, codec("vp9", CAMERA));
      bob.offer(old(ChromiumOffer.room().text()));
      assertThat(bob.await(MessageCase.SUBSCRIPTION_RESPONSE).getSubscriptionResponse())
          .satisfies(response -> {
            assertThat(response.getTrackSid()).isEqualTo(sid);
            assertThat(response.getErr()).isEqualTo(SubscriptionError.SE_CODEC_UNSUPPORTED);
          });
    }
  }

  @Test
  void aSecondCodecThatDoesNotComeIsNotWaitedForInSilence(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    try (SignalClient ann = join(relay, room, "ann");
        SignalClient bob = join(relay, room, "bob")) {
      String sid = publish(ann, codec("vp9", CAMERA), codec("vp8", ""));
      String offer = old(ChromiumOffer.room().text());
      bob.negotiate(offer);
      assertThat(bob.await(MessageCase.SUBSCRIPTION_RESPONSE).getSubscriptionResponse().getErr())
          .isEqualTo(SubscriptionError.SE_CODEC_UNSUPPORTED);
      // Better late than never.
      addSecond(ann, sid);
      bob.await(MessageCase.MEDIA_SECTIONS_REQUIREMENT);
      assertThat(bob.negotiate(offer).getMidToTrackIdMap()).containsValue(sid);
    }
  }

  @Test
  void aCodecThatWasNotOfferedIsNotTaken(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    try (SignalClient ann = join(relay, room, "ann")) {
      String sid = publish(ann, codec("vp9", CAMERA));
      ann.send(
          SignalRequest.newBuilder()
              .setAddTrack(
                  AddTrackRequest.newBuilder()
                      .setCid(SECOND)
                      .setSid(sid)
                      .addSimulcastCodecs(codec("vp8", SECOND))));
      assertThat(ann.await(MessageCase.TRACK_PUBLISHED).getTrackPublished().getCid())
          .isEqualTo(SECOND);
      RelayFixture.inRoom(relay, room, in -> assertThat(in.track(sid).backup()).isNull());
    }
  }
}
