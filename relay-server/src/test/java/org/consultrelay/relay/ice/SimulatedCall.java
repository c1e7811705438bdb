package org.consultrelay.relay.ice;

import static org.consultrelay.relay.ice.Peer.seconds;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.consultrelay.relay.ice.IceControllingAgent.Nominating;
import org.consultrelay.relay.ice.IceEvent.PairSelected;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * A controlling client and the lite agent over a network that loses, delays, reorders and
 * duplicates, in virtual time from one seed. The client has numbered paths, each seen by the relay
 * under one address; a path may be cut.
 */
final class SimulatedCall {
  static final TransportAddress RELAY = TransportAddress.ipv4(0xC6336401, 7882);

  final IceLiteAgent lite;
  final List<PairSelected> selections = new ArrayList<>();
  final List<IceState> states = new ArrayList<>();
  IceControllingAgent client;
  long now;

  private int standstill;
  private final SplittableRandom random;
  private final double loss;
  private final long maxDelay;
  private final Map<Integer, TransportAddress> mapped = new HashMap<>();
  private final PriorityQueue<Packet> network =
      new PriorityQueue<>(Comparator.comparingLong((Packet p) -> p.at));

  /** On its way; from null means from the relay to the client. */
  private static final class Packet {
    final long at;
    final int path;
    final @Nullable TransportAddress from;
    final byte[] bytes;

    Packet(long at, int path, @Nullable TransportAddress from, byte[] bytes) {
      this.at = at;
      this.path = path;
      this.from = from;
      this.bytes = bytes;
    }
  }

  SimulatedCall(long seed, double loss, long maxDelay, Nominating nominating) {
    this.random = new SplittableRandom(seed);
    this.loss = loss;
    this.maxDelay = maxDelay;
    IceCredentials relayCredentials = IceCredentials.random(random);
    this.lite = new IceLiteAgent(relayCredentials, IceTimeouts.DEFAULT, 0);
    this.client = newClient(relayCredentials, nominating);
  }

  IceControllingAgent newClient(IceCredentials relayCredentials, Nominating nominating) {
    return new IceControllingAgent(
        IceCredentials.random(random),
        relayCredentials,
        random.nextLong(),
        nominating,
        IceTimeouts.DEFAULT,
        random,
        now);
  }

  IceCredentials newCredentials() {
    return IceCredentials.random(random);
  }

  /** Gives the client a path. */
  void open(int path, TransportAddress seenAs, long priority) {
    mapped.put(path, seenAs);
    client.addPair(path, RELAY, priority, now);
  }

  /** From now on nothing gets through on a path, in either direction; nobody is told. */
  void cut(int path) {
    mapped.remove(path);
  }

  /** The NAT gives a path another address. */
  void remap(int path, TransportAddress seenAs) {
    mapped.put(path, seenAs);
  }

  /** Lets the time pass. */
  void runUntil(double untilSeconds) {
    long until = seconds(untilSeconds);
    drain();
    while (true) {
      long next = Math.min(client.deadline(), lite.deadline());
      Packet packet = network.peek();
      if (packet != null) {
        next = Math.min(next, packet.at);
      }
      if (next > until) {
        now = until;
        return;
      }
      // A deadline that does not move on when it is kept would hang a real loop too.
      standstill = next <= now ? standstill + 1 : 0;
      if (standstill > 1_000) {
        throw new AssertionError("time stands still at " + now);
      }
      now = Math.max(now, next);
      if (packet != null && packet.at <= now) {
        network.remove();
        deliver(packet);
      }
      if (client.deadline() <= now) {
        client.onDeadline(now);
      }
      if (lite.deadline() <= now) {
        lite.onDeadline(now);
      }
      drain();
    }
  }

  private void deliver(Packet packet) {
    StunMessage message = Peer.message(packet.bytes);
    TransportAddress from = packet.from;
    if (from == null) {
      client.onMessage(message, RELAY, packet.path, now);
      return;
    }
    byte[] response = lite.onBindingRequest(message, from, 0, now).response();
    if (response != null) {
      // It finds its way back only as long as the address stands for the path.
      mapped.forEach((path, address) -> {
        if (address.equals(from)) {
          send(path, null, response);
        }
      });
    }
  }

  private void drain() {
    for (OutgoingCheck check = client.poll(); check != null; check = client.poll()) {
      TransportAddress from = mapped.get(check.path());
      if (from != null) {
        send(check.path(), from, check.bytes());
      }
    }
    for (IceEvent event = lite.poll(); event != null; event = lite.poll()) {
      if (event instanceof PairSelected selected) {
        selections.add(selected);
      } else if (event instanceof IceEvent.StateChanged(IceState state)) {
        states.add(state);
      }
    }
  }

  private void send(int path, @Nullable TransportAddress from, byte[] bytes) {
    int copies = random.nextDouble() < 0.1 ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      if (random.nextDouble() >= loss) {
        long at = now + random.nextLong(maxDelay / 10, maxDelay);
        network.add(new Packet(at, path, from, bytes));
      }
    }
  }
}
