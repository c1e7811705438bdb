package org.consultrelay.relay.signal.livekit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import livekit.LivekitModels.SubscriptionError;
import livekit.LivekitModels.TrackSource;
import livekit.LivekitModels.TrackType;
import livekit.LivekitRtc.AddTrackRequest;
import livekit.LivekitRtc.ConnectionSettings;
import livekit.LivekitRtc.JoinRequest;
import livekit.LivekitRtc.MediaSectionsRequirement;
import livekit.LivekitRtc.SessionDescription;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import livekit.LivekitRtc.SubscriptionPermission;
import livekit.LivekitRtc.SubscriptionPermissionUpdate;
import livekit.LivekitRtc.TrackPermission;
import livekit.LivekitRtc.UpdateSubscription;
import org.consultrelay.relay.consult.TestRelay;
import org.consultrelay.relay.sdp.ChromiumOffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Others' tracks: which come, and in which section. */
@ExtendWith(RelayFixture.class)
class SubscribeTest {
  /** Publishes a camera; returns its sid. */
  private static String publish(SignalClient client, String cid, long ssrc) {
    client.send(
        SignalRequest.newBuilder()
            .setAddTrack(
                AddTrackRequest.newBuilder()
                    .setCid(cid)
                    .setType(TrackType.VIDEO)
                    .setSource(TrackSource.CAMERA)));
    String sid = client.await(MessageCase.TRACK_PUBLISHED).getTrackPublished().getTrack().getSid();
    client.negotiate(ChromiumOffer.room().video("sendonly", cid, ssrc).text());
    return sid;
  }

  private static SignalRequest.Builder subscription(boolean subscribe, String... sids) {
    return SignalRequest.newBuilder()
        .setSubscription(
            UpdateSubscription.newBuilder().addAllTrackSids(List.of(sids)).setSubscribe(subscribe));
  }

  private static SignalClient join(TestRelay relay, String room, String identity) {
    SignalClient client = SignalClient.v1(relay, relay.token(room, identity));
    client.joined();
    return client;
  }

  @Test
  void v1TracksThatAreThereComeWithTheFirstAnswer(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    try (SignalClient ann = join(relay, room, "ann")) {
      String track = publish(ann, "cam", 7_001);
      try (SignalClient bob = join(relay, room, "bob")) {
        SessionDescription answer = bob.negotiate(ChromiumOffer.room().text());
        assertThat(answer.getMidToTrackIdMap()).containsExactly(java.util.Map.entry("3", track));
        assertThat(answer.getSdp()).containsPattern("a=msid:PA_\\w+\\|" + track + " " + track);
      }
    }
  }

  @Test
  void v1AClientIsAskedToOfferForATrackThatIsNew(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    try (SignalClient bob = join(relay, room, "bob");
        SignalClient ann = join(relay, room, "ann")) {
      assertThat(bob.negotiate(ChromiumOffer.room().text()).getMidToTrackIdMap()).isEmpty();
      String track = publish(ann, "cam", 7_001);
      // There is a section to spare: none need be added, only offered.
      MediaSectionsRequirement requirement =
          bob.await(MessageCase.MEDIA_SECTIONS_REQUIREMENT).getMediaSectionsRequirement();
      assertThat(requirement.getNumVideos()).isZero();
      assertThat(requirement.getNumAudios()).isZero();
      SessionDescription answer = bob.negotiate(ChromiumOffer.room().text());
      assertThat(answer.getMidToTrackIdMap()).containsExactly(java.util.Map.entry("3", track));
      // The same section goes on with the same sources in the next round.
      SessionDescription again = bob.negotiate(ChromiumOffer.room().text());
      assertThat(again.getMidToTrackIdMap()).isEqualTo(answer.getMidToTrackIdMap());
      assertThat(sources(again)).isEqualTo(sources(answer)).isNotEmpty();
    }
  }

  private static List<String> sources(SessionDescription answer) {
    return answer.getSdp().lines().filter(line -> line.startsWith("a=ssrc:")).toList();
  }

  @Test
  void v1SectionsThatAreMissingAreAskedFor(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    try (SignalClient ann = join(relay, room, "ann");
        SignalClient eve = join(relay, room, "eve");
        SignalClient bob = join(relay, room, "bob")) {
      publish(ann, "cam", 7_001);
      publish(eve, "cam", 7_001);
      bob.negotiate(ChromiumOffer.offer().video("recvonly", "", 0).data().text());
      MediaSectionsRequirement requirement =
          bob.await(MessageCase.MEDIA_SECTIONS_REQUIREMENT).getMediaSectionsRequirement();
      assertThat(requirement.getNumVideos()).isEqualTo(1);
      SessionDescription answer =
          bob.negotiate(
              ChromiumOffer.offer()
                  .video("recvonly", "", 0)
                  .data()
                  .video("recvonly", "", 0)
                  .text());
      assertThat(answer.getMidToTrackIdMap()).containsOnlyKeys("0", "2");
    }
  }

  @Test
  void v1ATrackThatIsDeclinedGivesItsSectionBack(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    try (SignalClient ann = join(relay, room, "ann");
        SignalClient bob = join(relay, room, "bob")) {
      String track = publish(ann, "cam", 7_001);
      bob.negotiate(ChromiumOffer.room().text());
      bob.send(subscription(false, track));
      bob.await(MessageCase.MEDIA_SECTIONS_REQUIREMENT);
      assertThat(bob.negotiate(ChromiumOffer.room().text()).getMidToTrackIdMap()).isEmpty();
      bob.send(subscription(true, track));
      bob.await(MessageCase.MEDIA_SECTIONS_REQUIREMENT);
      assertThat(bob.negotiate(ChromiumOffer.room().text()).getMidToTrackIdMap())
          .containsValue(track);
    }
  }

  @Test
  void v0TracksAreOffered(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    try (SignalClient ann = join(relay, room, "ann")) {
      String track = publish(ann, "cam", 7_001);
      try (SignalClient bob = SignalClient.v0(relay, relay.token(room, "bob"))) {
        bob.joined();
        SessionDescription offer = bob.await(MessageCase.OFFER).getOffer();
        assertThat(offer.getMidToTrackIdMap()).containsExactly(java.util.Map.entry("1", track));
        assertThat(offer.getSdp()).containsPattern("a=msid:PA_\\w+\\|" + track + " " + track);
      }
    }
  }

  @Test
  void withoutAutoSubscribeNothingComesUnasked(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    JoinRequest manual =
        JoinRequest.newBuilder()
            .setConnectionSettings(ConnectionSettings.newBuilder().setAutoSubscribe(false))
            .build();
    try (SignalClient ann = join(relay, room, "ann");
        SignalClient bob = SignalClient.v1(relay, relay.token(room, "bob"), manual)) {
      String track = publish(ann, "cam", 7_001);
      bob.joined();
      assertThat(bob.negotiate(ChromiumOffer.room().text()).getMidToTrackIdMap()).isEmpty();
      assertThat(bob.settled()).noneMatch(SignalResponse::hasMediaSectionsRequirement);
      bob.send(subscription(true, track));
      bob.await(MessageCase.MEDIA_SECTIONS_REQUIREMENT);
      assertThat(bob.negotiate(ChromiumOffer.room().text()).getMidToTrackIdMap())
          .containsValue(track);
      // Its publisher hears that somebody is interested.
      assertThat(ann.await(MessageCase.TRACK_SUBSCRIBED).getTrackSubscribed().getTrackSid())
          .isEqualTo(track);
      bob.send(subscription(true, "TR_nowhere"));
      assertThat(bob.await(MessageCase.SUBSCRIPTION_RESPONSE).getSubscriptionResponse().getErr())
          .isEqualTo(SubscriptionError.SE_TRACK_NOTFOUND);
    }
  }

  @Test
  void whoMayNotSubscribeGetsNothing(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    String token = RelayFixture.token(relay, room, "bob", may -> may.canSubscribe(false));
    try (SignalClient ann = join(relay, room, "ann");
        SignalClient bob = SignalClient.v1(relay, token)) {
      String track = publish(ann, "cam", 7_001);
      bob.joined();
      bob.send(subscription(true, track));
      assertThat(bob.negotiate(ChromiumOffer.room().text()).getMidToTrackIdMap()).isEmpty();
    }
  }

  @Test
  void aPublisherDecidesWhoMaySubscribe(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    try (SignalClient ann = join(relay, room, "ann");
        SignalClient bob = join(relay, room, "bob");
        SignalClient eve = join(relay, room, "eve")) {
      String track = publish(ann, "cam", 7_001);
      ann.send(
          SignalRequest.newBuilder()
              .setSubscriptionPermission(
                  SubscriptionPermission.newBuilder()
                      .addTrackPermissions(
                          TrackPermission.newBuilder()
                              .setParticipantIdentity("bob")
                              .setAllTracks(true))));
      SubscriptionPermissionUpdate update =
          eve.await(MessageCase.SUBSCRIPTION_PERMISSION_UPDATE).getSubscriptionPermissionUpdate();
      assertThat(update.getTrackSid()).isEqualTo(track);
      assertThat(update.getAllowed()).isFalse();
      assertThat(eve.negotiate(ChromiumOffer.room().text()).getMidToTrackIdMap()).isEmpty();
      assertThat(bob.negotiate(ChromiumOffer.room().text()).getMidToTrackIdMap())
          .containsValue(track);
      ann.send(
          SignalRequest.newBuilder()
              .setSubscriptionPermission(
                  SubscriptionPermission.newBuilder().setAllParticipants(true)));
      assertThat(
              eve.await(MessageCase.SUBSCRIPTION_PERMISSION_UPDATE)
                  .getSubscriptionPermissionUpdate()
                  .getAllowed())
          .isTrue();
      eve.await(MessageCase.MEDIA_SECTIONS_REQUIREMENT);
      assertThat(eve.negotiate(ChromiumOffer.room().text()).getMidToTrackIdMap())
          .containsValue(track);
    }
  }

  @Test
  void theHiddenSeeAndAreNotSeen(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    String token = RelayFixture.token(relay, room, "spy", RelayFixture.May::hidden);
    try (SignalClient ann = join(relay, room, "ann");
        SignalClient spy = SignalClient.v1(relay, token)) {
      assertThat(spy.joined().getOtherParticipantsCount()).isEqualTo(1);
      String track = publish(ann, "cam", 7_001);
      assertThat(spy.negotiate(ChromiumOffer.room().text()).getMidToTrackIdMap())
          .containsValue(track);
      publish(spy, "cam", 7_001);
      assertThat(ann.settled())
          .noneMatch(m ->
              m.hasUpdate()
                  && m.getUpdate().getParticipantsList().stream()
                      .anyMatch(p -> p.getIdentity().equals("spy")))
          .noneMatch(SignalResponse::hasMediaSectionsRequirement);
      try (SignalClient bob = SignalClient.v1(relay, relay.token(room, "bob"))) {
        assertThat(bob.joined().getOtherParticipantsList())
            .extracting(livekit.LivekitModels.ParticipantInfo::getIdentity)
            .containsExactly("ann");
      }
    }
  }

  @Test
  void anEndedTrackLeavesItsSection(TestRelay relay) {
    String room = RelayFixture.freshRoom();
    try (SignalClient ann = join(relay, room, "ann");
        SignalClient bob = join(relay, room, "bob")) {
      publish(ann, "cam", 7_001);
      bob.negotiate(ChromiumOffer.room().text());
      ann.negotiate(ChromiumOffer.room().video("inactive", "", 0).text());
      bob.await(MessageCase.MEDIA_SECTIONS_REQUIREMENT);
      assertThat(bob.negotiate(ChromiumOffer.room().text()).getMidToTrackIdMap()).isEmpty();
    }
  }
}
