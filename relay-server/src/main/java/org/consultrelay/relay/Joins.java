package org.consultrelay.relay;

import java.util.concurrent.atomic.LongAdder;
import org.consultrelay.relay.room.PeerSession;
import org.consultrelay.relay.transport.PathKind;
import org.consultrelay.relay.transport.TransportEnd;
import org.consultrelay.relay.wire.Distribution;

/**
 * Whether peer connections came to carry media, and how soon: what callers wait for. Any loop tells
 * it, a few times a second at most; reading locks nothing.
 */
final class Joins {
  /** What the peer came by. */
  enum Door {
    LIVEKIT,
    WHIP,
    WHEP
  }

  /** What became of a peer connection before it carried media. */
  enum Outcome {
    /** It carries media. */
    CONNECTED,
    /** No way was found between the peer and the relay. */
    NEVER_CONNECTED,
    /** A way was found, but no keys were agreed. */
    DTLS_FAILED,
    /** Somebody ended it before. */
    ABANDONED
  }

  private final Distribution[][] times = new Distribution[Door.values().length][];
  private final LongAdder[][] outcomes = new LongAdder[Door.values().length][];

  Joins() {
    for (Door door : Door.values()) {
      Distribution[] byPath = new Distribution[PathKind.values().length];
      for (int i = 0; i < byPath.length; i++) {
        byPath[i] =
            Distribution.ofMillis(50, 100, 250, 500, 1_000, 2_000, 3_000, 5_000, 10_000, 20_000);
      }
      times[door.ordinal()] = byPath;
      LongAdder[] counts = new LongAdder[Outcome.values().length];
      for (int i = 0; i < counts.length; i++) {
        counts[i] = new LongAdder();
      }
      outcomes[door.ordinal()] = counts;
    }
  }

  /** It carries media. On its loop. */
  void connected(PeerSession session) {
    Door door = door(session);
    long nanos = session.participant().room().loop().nowNanos() - session.openedNanos();
    count(door, Outcome.CONNECTED);
    synchronized (this) {
      times[door.ordinal()][session.transport().pathKind().ordinal()].add(nanos);
    }
  }

  /** It is over. On its loop. */
  void ended(PeerSession session, TransportEnd reason) {
    if (!session.transport().isConnected()) {
      count(door(session), outcome(reason));
    }
  }

  private static Outcome outcome(TransportEnd reason) {
    return switch (reason) {
      case NEVER_CONNECTED, CONSENT_EXPIRED -> Outcome.NEVER_CONNECTED;
      case DTLS_FAILED -> Outcome.DTLS_FAILED;
      case CLOSED, CLOSED_BY_PEER -> Outcome.ABANDONED;
    };
  }

  private static Door door(PeerSession session) {
    if (session.participant().door() != null) {
      return Door.LIVEKIT;
    }
    return session.playing() == null ? Door.WHIP : Door.WHEP;
  }

  private void count(Door door, Outcome outcome) {
    outcomes[door.ordinal()][outcome.ordinal()].increment();
  }

  /** From when it was opened until media could flow, in nanoseconds. Any thread. */
  Distribution times(Door door, PathKind path) {
    return times[door.ordinal()][path.ordinal()];
  }

  /** How many had this outcome. Any thread. */
  long outcomes(Door door, Outcome outcome) {
    return outcomes[door.ordinal()][outcome.ordinal()].sum();
  }
}
