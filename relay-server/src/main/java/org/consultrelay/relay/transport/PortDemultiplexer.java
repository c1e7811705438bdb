package org.consultrelay.relay.transport;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.ice.CheckAnswer;
import org.consultrelay.relay.ice.IceLiteAgent;
import org.consultrelay.relay.net.DatagramHandler;
import org.consultrelay.relay.net.Destination;
import org.consultrelay.relay.net.SendBatch;
import org.consultrelay.relay.stun.StunCodec;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.wire.AddressMap;
import org.consultrelay.relay.wire.Bytes;
import org.consultrelay.relay.wire.SlotPool;
import org.consultrelay.relay.wire.TransportAddress;

/** What one port of a loop receives, told apart by its first byte (RFC 7983 §7). */
final class PortDemultiplexer implements DatagramHandler {
  private final Demultiplexer demultiplexer;
  private final TransportCounters counters;
  private final int path;
  private final SendBatch batch;
  private final MemorySegment memory;
  private final AddressMap<PeerTransport> byAddress = new AddressMap<>();

  PortDemultiplexer(Demultiplexer demultiplexer, int path, SendBatch batch) {
    this.demultiplexer = demultiplexer;
    this.counters = demultiplexer.counters();
    this.path = path;
    this.batch = batch;
    this.memory = demultiplexer.slots().memory();
  }

  SendBatch batch() {
    return batch;
  }

  void bind(TransportAddress remote, PeerTransport transport) {
    byAddress.put(remote, transport);
  }

  void unbind(TransportAddress remote, PeerTransport transport) {
    if (byAddress.get(remote) == transport) {
      byAddress.remove(remote);
    }
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
      PeerTransport transport = byAddress.get(remoteHigh, remoteLow, remotePort);
      if (transport == null) {
        counters.unknownSource++;
        return false;
      }
      return transport.onMedia(slot, offset, length, nowNanos);
    }
    if (first >= 20 && first <= 63) {
      PeerTransport transport = byAddress.get(remoteHigh, remoteLow, remotePort);
      if (transport == null) {
        counters.unknownSource++;
      } else {
        counters.dtlsReceived++;
        transport.onDtls(memory, offset, length, nowNanos);
      }
    } else if (first >= 0 && first <= 3) {
      onStun(offset, length, new TransportAddress(remoteHigh, remoteLow, remotePort), nowNanos);
    } else {
      counters.unknownProtocol++;
    }
    return false;
  }

  private void onStun(long offset, int length, TransportAddress from, long nowNanos) {
    counters.stunReceived++;
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
    } else if (ufrag != null) {
      // Nobody we know: to answer would tell a prober something and cost us bytes.
      counters.check(CheckAnswer.Verdict.UNKNOWN_USERNAME);
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
    long at = batch.claim(response.length);
    Bytes.put(batch.memory(), at, response);
    batch.commit(Destination.of(to), response.length);
    counters.stunAnswered++;
  }

  @Override
  public void endOfTurn(long nowNanos) {
    demultiplexer.turn().end(nowNanos);
  }
}
