package org.consultrelay.relay.transport;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.ice.CheckAnswer;
import org.consultrelay.relay.ice.CheckAnswer.Verdict;
import org.consultrelay.relay.ice.IceLiteAgent;
import org.consultrelay.relay.net.DatagramHandler;
import org.consultrelay.relay.stun.BindingCheck;
import org.consultrelay.relay.stun.StunCodec;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.wire.AddressMap;
import org.consultrelay.relay.wire.Bytes;
import org.consultrelay.relay.wire.PacketSink;
import org.consultrelay.relay.wire.SlotPool;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/** What one port of a loop receives, told apart by its first byte (RFC 7983 §7). */
final class PortDemultiplexer implements DatagramHandler {
  private final Demultiplexer demultiplexer;
  private final TransportCounters counters;
  private final int path;
  private final PathSinks sinks;
  private final MemorySegment memory;
  private final AddressMap<Binding> byAddress = new AddressMap<>();
  private final AddressMap<Strayed> strayed = new AddressMap<>();
  private @Nullable Strays strays;

  /** The loop that the kernel gave the present packet to; -1: this one. */
  private int via = -1;

  /**
   * Whose an address is, how to answer checks from there, and the loop that the kernel gives what
   * comes from there (-1: this one).
   */
  private record Binding(
      PeerTransport transport, TransportAddress remote, @Nullable PacketSink sink, int via) {}

  /** Whose an address is, on another loop, and how that loop's media goes back there. */
  record Strayed(int loop, @Nullable PacketSink sink) {}

  PortDemultiplexer(Demultiplexer demultiplexer, int path, PathSinks sinks) {
    this.demultiplexer = demultiplexer;
    this.counters = demultiplexer.counters();
    this.path = path;
    this.sinks = sinks;
    this.memory = demultiplexer.slots().memory();
  }

  /** What leaves for a remote address; null when there is no way there any more. */
  @Nullable PacketSink sink(TransportAddress remote) {
    Binding known = byAddress.get(remote);
    return known == null ? newSink(remote) : known.sink;
  }

  private @Nullable PacketSink newSink(TransportAddress remote) {
    return via >= 0 && strays != null && sinks.isOfOneLoop()
        ? strays.back(via, path, remote)
        : sinks.sink(remote, demultiplexer.index());
  }

  PathSinks.Origin origin(TransportAddress remote) {
    return sinks.origin(remote);
  }

  PathKind kind() {
    return sinks.kind();
  }

  boolean isOfOneLoop() {
    return sinks.isOfOneLoop();
  }

  void bind(TransportAddress remote, PeerTransport transport) {
    byAddress.put(remote, new Binding(transport, remote, newSink(remote), via));
    if (via >= 0 && strays != null) {
      strays.teach(via, path, remote);
    } else {
      sinks.bound(remote);
    }
  }

  void unbind(TransportAddress remote, PeerTransport transport) {
    Binding binding = byAddress.get(remote);
    if (binding != null && binding.transport == transport) {
      byAddress.remove(remote);
      if (binding.via >= 0 && strays != null) {
        strays.unteach(binding.via, path, remote);
      } else {
        sinks.unbound(remote);
      }
    }
  }

  /** The way to this address is gone, such as a connection; whoever was there is told. */
  void gone(TransportAddress remote, long nowNanos) {
    Binding binding = byAddress.get(remote);
    if (binding != null) {
      binding.transport.onPairClosed(remote, path, nowNanos);
    }
    Strayed elsewhere = strayed.remove(remote);
    if (elsewhere != null && strays != null) {
      strays.gone(elsewhere.loop, path, remote, nowNanos);
    }
  }

  /** The port is shared with other loops from now on. */
  void shareWith(Strays with) {
    strays = with;
  }

  /** What comes from there is for another loop. */
  void learn(TransportAddress remote, int loop) {
    PacketSink sink = sinks.isOfOneLoop() ? sinks.sink(remote, loop) : null;
    strayed.put(remote, new Strayed(loop, sink));
    sinks.bound(remote);
  }

  /** Unless yet another loop has it meanwhile, what comes from there is for nobody. */
  void unlearn(TransportAddress remote, int loop) {
    Strayed known = strayed.get(remote);
    if (known != null && known.loop == loop) {
      strayed.remove(remote);
      sinks.unbound(remote);
    }
  }

  /** A packet that came in on another loop. Returns true when the slot is kept. */
  boolean onStray(
      int cameVia,
      int slot,
      long offset,
      int length,
      long remoteHigh,
      long remoteLow,
      int remotePort,
      long nowNanos) {
    Strays shared = strays;
    via = shared == null || shared.isOwn(cameVia) ? -1 : cameVia;
    try {
      return onDatagram(slot, offset, length, remoteHigh, remoteLow, remotePort, nowNanos);
    } finally {
      via = -1;
    }
  }

  /** What another loop's media sends over a connection that this loop holds. */
  void onBack(int loop, long offset, int length, long high, long low, int port) {
    Strayed known = strayed.get(high, low, port);
    PacketSink sink =
        known == null ? sinks.sink(new TransportAddress(high, low, port), loop) : known.sink;
    if (sink != null) {
      long at = sink.claim(length);
      MemorySegment.copy(memory, offset, sink.memory(), at, length);
      sink.commit(length);
    }
  }

  /** Hands over what is another loop's. False when it is not known to be. */
  private boolean strays(long offset, int length, long remoteHigh, long remoteLow, int remotePort) {
    // What was handed over once by its address is not handed on: an address has one loop.
    return strays != null
        && via < 0
        && strays.handOver(
            strayed, path, memory, offset, length, remoteHigh, remoteLow, remotePort);
  }

  @Override
  public boolean onDatagram(
      int slot,
      long offset,
      int length,
      long remoteHigh,
      long remoteLow,
      int remotePort,
      long nowNanos) {
    int first = length < 2 ? -1 : Bytes.u8(memory, offset);
    if (first >= 128 && first <= 191) {
      PeerTransport transport = bound(remoteHigh, remoteLow, remotePort);
      if (transport == null) {
        if (!strays(offset, length, remoteHigh, remoteLow, remotePort)) {
          counters.unknownSource++;
        }
        return false;
      }
      return transport.onMedia(slot, offset, length, nowNanos);
    }
    if (first >= 20 && first <= 63) {
      PeerTransport transport = bound(remoteHigh, remoteLow, remotePort);
      if (transport == null) {
        if (!strays(offset, length, remoteHigh, remoteLow, remotePort)) {
          counters.unknownSource++;
        }
      } else {
        counters.dtlsReceived++;
        transport.onDtls(memory, offset, length, nowNanos);
      }
    } else if (first >= 0 && first <= 3) {
      Binding binding = byAddress.get(remoteHigh, remoteLow, remotePort);
      if (binding == null && strays(offset, length, remoteHigh, remoteLow, remotePort)) {
        return false;
      }
      counters.stunReceived++;
      if (binding == null || !onUsualCheck(binding, offset, length, nowNanos)) {
        onStun(offset, length, new TransportAddress(remoteHigh, remoteLow, remotePort), nowNanos);
      }
    } else {
      counters.unknownProtocol++;
    }
    return false;
  }

  private @Nullable PeerTransport bound(long remoteHigh, long remoteLow, int remotePort) {
    Binding binding = byAddress.get(remoteHigh, remoteLow, remotePort);
    return binding == null ? null : binding.transport;
  }

  /**
   * The check that established peers send every few seconds, without allocating. False when this is
   * something else, or for a peer that is not the one known there; nothing was done then.
   */
  private boolean onUsualCheck(Binding binding, long offset, int length, long nowNanos) {
    BindingCheck check = demultiplexer.check();
    if (!check.parse(memory, offset, length)) {
      return false;
    }
    PacketSink to = binding.sink;
    Verdict verdict = binding.transport.onUsualCheck(check, binding.remote, path, nowNanos);
    if (verdict == null) {
      return false;
    }
    counters.check(verdict);
    if (to != null && (verdict == Verdict.ACCEPTED || verdict == Verdict.REPEATED)) {
      long at = to.claim(BindingCheck.MAX_ANSWER);
      to.commit(check.answer(binding.remote, to.memory(), at));
      counters.stunAnswered++;
    }
    return true;
  }

  private void onStun(long offset, int length, TransportAddress from, long nowNanos) {
    if (!StunCodec.looksLikeStun(memory, offset, length) || length > SlotPool.CAPACITY) {
      counters.stunMalformed++;
      return;
    }
    if (!(StunCodec.decode(Bytes.toArray(memory, offset, length)) instanceof StunMessage message)) {
      counters.stunMalformed++;
      return;
    }
    String ufrag = IceLiteAgent.addressedUfrag(message);
    PeerTransport transport = demultiplexer.addressed(ufrag);
    if (transport != null) {
      CheckAnswer answer = transport.onCheck(message, from, path, nowNanos);
      counters.check(answer.verdict());
      if (answer.response() != null) {
        send(answer.response(), from);
      }
    } else if (strays != null
        && strays.handOver(
            ufrag, via < 0 ? strays.own() : via, path, memory, offset, length, from)) {
      counters.stunReceived--;
    } else if (ufrag != null) {
      // Nobody we know: to answer would tell a prober something and cost us bytes.
      counters.check(Verdict.UNKNOWN_USERNAME);
    } else {
      onPlainBinding(message, from, nowNanos);
    }
  }

  private void onPlainBinding(StunMessage message, TransportAddress from, long nowNanos) {
    byte[] response = demultiplexer.plainBinding().answer(message, from, nowNanos);
    if (response != null) {
      send(response, from);
    }
  }

  private void send(byte[] response, TransportAddress to) {
    PacketSink sink = sink(to);
    if (sink != null) {
      long at = sink.claim(response.length);
      Bytes.put(sink.memory(), at, response);
      sink.commit(response.length);
      counters.stunAnswered++;
    }
  }

  @Override
  public void endOfTurn(long nowNanos) {
    demultiplexer.turn().end(nowNanos);
  }
}
