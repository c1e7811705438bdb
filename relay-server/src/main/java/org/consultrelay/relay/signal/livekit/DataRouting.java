package org.consultrelay.relay.signal.livekit;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import livekit.LivekitModels.DataPacket;
import livekit.LivekitModels.UserPacket;
import org.consultrelay.relay.room.Participant;
import org.consultrelay.relay.room.ParticipantKind;
import org.consultrelay.relay.room.Room;
import org.jspecify.annotations.Nullable;

/** Where data packets go, and what is written on them. On the room's loop. */
public final class DataRouting {
  private DataRouting() {}

  /** Whether packets of this kind go from this participant to others. */
  static boolean isForwarded(DataPacket packet, Participant sender) {
    return switch (packet.getValueCase()) {
      case SPEAKER, METRICS -> false;
      case TRANSCRIPTION -> sender.kind() == ParticipantKind.AGENT || sender.permission().agent();
      // Kinds that are newer than we are stand in the fields that we do not know, and are kept.
      default -> true;
    };
  }

  /** Stamps a packet with its sender, whatever it says itself, and hands it to the others. */
  static void route(Participant sender, DataPacket packet, boolean reliable) {
    DataPacket stamped = stamp(packet, sender);
    forward(sender.room(), sender, stamped, stamped.toByteArray(), reliable);
  }

  private static void forward(
      Room room, @Nullable Participant sender, DataPacket packet, byte[] bytes, boolean reliable) {
    String from = sender == null ? "" : sender.sid();
    Set<String> identities = identities(packet);
    Set<String> sids = sids(packet);
    boolean all = identities.isEmpty() && sids.isEmpty();
    for (Participant each : List.copyOf(room.participants())) {
      if (each != sender
          && each.door() instanceof LiveKitSession receiver
          && (all || identities.contains(each.identity()) || sids.contains(each.sid()))) {
        receiver.data().deliver(reliable, from, packet.getSequence(), bytes);
      }
    }
  }

  /** A server's own packet, which nobody in the room stands behind, goes as it is. */
  public static void send(Room room, DataPacket packet, boolean reliable) {
    forward(room, null, packet, packet.toByteArray(), reliable);
  }

  // Old clients look for the sender in the user's packet itself.
  @SuppressWarnings("deprecation")
  private static DataPacket stamp(DataPacket packet, Participant sender) {
    boolean hidden = sender.permission().hidden();
    String sid = hidden ? "" : sender.sid();
    String identity = hidden ? "" : sender.identity();
    DataPacket.Builder stamped =
        packet.toBuilder().setParticipantSid(sid).setParticipantIdentity(identity);
    if (packet.hasUser()) {
      UserPacket.Builder user =
          packet.getUser().toBuilder().setParticipantSid(sid).setParticipantIdentity(identity);
      stamped.setUser(user);
    }
    return stamped.build();
  }

  @SuppressWarnings("deprecation")
  private static Set<String> identities(DataPacket packet) {
    Set<String> identities = new HashSet<>(packet.getDestinationIdentitiesList());
    if (packet.hasUser()) {
      identities.addAll(packet.getUser().getDestinationIdentitiesList());
    }
    return identities;
  }

  @SuppressWarnings("deprecation")
  private static Set<String> sids(DataPacket packet) {
    return packet.hasUser() ? new HashSet<>(packet.getUser().getDestinationSidsList()) : Set.of();
  }
}
