package org.consultrelay.relay.signal.livekit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.consultrelay.relay.room.DepartureReason;
import org.consultrelay.relay.room.Participant;
import org.consultrelay.relay.room.Permission;
import org.consultrelay.relay.room.TrackSource;
import org.junit.jupiter.api.Test;

/**
 * How a session begins, changes, is interrupted and ends, for an unmodified {@code livekit-client}.
 */
abstract class ClientSessionScenario extends ClientScenario {
  ClientSessionScenario(boolean single) {
    super(single);
  }

  @Test
  void connects() {
    Person ann = join("ann");
    assertThat(ann.ask("room.state")).isEqualTo("connected");
    assertThat(ann.ask("room.serverInfo.version")).isEqualTo(Joins.VERSION);
    assertThat(ann.ask("room.localParticipant.identity")).isEqualTo("ann");
    Person bob = join("bob");
    ann.hasBeenTold("ParticipantConnected", "bob");
    bob.until("other('ann') !== undefined");
    bob.run("await room.disconnect()");
    ann.hasBeenTold("ParticipantDisconnected", "bob");
    ann.until("room.remoteParticipants.size === 0");
  }

  @Test
  void permissionsChange() {
    Person ann = join("ann").publishes();
    Person bob = join("bob");
    bob.sees(ann, "camera");

    onLoop("ann", relayed -> relayed.permit(publishing(Set.of(TrackSource.MICROPHONE))));
    ann.hasBeenTold("ParticipantPermissionsChanged");
    ann.hasBeenTold("LocalTrackUnpublished", "camera");
    bob.hasBeenTold("TrackUnpublished", "camera");
    bob.hears(ann);
    assertThat((String) ann.ask(cameraOn())).contains("permission");

    onLoop("ann", relayed -> relayed.permit(Permission.STANDARD));
    ann.until("room.localParticipant.permissions.canPublishSources.length === 0");
    assertThat(ann.ask(cameraOn())).isEqualTo("");
    bob.sees(ann, "camera");

    onLoop("bob", relayed -> relayed.permit(notSubscribing()));
    bob.until("track('ann', 'camera')?.track === undefined");
    bob.hasBeenTold("TrackUnsubscribed", "camera");
    onLoop("bob", relayed -> relayed.permit(Permission.STANDARD));
    bob.sees(ann, "camera");
    bob.hears(ann);
  }

  private static String cameraOn() {
    return "room.localParticipant.setCameraEnabled(true).then(() => '', String)";
  }

  private static Permission publishing(Set<TrackSource> sources) {
    return new Permission(true, true, true, sources, false, false, false, false, false);
  }

  private static Permission notSubscribing() {
    return new Permission(false, true, true, Set.of(), false, false, false, false, false);
  }

  @Test
  void whoJoinsUnderTheSameIdentityTakesThePlace() {
    Person before = join("ann").publishes();
    Person bob = join("bob");
    bob.sees(before, "camera");
    Object sid = bob.ask("other('ann').sid");

    Person after = join("ann").publishes();
    before.until("room.state === 'disconnected'");
    before.hasBeenTold(
        "Disconnected", livekit.LivekitModels.DisconnectReason.DUPLICATE_IDENTITY_VALUE);
    bob.until("other('ann') && other('ann').sid !== args[0]", sid);
    bob.sees(after, "camera");
    assertThat(bob.ask("room.remoteParticipants.size")).isEqualTo(1);
    assertThat(before.ask("room.state")).isEqualTo("disconnected");
  }

  @Test
  void whoIsPutOutStaysOut() {
    Person ann = join("ann");
    Person bob = join("bob");
    bob.until("other('ann') !== undefined");
    onLoop("ann", relayed -> relayed.remove(DepartureReason.REMOVED));
    ann.hasBeenTold(
        "Disconnected", livekit.LivekitModels.DisconnectReason.PARTICIPANT_REMOVED_VALUE);
    bob.hasBeenTold("ParticipantDisconnected", "ann");
    assertThat(ann.ask("room.state")).isEqualTo("disconnected");
    assertThat(ann.ask("said(lk.RoomEvent.Reconnecting)")).isEqualTo(false);
  }

  @Test
  void aRoomIsClosed() {
    Person ann = join("ann").publishes();
    Person bob = join("bob");
    bob.sees(ann, "camera");
    onLoop("ann", relayed -> relayed.room().close(DepartureReason.ROOM_DELETED));
    for (Person each : new Person[] {ann, bob}) {
      each.hasBeenTold("Disconnected", livekit.LivekitModels.DisconnectReason.ROOM_DELETED_VALUE);
      each.until("room.state === 'disconnected'");
      assertThat(each.ask("said(lk.RoomEvent.Reconnecting)")).isEqualTo(false);
    }
  }

  /** Twice: the first attempt to resume is cut off as well, so that being without takes a while. */
  @Test
  void framesFlowWhileTheWebSocketIsCutAndResumed() {
    Person ann = join("ann").publishes();
    Person bob = join("bob").publishes();
    bob.sees(ann, "camera");
    ann.sees(bob, "camera");
    Object sid = ann.ask("room.localParticipant.sid");
    ann.run(
        """
        const frames = () => inbound('bob', 'camera', 'framesDecoded');
        room.on(lk.RoomEvent.SignalReconnecting, async () => (window.atCut ??= await frames()));
        room.on(lk.RoomEvent.Reconnected, async () => (window.atReturn = await frames()));
        """);
    onLoop(
        "ann",
        relayed -> {
          session(relayed).cutOnResume(false);
          session(relayed).line().cut();
        });
    ann.until("window.atCut > 0");
    // While she is away.
    bob.run("await room.localParticipant.sendText('Are you there?', { topic: 'lk.chat' })");
    bob.sees(ann, "camera");
    ann.hasBeenTold("Reconnected");
    ann.until("atReturn >= atCut + 10");
    ann.until("texts.length === 1 && texts[0].text === 'Are you there?'");
    ann.sees(bob, "camera");
    ann.hears(bob);
    bob.sees(ann, "camera");
    bob.hears(ann);
    // The same session: nobody left, nothing was published anew.
    assertThat(ann.ask("room.localParticipant.sid")).isEqualTo(sid);
    assertThat(ann.ask("said(lk.RoomEvent.Reconnecting) || texts.length !== 1")).isEqualTo(false);
    assertThat(bob.ask("said(lk.RoomEvent.ParticipantDisconnected)")).isEqualTo(false);
    assertThat(ann.ask("said(lk.RoomEvent.TrackUnsubscribed)")).isEqualTo(false);
    // What comes after goes over the new WebSocket.
    ann.run("await room.localParticipant.setMicrophoneEnabled(false)");
    bob.until("track('ann', 'microphone').isMuted");
  }

  @Test
  void whoIsToJoinAnewDoesAndIsSeenAgain() {
    Person ann = join("ann").publishes();
    Person bob = join("bob").publishes();
    bob.sees(ann, "camera");
    Object sid = bob.ask("other('ann').sid");
    onLoop("ann", relayed -> session(relayed).rejoin());
    ann.hasBeenTold("Reconnecting");
    ann.hasBeenTold("Reconnected");
    bob.until("other('ann') && other('ann').sid !== args[0]", sid);
    bob.sees(ann, "camera");
    bob.hears(ann);
    ann.sees(bob, "camera");
    ann.hears(bob);
    onLoop("ann", relayed -> assertThat(sources(relayed)).hasSize(2));
  }

  private static Set<TrackSource> sources(Participant participant) {
    return participant.tracks().stream()
        .map(track -> track.details().source())
        .collect(java.util.stream.Collectors.toSet());
  }
}
