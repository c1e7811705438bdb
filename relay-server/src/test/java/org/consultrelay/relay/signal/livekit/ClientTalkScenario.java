package org.consultrelay.relay.signal.livekit;

import static java.util.Locale.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.consultrelay.relay.room.Participant;
import org.consultrelay.relay.room.Track;
import org.consultrelay.relay.room.TrackEncryption;
import org.consultrelay.relay.room.TrackSource;
import org.consultrelay.relay.sfu.Publication;
import org.consultrelay.relay.signal.livekit.RelayFixture.May;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people do in a call, through an unmodified {@code livekit-client}. */
abstract class ClientTalkScenario extends ClientScenario {
  ClientTalkScenario(boolean single) {
    super(single);
  }

  @Test
  void threeSeeAndHearEachOther() {
    // One is there and publishes before, one comes meanwhile, one last.
    List<Person> all =
        List.of(join("ann").publishes(), join("bob").publishes(), join("eve").publishes());
    for (Person one : all) {
      for (Person other : all) {
        if (one != other) {
          one.sees(other, "camera");
          one.hears(other);
        }
      }
    }
    all.getFirst().until("room.numParticipants === 3");
    all.getFirst().until("said(lk.RoomEvent.LocalTrackSubscribed)");
  }

  @Test
  void mutedAndUnmuted() {
    Person ann = join("ann").publishes();
    Person bob = join("bob");
    bob.sees(ann, "camera");
    bob.hears(ann);

    ann.run("await room.localParticipant.setCameraEnabled(false)");
    ann.run("await room.localParticipant.setMicrophoneEnabled(false)");
    bob.until("track('ann', 'camera').isMuted && track('ann', 'microphone').isMuted");
    bob.hasBeenTold("TrackMuted", "ann");

    ann.run("await room.localParticipant.setCameraEnabled(true)");
    ann.run("await room.localParticipant.setMicrophoneEnabled(true)");
    bob.until("!track('ann', 'camera').isMuted && !track('ann', 'microphone').isMuted");
    bob.hasBeenTold("TrackUnmuted", "ann");
    bob.sees(ann, "camera");
    bob.hears(ann);

    onLoop("ann", relayed -> relayed.muteByServer(trackOf(relayed, TrackSource.MICROPHONE)));
    ann.until("!room.localParticipant.isMicrophoneEnabled");
    bob.until("track('ann', 'microphone').isMuted");
  }

  @Test
  void unsubscribedAndSubscribedAgain() {
    Person ann = join("ann").publishes();
    Person bob = join("bob");
    bob.sees(ann, "camera");

    bob.run("track('ann', 'camera').setSubscribed(false)");
    bob.hasBeenTold("TrackUnsubscribed", "camera");
    Await.until("nothing of the camera is sent", () -> !receivesVideo("bob"));
    bob.hears(ann);

    bob.run("track('ann', 'camera').setSubscribed(true)");
    bob.sees(ann, "camera");
    assertThat(receivesVideo("bob")).isTrue();
  }

  @Test
  void aScreenIsShared() {
    Person ann = join("ann").publishes();
    Person bob = join("bob");
    ann.run("await room.localParticipant.setScreenShareEnabled(true)");
    bob.sees(ann, "screen_share");
    bob.sees(ann, "camera");
    ann.run("await room.localParticipant.setScreenShareEnabled(false)");
    bob.hasBeenTold("TrackUnpublished", "screen_share");
    bob.until("track('ann', 'screen_share') === undefined");
    bob.sees(ann, "camera");
  }

  /** One stream with all sizes in it, of which each gets what suits the place it is shown in. */
  @ParameterizedTest
  @ValueSource(strings = {"vp9", "av1"})
  void layersWithinOneStream(String codec) {
    Person ann = join("ann");
    Person bob = join("bob");
    ann.run(
        "await room.localParticipant.setCameraEnabled(true, undefined, { videoCodec: args[0] })",
        codec);
    String height = "(await inbound('ann', 'camera', 'frameHeight'))";
    bob.until("(await inbound('ann', 'camera', 'framesDecoded')) > 50");
    bob.until("(await codecOf('ann', 'camera')) === args[0]", "video/" + codec.toUpperCase(ROOT));
    bob.until(height + " === 360");

    bob.run("track('ann', 'camera').setVideoDimensions({ width: 160, height: 90 })");
    bob.until(height + " < 360");
    bob.sees(ann, "camera");
    assertThat((Integer) bob.ask(height)).isLessThan(360);
    bob.run("track('ann', 'camera').setVideoDimensions({ width: 640, height: 360 })");
    bob.until(height + " === 360");
    bob.sees(ann, "camera");
  }

  /** A camera in VP9, which somebody cannot decode: the client sends VP8 as well, once asked. */
  @Test
  void aSecondCodecForWhoeverNeedsIt() {
    Person ann = join("ann");
    Person bob = joinWithoutVp9("bob");
    Person eve = join("eve");
    ann.run("await room.localParticipant.setCameraEnabled(true, undefined, { videoCodec: 'vp9' })");
    eve.sees(ann, "camera");
    bob.sees(ann, "camera");
    bob.until("(await codecOf('ann', 'camera')) === 'video/VP8'");
    eve.until("(await codecOf('ann', 'camera')) === 'video/VP9'");
    eve.sees(ann, "camera");
    // Both are one track to everybody.
    bob.until("room.remoteParticipants.get('ann').trackPublications.size === 1");

    ann.run("await room.localParticipant.setCameraEnabled(false)");
    ann.run("await room.localParticipant.setCameraEnabled(true)");
    bob.sees(ann, "camera");
    eve.sees(ann, "camera");
  }

  @Test
  void audioGoesRedundantly() {
    Person ann = join("ann");
    Person bob = join("bob");
    ann.run("await room.localParticipant.publishTrack(await tone(), { source: 'microphone' })");
    bob.hears(ann);
    // Chromium names the codec within; that each packet has another in it shows in what it throws
    // away because it has it already.
    bob.until("(await inbound('ann', 'microphone', 'packetsDiscarded')) > 50");
    assertThat(redundancy("ann")).isPositive();

    // A publisher who does not want it sends none, and nobody gets any.
    Person eve = join("eve");
    eve.run(
        "await room.localParticipant.publishTrack(await tone(), { source: 'microphone', red: false"
            + " })");
    bob.hears(eve);
    bob.until("(await inbound('eve', 'microphone', 'packetsReceived')) > 100");
    assertThat((Integer) bob.ask("inbound('eve', 'microphone', 'packetsDiscarded')"))
        .isLessThan(50);
    assertThat(redundancy("eve")).isEqualTo(-1);
  }

  @Test
  void nameMetadataAndAttributes() {
    Person ann = join("ann", May::canUpdateOwnMetadata, "{}");
    Person bob = join("bob");
    bob.until("other('ann').name === 'Name of ann' && other('ann').attributes.role === 'patient'");
    ann.run("await room.localParticipant.setName('Ann B.')");
    ann.run("await room.localParticipant.setMetadata('{\"waiting\":true}')");
    ann.run("await room.localParticipant.setAttributes({ role: '', language: 'fr' })");
    bob.until("other('ann').name === 'Ann B.' && other('ann').metadata === '{\"waiting\":true}'");
    bob.until("other('ann').attributes.language === 'fr' && !('role' in other('ann').attributes)");
    bob.hasBeenTold("ParticipantAttributesChanged", "ann");

    // Bob's token does not let him.
    assertThat((String) bob.ask("room.localParticipant.setName('Eve').then(() => '', String)"))
        .contains("not");
    ann.until("other('bob').name === 'Name of bob'");
  }

  @Test
  void chatBothWaysAndALongText() {
    Person ann = join("ann");
    Person bob = join("bob");
    ann.run("await room.localParticipant.sendText('Good morning', { topic: 'lk.chat' })");
    bob.until("texts.some((each) => each.from === 'ann' && each.text === 'Good morning')");
    bob.run("await room.localParticipant.sendChatMessage('Bonjour')");
    ann.hasBeenTold("ChatMessage", "bob");
    bob.run("await room.localParticipant.sendText('Bonjour', { topic: 'lk.chat' })");
    ann.until("texts.some((each) => each.from === 'bob' && each.text === 'Bonjour')");

    StringBuilder text = new StringBuilder(100_000);
    for (int i = 0; text.length() < 100_000; i++) {
      text.append(i).append(' ');
    }
    String written = text.substring(0, 100_000);
    ann.run("await room.localParticipant.sendText(args[0], { topic: 'lk.chat' })", written);
    bob.until("texts.length === 2");
    assertThat(bob.ask("texts[1]")).isEqualTo(Map.of("from", "ann", "text", written));
  }

  @Test
  void lossyData() {
    Person ann = join("ann");
    Person bob = join("bob");
    // Lossy: so it is said more than once.
    ann.run(
        """
        setInterval(() => room.localParticipant.publishData(
            new TextEncoder().encode('pulse 72'), { reliable: false, topic: 'vitals' }), 100);
        """);
    bob.until("packets.length > 0");
    assertThat(bob.ask("packets[0]"))
        .isEqualTo(Map.of("from", "ann", "text", "pulse 72", "kind", 1, "topic", "vitals"));
  }

  @Test
  void whoSpeaksIsKnown() {
    Person ann = join("ann");
    Person bob = join("bob");
    ann.run("await room.localParticipant.publishTrack(await tone(), { source: 'microphone' })");
    bob.until("room.activeSpeakers.some((each) => each.identity === 'ann')");
    bob.until("other('ann').isSpeaking && other('ann').audioLevel > 0");
    ann.until("room.localParticipant.isSpeaking");
    ann.run("await room.localParticipant.setMicrophoneEnabled(false)");
    bob.until("room.activeSpeakers.length === 0 && !other('ann').isSpeaking");
  }

  @Test
  void whatIsEncryptedEndToEndPassesThrough() {
    Person ann = join("ann", may -> may, "await encryptedWith('the right secret')");
    Person bob = join("bob", may -> may, "await encryptedWith('the right secret')");
    Person eve = join("eve", may -> may, "await encryptedWith('another secret')");
    for (Person each : List.of(ann, bob, eve)) {
      each.run("await room.setE2EEEnabled(true)");
    }
    ann.publishes();
    bob.publishes();
    bob.sees(ann, "camera");
    bob.hears(ann);
    ann.sees(bob, "camera");
    ann.hears(bob);
    bob.until("track('ann', 'camera').isEncrypted && other('ann').isEncrypted");
    ann.run("await room.localParticipant.sendText('Just us', { topic: 'lk.chat' })");
    bob.until("texts.some((each) => each.text === 'Just us')");
    onLoop(
        "ann",
        relayed ->
            assertThat(relayed.tracks())
                .hasSize(2)
                .allMatch(track -> track.details().encryption() == TrackEncryption.GCM));

    eve.until("(await inbound('ann', 'camera', 'packetsReceived')) > 100");
    assertThat(eve.ask("inbound('ann', 'camera', 'framesDecoded')")).isEqualTo(0);
    assertThat(eve.ask("texts.length")).isEqualTo(0);
  }

  private int redundancy(String identity) {
    AtomicInteger payloadType = new AtomicInteger();
    onLoop(
        identity,
        participant -> {
          Track track = trackOf(participant, TrackSource.MICROPHONE);
          Publication publication = Objects.requireNonNull(track.publication());
          payloadType.set(publication.parameters().redPayloadType());
        });
    return payloadType.get();
  }

  static Track trackOf(Participant participant, TrackSource source) {
    return participant.tracks().stream()
        .filter(track -> track.details().source() == source)
        .findFirst()
        .orElseThrow();
  }

  private boolean receivesVideo(String identity) {
    AtomicBoolean receives = new AtomicBoolean();
    onLoop(
        identity,
        participant ->
            receives.set(
                participant.sessions().stream()
                    .flatMap(session -> session.played().values().stream())
                    .anyMatch(played -> played.track().details().source() == TrackSource.CAMERA)));
    return receives.get();
  }
}
