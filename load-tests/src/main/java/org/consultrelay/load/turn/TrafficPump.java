package org.consultrelay.load.turn;

import java.util.List;
import org.consultrelay.relay.net.DatagramPort;

/**
 * Decides which client sends when: client after client, a burst each, as often as the rate or the
 * window allows. On its loop's thread; allocates nothing while it runs.
 */
final class TrafficPump {
  /** What has not come by then never will: the window opens again. */
  private static final long GIVE_UP_NANOS = 200_000_000;

  /** After a stall of ours, what was missed beyond this is not made up for. */
  private static final long MOST_BEHIND_NANOS = 20_000_000;

  private static final long SECOND = 1_000_000_000;

  private final List<TurnClient> clients;
  private final Arrivals arrivals;
  private final DatagramPort peer;
  private final TrafficShape shape;
  private final Direction up;
  private final Direction down;
  private long rateFrom;
  private long ratedPackets;

  TrafficPump(
      List<TurnClient> clients,
      Arrivals arrivals,
      DatagramPort peer,
      TrafficShape shape,
      long nowNanos) {
    this.arrivals = arrivals;
    this.clients = clients;
    this.peer = peer;
    this.shape = shape;
    this.up = new Direction(true, nowNanos);
    this.down = new Direction(false, nowNanos);
    this.rateFrom = nowNanos;
  }

  /** One way. */
  private final class Direction {
    private final boolean isUp;
    private int next;
    private long underWay;
    private long received;
    private long progressNanos;

    Direction(boolean isUp, long nowNanos) {
      this.isUp = isUp;
      this.progressNanos = nowNanos;
      this.received = receivedSoFar();
    }

    private long receivedSoFar() {
      return isUp ? arrivals.up : arrivals.down;
    }

    void burst(long nowNanos) {
      TurnClient client = clients.get(next);
      next = next + 1 == clients.size() ? 0 : next + 1;
      if (isUp) {
        client.sendUp(shape.burst(), shape.payload(), nowNanos);
      } else {
        client.sendDown(peer, shape.burst(), shape.payload(), nowNanos);
      }
      underWay += shape.burst();
    }

    void arrivals(long nowNanos) {
      long now = receivedSoFar();
      if (now > received) {
        underWay = Math.max(0, underWay - (now - received));
        received = now;
        progressNanos = nowNanos;
      } else if (nowNanos - progressNanos > GIVE_UP_NANOS) {
        underWay = 0;
        progressNanos = nowNanos;
      }
    }

    boolean hasRoom(long nowNanos) {
      arrivals(nowNanos);
      return underWay + shape.burst() <= shape.window();
    }
  }

  /**
   * Packets have come in. Both ways go in step: a server that serves one way first would else be
   * measured with another mix than the next server.
   */
  void run(long nowNanos) {
    if (shape.packetsPerSecond() > 0) {
      return;
    }
    while ((!shape.up() || up.hasRoom(nowNanos)) && (!shape.down() || down.hasRoom(nowNanos))) {
      bursts(nowNanos);
    }
    peer.flush();
  }

  private void bursts(long nowNanos) {
    if (shape.up()) {
      up.burst(nowNanos);
    }
    if (shape.down()) {
      down.burst(nowNanos);
    }
  }

  /** Time has passed: about a millisecond. */
  void tick(long nowNanos) {
    if (shape.packetsPerSecond() == 0) {
      run(nowNanos);
      return;
    }
    long due = (nowNanos - rateFrom) * shape.packetsPerSecond() / SECOND;
    long mostBehind = MOST_BEHIND_NANOS * shape.packetsPerSecond() / SECOND + shape.burst();
    if (due - ratedPackets > mostBehind) {
      ratedPackets = due - mostBehind;
    }
    while (ratedPackets + shape.burst() <= due) {
      ratedPackets += shape.burst();
      bursts(nowNanos);
    }
    peer.flush();
  }
}
