package org.consultrelay.relay.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import org.consultrelay.relay.wire.SlotPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The Linux path forwards packets without a byte of heap: receive, keep, forward, time, send. */
@EnabledOnOs(OS.LINUX)
class ZeroAllocationTest {
  private static final int BURST = 50;
  private static final int DESTINATIONS = 5;

  /** Forwards each turn's packets, destination by destination, as the SFU does. */
  private static final class Forwarder implements DatagramHandler {
    private final DatagramPort port;
    private final Destination[] peers;
    private final int[] slots = new int[256];
    private final int[] lengths = new int[256];
    private int count;

    Forwarder(DatagramPort port, Destination[] peers) {
      this.port = port;
      this.peers = peers;
    }

    @Override
    public boolean onDatagram(
        int slot, long offset, int length, long high, long low, int remotePort, long nowNanos) {
      slots[count] = slot;
      lengths[count++] = length;
      return true;
    }

    @Override
    public void endOfTurn(long nowNanos) {
      SendBatch batch = port.sendBatch();
      SlotPool pool = port.slots();
      for (int i = 0; i < peers.length; i++) {
        for (int j = 0; j < count; j++) {
          long at = batch.claim(lengths[j] + 32);
          MemorySegment.copy(
              pool.memory(), SlotPool.offset(slots[j]), batch.memory(), at, lengths[j]);
          batch.commit(peers[i], lengths[j]);
        }
      }
      while (count > 0) {
        pool.release(slots[--count]);
      }
    }
  }

  @Test
  void tenThousandForwardedPacketsAllocateNothing() throws IOException {
    try (LoopFixture fixture = new LoopFixture(IoMode.EPOLL)) {
      // The peers but the last read nothing; what they are sent, the kernel drops.
      DatagramSocket last = fixture.client(LoopFixture.LOOPBACK4);
      Destination[] peers = new Destination[DESTINATIONS];
      for (int i = 0; i < DESTINATIONS - 1; i++) {
        peers[i] = Destination.of(LoopFixture.address(fixture.client(LoopFixture.LOOPBACK4)));
      }
      peers[DESTINATIONS - 1] = Destination.of(LoopFixture.address(last));
      MediaLoop loop = fixture.start((l, port) -> new Forwarder(port, peers));
      DatagramPort port = loop.ports().getFirst();
      byte[][] burst = new byte[BURST][];
      for (int i = 0; i < BURST; i++) {
        burst[i] = LoopFixture.packet(i, i % 9 == 8 ? 700 : 1100);
      }
      DatagramSocket sender = fixture.client(LoopFixture.LOOPBACK4);
      DatagramPacket received = new DatagramPacket(new byte[2000], 2000);
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 12 && least > 0; round++) {
        long before = loop.counters().allocatedBytes();
        for (int i = 0; i < 10_000 / BURST; i++) {
          for (byte[] packet : burst) {
            LoopFixture.send(sender, port, packet);
          }
          for (int j = 0; j < BURST; j++) {
            last.receive(received);
          }
        }
        long allocated = loop.counters().allocatedBytes() - before;
        System.out.println("round " + round + ": " + allocated + " bytes for 10,000 packets");
        least = Math.min(least, allocated);
      }
      assertThat(least).isZero();
      assertThat(loop.counters().ticks()).isPositive();
    }
  }
}
