package org.consultrelay.relay.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.consultrelay.relay.wire.Bytes;
import org.consultrelay.relay.wire.SlotPool;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs of packets that the kernel hands over as one message come out as the packets they were. */
@EnabledOnOs(OS.LINUX)
class ReceivedRunsTest {
  private static final int RUNS = 20;

  /** Takes what comes; keeps every so many slots and scribbles into those it is shown. */
  private static final class Collector implements DatagramHandler {
    private final DatagramPort port;
    private final int keepEach;
    private final List<byte[]> packets = new ArrayList<>();
    private final List<Integer> kept = new ArrayList<>();

    Collector(DatagramPort port, int keepEach) {
      this.port = port;
      this.keepEach = keepEach;
    }

    @Override
    public boolean onDatagram(
        int slot, long offset, int length, long high, long low, int remote, long nowNanos) {
      MemorySegment memory = port.slots().memory();
      packets.add(Bytes.toArray(memory, offset, length));
      // A handler may write into the whole of a slot that it was given.
      memory.asSlice(offset, SlotPool.CAPACITY).fill((byte) 0xEE);
      if (keepEach > 0 && packets.size() % keepEach == 0) {
        kept.add(slot);
        return true;
      }
      return false;
    }

    @Override
    public void endOfTurn(long nowNanos) {}
  }

  @ParameterizedTest
  @CsvSource({"1000, 0", "160, 0", "1400, 0", "40, 1", "1500, 3", "1000, 2", "1536, 1"})
  void comeOutAsTheyWentIn(int size, int keepEach) throws Exception {
    Random random = new Random(size + keepEach);
    List<byte[]> sent = new ArrayList<>();
    Collector[] collector = new Collector[1];
    try (LoopFixture fixture = new LoopFixture(IoMode.EPOLL);
        Arena arena = Arena.ofConfined();
        LinuxSocket socket =
            LinuxSocket.open(TransportAddress.ipv4(0x7F00_0001, 0), SocketBuffers.DEFAULT)) {
      MediaLoop loop = fixture.start((_, port) -> collector[0] = new Collector(port, keepEach));
      int free = LoopFixture.on(loop, () -> loop.slots().available());
      PortCounters counters = new PortCounters();
      SendBatch batch =
          new SendBatch(
              arena.allocate(1 << 18),
              new LinuxTransmitter(SendCall.of(socket.fd(), arena), false, counters, arena),
              counters,
              true,
              true);
      Destination to = Destination.of(loop.ports().getFirst().localAddress());
      for (int run = 0; run < RUNS; run++) {
        int count = 1 + random.nextInt(40);
        for (int i = 0; i < count; i++) {
          byte[] packet = new byte[i == count - 1 ? 1 + random.nextInt(size) : size];
          random.nextBytes(packet);
          sent.add(packet);
          Bytes.put(batch.memory(), batch.claim(packet.length), packet);
          batch.commit(to, packet.length);
        }
        batch.flush();
        // So that no socket buffer overflows.
        await(loop, collector[0], sent.size());
      }
      PortCounters received = loop.ports().getFirst().counters();
      assertThat(collector[0].packets)
          .usingElementComparator(Arrays::compare)
          .containsExactlyElementsOf(sent);
      assertThat(received.receivedPackets()).isEqualTo(sent.size());
      assertThat(received.receiveCalls()).as("runs came as runs").isLessThan(sent.size());
      LoopFixture.on(
          loop,
          () -> {
            collector[0].kept.forEach(loop.slots()::release);
            return null;
          });
      assertThat(LoopFixture.on(loop, () -> loop.slots().available()))
          .as("no slot is lost, but for those that wait for the next batch")
          .isGreaterThanOrEqualTo(free - LinuxReceiver.BATCH);
    }
  }

  @Test
  void withoutSlotsTheRestIsDroppedAndCounted() throws Exception {
    Collector[] collector = new Collector[1];
    try (LoopFixture fixture = new LoopFixture(IoMode.EPOLL);
        Arena arena = Arena.ofConfined();
        LinuxSocket socket =
            LinuxSocket.open(TransportAddress.ipv4(0x7F00_0001, 0), SocketBuffers.DEFAULT)) {
      MediaLoop loop =
          fixture.start(
              fixture.options().withSlotBytes(256 * SlotPool.STRIDE),
              (_, port) -> collector[0] = new Collector(port, 1));
      PortCounters counters = new PortCounters();
      SendBatch batch =
          new SendBatch(
              arena.allocate(1 << 18),
              new LinuxTransmitter(SendCall.of(socket.fd(), arena), false, counters, arena),
              counters,
              true,
              true);
      Destination to = Destination.of(loop.ports().getFirst().localAddress());
      for (int i = 0; i < 400; i++) {
        batch.memory().set(ValueLayout.JAVA_BYTE, batch.claim(1_000), (byte) i);
        batch.commit(to, 1_000);
      }
      batch.flush();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      PortCounters received = loop.ports().getFirst().counters();
      while (received.receivedPackets() + received.drops(DropReason.NO_SLOT) < 400) {
        assertThat(System.nanoTime()).as("all are accounted for").isLessThan(end);
        TimeUnit.MILLISECONDS.sleep(5);
      }
      assertThat(received.drops(DropReason.NO_SLOT)).isPositive();
      assertThat(received.receivedPackets()).isGreaterThan(150);
    }
  }

  private static void await(MediaLoop loop, Collector collector, int count) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (LoopFixture.on(loop, () -> collector.packets.size()) < count) {
      assertThat(System.nanoTime()).as("all come").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }
}
