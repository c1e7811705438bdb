package org.consultrelay.relay.transport.turn;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.consultrelay.relay.net.BatchSink;
import org.consultrelay.relay.net.DatagramHandler;
import org.consultrelay.relay.net.DatagramPort;
import org.consultrelay.relay.net.MediaLoop;
import org.consultrelay.relay.turn.RelayedAddress;
import org.consultrelay.relay.turn.RelayedSockets;
import org.consultrelay.relay.wire.PacketSink;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * The sockets that peers see, on one loop. Those that have something to send are flushed with it.
 */
final class RelayedPorts implements RelayedSockets {
  private final MediaLoop loop;
  private final List<TransportAddress> binds;
  private final List<Port> dirty = new ArrayList<>();
  private long failures;

  /**
   * No sockets yet.
   *
   * @param binds the local addresses to bind, at most one of each family
   */
  RelayedPorts(MediaLoop loop, List<TransportAddress> binds) {
    this.loop = loop;
    this.binds = binds;
    loop.onFlush(this::flush);
  }

  private void flush() {
    for (int i = 0; i < dirty.size(); i++) {
      dirty.get(i).flush();
    }
    dirty.clear();
  }

  /** How many sockets could not be had. */
  long failures() {
    return failures;
  }

  @Override
  public @Nullable RelayedSocket open(RelayedAddress relayed) {
    for (TransportAddress bind : binds) {
      if (bind.isIpv4() == relayed.address().isIpv4()) {
        try {
          return new Port(relayed, bind.withPort(relayed.address().port()));
        } catch (IOException e) {
          failures++;
          return null;
        }
      }
    }
    return null;
  }

  @Override
  public boolean forbidsFragments() {
    return loop.ports().getFirst().forbidsFragments();
  }

  private final class Port implements RelayedSocket, DatagramHandler {
    private final RelayedAddress relayed;
    private final DatagramPort port;
    private boolean dirtied;
    private boolean closed;

    Port(RelayedAddress relayed, TransportAddress local) throws IOException {
      this.relayed = relayed;
      this.port = loop.openPort(local, (_, _) -> this);
      port.forbidFragments(false);
      port.reportErrors();
    }

    @Override
    public boolean onDatagram(
        int slot, long offset, int length, long high, long low, int from, long nowNanos) {
      MemorySegment memory = loop.slots().memory();
      relayed.receive(memory, offset, length, high, low, from, nowNanos);
      return false;
    }

    @Override
    public void onIcmp(
        long toHigh, long toLow, int toPort, int type, int code, int mtu, long nowNanos) {
      relayed.icmpError(new TransportAddress(toHigh, toLow, toPort), type, code, mtu, nowNanos);
    }

    @Override
    public void endOfTurn(long nowNanos) {}

    @Override
    public PacketSink to(TransportAddress peer) {
      return new Sink(this, new BatchSink(port.sendBatch(), peer));
    }

    void sent() {
      if (!dirtied) {
        dirtied = true;
        dirty.add(this);
      }
    }

    void flush() {
      dirtied = false;
      if (!closed) {
        port.flush();
      }
    }

    @Override
    public void forbidFragments(boolean forbid) {
      port.forbidFragments(forbid);
    }

    @Override
    public void close() {
      if (!closed) {
        port.flush();
        closed = true;
        loop.closePort(port);
      }
    }
  }

  /** One peer by one socket. */
  private record Sink(Port port, BatchSink batch) implements PacketSink {
    @Override
    public MemorySegment memory() {
      return batch.memory();
    }

    @Override
    public long claim(int maxLength) {
      return batch.claim(maxLength);
    }

    @Override
    public void commit(int length) {
      batch.commit(length);
      port.sent();
    }
  }
}
