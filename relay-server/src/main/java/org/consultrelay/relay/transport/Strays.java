package org.consultrelay.relay.transport;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.net.HandoverRing;
import org.consultrelay.relay.net.Handovers;
import org.consultrelay.relay.wire.AddressMap;
import org.consultrelay.relay.wire.PacketSink;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * What comes in on one loop for participants of another: where loops share a port, the kernel
 * spreads senders over them, and connections are held by the loop that took them, while rooms are
 * placed by load. A connectivity check finds its loop by the fragment that it names; when that loop
 * has accepted it, the loop that the kernel chose learns the address and hands over everything from
 * there. One for each loop.
 */
public final class Strays {
  /** The kind of packets for media that lives on another loop. */
  public static final int KIND = 1;

  /** The kind of packets that media sends back by the loop that holds the way. */
  public static final int BACK = 2;

  private static final int PATH_BITS = 8;

  private final int own;
  private final UfragDirectory directory;
  private final Handovers handovers;
  private final Strays[] all;
  private final Demultiplexer demultiplexer;

  private Strays(
      int own,
      UfragDirectory directory,
      Handovers handovers,
      Strays[] all,
      Demultiplexer demultiplexer) {
    this.own = own;
    this.directory = directory;
    this.handovers = handovers;
    this.all = all;
    this.demultiplexer = demultiplexer;
  }

  /**
   * Joins the loops of a relay. Before the first peer knows where to send to; each loop takes part
   * with a task of its own.
   *
   * @param loops the connections of each loop, by its index
   * @param onePort whether UDP ports are shared; ways that one loop holds always are
   */
  public static void join(
      Handovers handovers, UfragDirectory directory, Demultiplexer[] loops, boolean onePort) {
    Strays[] all = new Strays[loops.length];
    for (int i = 0; i < loops.length; i++) {
      all[i] = new Strays(i, directory, handovers, all, loops[i]);
    }
    for (Strays each : all) {
      each.demultiplexer.loop().execute(() -> each.demultiplexer.shareWith(each, onePort));
    }
  }

  /** Hands a packet to the loop that its sender's address was learned for. */
  boolean handOver(
      AddressMap<PortDemultiplexer.Strayed> learned,
      int path,
      MemorySegment memory,
      long offset,
      int length,
      long high,
      long low,
      int port) {
    PortDemultiplexer.Strayed known = learned.get(high, low, port);
    return known != null
        && handOver(known.loop(), own, path, memory, offset, length, high, low, port);
  }

  /**
   * Hands a check to the loop that its fragment lives on.
   *
   * @param via the loop that the kernel chose
   * @return false when it lives here or nowhere
   */
  boolean handOver(
      @Nullable String ufrag,
      int via,
      int path,
      MemorySegment memory,
      long offset,
      int length,
      TransportAddress from) {
    int loop = directory.loopOf(ufrag);
    return loop >= 0
        && handOver(loop, via, path, memory, offset, length, from.high(), from.low(), from.port());
  }

  private boolean handOver(
      int loop,
      int via,
      int path,
      MemorySegment memory,
      long offset,
      int length,
      long high,
      long low,
      int port) {
    if (loop == own) {
      return false;
    }
    HandoverRing ring = handovers.ring(own, loop);
    long at = ring.claim(length);
    if (at >= 0) {
      MemorySegment.copy(memory, offset, ring.memory(), at, length);
      ring.commit(KIND, via << PATH_BITS | path, high, low, port, length);
    }
    return true;
  }

  /** Whether a handed over packet came in on this very loop at first. */
  boolean isOwn(int via) {
    return via == own;
  }

  /** What leaves by a way that another loop holds. */
  PacketSink back(int via, int path, TransportAddress remote) {
    return new RingSink(handovers.ring(own, via), own << PATH_BITS | path, remote);
  }

  int own() {
    return own;
  }

  /** The loop that the kernel chose for a handed over packet. */
  static int via(int tag) {
    return tag >>> PATH_BITS;
  }

  /** The path that a handed over packet came in on. */
  static int path(int tag) {
    return tag & (1 << PATH_BITS) - 1;
  }

  /** An address is a participant's of this loop, but the kernel gives it to another one. */
  void teach(int via, int path, TransportAddress remote) {
    Demultiplexer other = all[via].demultiplexer;
    other.loop().execute(() -> other.port(path).learn(remote, own));
  }

  /** It is no longer. */
  void unteach(int via, int path, TransportAddress remote) {
    Demultiplexer other = all[via].demultiplexer;
    other.loop().execute(() -> other.port(path).unlearn(remote, own));
  }

  /** The way to an address of another loop's participant is gone. */
  void gone(int loop, int path, TransportAddress remote, long nowNanos) {
    Demultiplexer other = all[loop].demultiplexer;
    other.loop().execute(() -> other.port(path).gone(remote, nowNanos));
  }
}
