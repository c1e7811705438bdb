package org.consultrelay.relay.transport;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.consultrelay.relay.net.TimerWheel;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * A relay and its peers over lines of all qualities, in virtual time from one seed: nothing sleeps,
 * and the same seed gives the same call to the last bit.
 */
final class SimulatedNetwork {
  /** What arrives within this time is one turn of the relay's loop. */
  private static final long TURN_NANOS = 200_000;

  private final SplittableRandom random;
  private final RelaySide relay;
  private final Map<TransportAddress, Line> lines = new HashMap<>();
  private final Map<TransportAddress, SimulatedPeer> owners = new HashMap<>();
  private final List<SimulatedPeer> peers = new ArrayList<>();
  private final PriorityQueue<Datagram> flying =
      new PriorityQueue<>(Comparator.comparingLong(Datagram::at).thenComparingLong(Datagram::number));
  private final PriorityQueue<Happening> happenings =
      new PriorityQueue<>(Comparator.comparingLong(Happening::at));
  private long number;
  private long now;
  private long nextTick = TimerWheel.TICK_NANOS;

  /** A peer's line under one address. */
  static final class Line {
    final SimulatedPeer peer;
    final Link up;
    final Link down;

    Line(SimulatedPeer peer, Link up, Link down) {
      this.peer = peer;
      this.up = up;
      this.down = down;
    }
  }

  /**
   * On its way.
   *
   * @param line null when a stranger sent it, who has no line
   */
  private record Datagram(
      long at,
      long number,
      @Nullable Line line,
      TransportAddress peerAddress,
      boolean up,
      byte[] bytes,
      @Nullable Arrival arrival) {}

  private record Happening(long at, Runnable what) {}

  /** Told when a datagram reaches the relay. */
  @FunctionalInterface
  interface Arrival {
    void arrived(long nowNanos);
  }

  SimulatedNetwork(SplittableRandom random, RelaySide relay) {
    this.random = random;
    this.relay = relay;
    relay.onSent(this::down);
  }

  long now() {
    return now;
  }

  void add(SimulatedPeer peer) {
    peers.add(peer);
  }

  /** Gives a peer an address. */
  Line attach(SimulatedPeer peer, TransportAddress address, Conditions up, Conditions down) {
    Line line = new Line(peer, new Link(random.split(), up), new Link(random.split(), down));
    lines.put(address, line);
    return line;
  }

  /** From now on nothing gets through to or from that address; nobody is told. */
  void detach(TransportAddress address) {
    lines.remove(address);
  }

  /** Does something at a time. */
  void at(double seconds, Runnable what) {
    happenings.add(new Happening((long) (seconds * 1e9), what));
  }

  /** A peer sends. */
  void up(TransportAddress from, byte[] bytes, @Nullable Arrival arrival) {
    Line line = lines.get(from);
    if (line != null) {
      fly(line, line.up, from, true, bytes, arrival);
    }
  }

  /** Somebody without a line sends; it arrives at once. */
  void inject(TransportAddress from, byte[] bytes) {
    flying.add(new Datagram(now, number++, null, from, true, bytes, null));
  }

  /** Whatever the relay sends there is meant for that peer, also when it has left. */
  void own(TransportAddress address, SimulatedPeer peer) {
    owners.put(address, peer);
  }

  private void down(TransportAddress to, byte[] bytes) {
    SimulatedPeer owner = owners.get(to);
    if (owner != null) {
      owner.leavesRelay(bytes);
    }
    Line line = lines.get(to);
    if (line != null) {
      fly(line, line.down, to, false, bytes, null);
    }
  }

  private void fly(
      Line line,
      Link link,
      TransportAddress address,
      boolean up,
      byte[] bytes,
      @Nullable Arrival arrival) {
    long arrives = link.arrival(now);
    if (arrives >= 0) {
      flying.add(new Datagram(arrives, number++, line, address, up, bytes, arrival));
      if (link.doubles()) {
        long again = arrives + random.nextLong(20 * Conditions.MILLI);
        flying.add(new Datagram(again, number++, line, address, up, bytes, null));
      }
    }
  }

  /** Lets time pass. */
  void runUntil(double seconds) {
    long until = (long) (seconds * 1e9);
    while (true) {
      Datagram first = flying.peek();
      Happening happening = happenings.peek();
      long next = nextTick;
      next = first == null ? next : Math.min(next, first.at());
      next = happening == null ? next : Math.min(next, happening.at());
      if (next > until) {
        now = until;
        return;
      }
      now = Math.max(now, next);
      if (happening != null && happening.at() <= now) {
        happenings.remove();
        happening.what().run();
        relay.flush();
      } else if (first != null && first.at() <= now) {
        deliver(first);
      } else {
        tick();
      }
    }
  }

  private void tick() {
    relay.tick(now);
    for (int i = 0; i < peers.size(); i++) {
      peers.get(i).tick(now);
    }
    nextTick += TimerWheel.TICK_NANOS;
  }

  private void deliver(Datagram first) {
    if (!first.up()) {
      flying.remove();
      if (first.line() != null) {
        first.line().peer.receive(first.bytes(), first.peerAddress(), now);
      }
      return;
    }
    // The loop wakes up a little later and finds all that came meanwhile.
    now = Math.min(nextTick, first.at() + TURN_NANOS);
    Datagram next = first;
    while (next != null && next.up() && next.at() <= now) {
      flying.remove();
      boolean taken = relay.receive(next.bytes(), next.peerAddress(), now);
      if (taken && next.arrival() != null) {
        next.arrival().arrived(now);
      }
      next = flying.peek();
    }
    relay.endTurn(now);
  }
}
