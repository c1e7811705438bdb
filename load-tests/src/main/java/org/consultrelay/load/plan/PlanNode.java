package org.consultrelay.load.plan;

import java.lang.foreign.Arena;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.function.LongSupplier;
import org.consultrelay.relay.dtls.DtlsCertificate;
import org.consultrelay.relay.dtls.DtlsContext;
import org.consultrelay.relay.dtls.DtlsLimits;
import org.consultrelay.relay.dtls.HandshakeGate;
import org.consultrelay.relay.ice.IceTimeouts;
import org.consultrelay.relay.net.TimerWheel;
import org.consultrelay.relay.room.Participant;
import org.consultrelay.relay.room.ParticipantKind;
import org.consultrelay.relay.room.ParticipantProfile;
import org.consultrelay.relay.room.Permission;
import org.consultrelay.relay.room.RoomEvents;
import org.consultrelay.relay.room.RoomLimits;
import org.consultrelay.relay.room.RoomLoop;
import org.consultrelay.relay.room.RoomResult;
import org.consultrelay.relay.room.Rooms;
import org.consultrelay.relay.srtp.SrtpCiphers;
import org.consultrelay.relay.stun.UnauthenticatedBudget;
import org.consultrelay.relay.transport.Demultiplexer;
import org.consultrelay.relay.wire.SlotPool;
import org.jspecify.annotations.Nullable;

/**
 * One relay of the plan: the relay's own rooms, with its own rules of placing and admitting, in
 * simulated time and without media.
 */
final class PlanNode {
  private final Rooms rooms;
  private final List<RoomLoop> loops = new ArrayList<>();

  /**
   * A relay without rooms.
   *
   * @param loops media loops, of which each room gets one
   * @param shared what all nodes of a plan share
   */
  PlanNode(int loops, Costs costs, Shared shared) {
    for (int i = 0; i < loops; i++) {
      this.loops.add(
          new RoomLoop(
              Runnable::run, shared.clock, shared.timers, shared.demultiplexer, List.of()));
    }
    RoomLimits limits =
        new RoomLimits(
            Duration.ofSeconds(costs.departureSeconds()),
            Duration.ofSeconds(costs.departureSeconds()),
            costs.maxRooms(),
            costs.maxParticipants(),
            Math.min(500, costs.maxParticipants()),
            false,
            0,
            0);
    rooms = new Rooms(this.loops, limits, new RoomEvents() {}, shared.random);
  }

  /** Lets somebody into a room; null when the relay refuses. */
  @Nullable Participant join(String room, String identity) {
    ParticipantProfile profile =
        new ParticipantProfile(
            identity, "", "", Map.of(), ParticipantKind.STANDARD, Permission.STANDARD);
    RoomResult<Participant> result = rooms.inRoom(room, in -> in.join(profile)).getNow(null);
    return result instanceof RoomResult.Done<Participant>(Participant participant)
        ? participant
        : null;
  }

  /** Rooms and participants: what a room's node is chosen by, as its loop is. */
  int load() {
    return rooms.roomCount() + rooms.participantCount();
  }

  /** Participants of its fullest loop, in relation to its mean loop; 1 when all have as many. */
  double imbalance() {
    int most = 0;
    int all = 0;
    for (RoomLoop loop : loops) {
      most = Math.max(most, loop.participants());
      all += loop.participants();
    }
    return all == 0 ? 1 : (double) most * loops.size() / all;
  }

  /** What nodes share so that a plan of hundreds needs little: one clock, one wheel of timers. */
  static final class Shared {
    private final LongSupplier clock;
    private final TimerWheel timers = new TimerWheel(0);
    private final Demultiplexer demultiplexer;
    private final SecureRandom random = new QuickRandom();

    Shared(LongSupplier clock, DtlsContext dtls) {
      this.clock = clock;
      // Rooms want one, but ask it for nothing as long as there is no media.
      this.demultiplexer =
          new Demultiplexer(
              new SlotPool(Arena.ofAuto().allocate(SlotPool.STRIDE)),
              timers,
              Runnable::run,
              SrtpCiphers.pureJava(),
              dtls,
              IceTimeouts.DEFAULT,
              new UnauthenticatedBudget(1, 1, 0, 0),
              new SplittableRandom(1));
    }

    void advance(long nowNanos) {
      timers.advance(nowNanos);
    }
  }

  /** Names in a plan need not be secret. */
  private static final class QuickRandom extends SecureRandom {
    private static final long serialVersionUID = 1;

    private final transient SplittableRandom quick = new SplittableRandom(1);

    @Override
    public void nextBytes(byte[] bytes) {
      quick.nextBytes(bytes);
    }
  }

  /** A context that no handshake will ever use. */
  static DtlsContext idleDtls(ExecutorService handshakes) {
    SecureRandom random = new SecureRandom();
    return new DtlsContext(
        DtlsCertificate.generate(random),
        List.of(),
        DtlsLimits.DEFAULT,
        new HandshakeGate(1, 1),
        handshakes);
  }
}
