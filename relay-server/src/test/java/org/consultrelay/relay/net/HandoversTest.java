package org.consultrelay.relay.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.DatagramSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.consultrelay.relay.wire.SlotPool;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Two loops, one port, and the rings between them. */
@ParameterizedClass
@MethodSource("org.consultrelay.relay.net.MediaLoopTest#modes")
class HandoversTest {
  private final LoopFixture fixture;
  private final Handovers handovers = new Handovers(2);
  private final LinkedBlockingQueue<String> arrived = new LinkedBlockingQueue<>();
  private final MediaLoop first;
  private final MediaLoop second;

  HandoversTest(IoMode io) {
    fixture = new LoopFixture(io);
    first = loop(0, 0);
    second = loop(1, first.ports().getFirst().localAddress().port());
  }

  private MediaLoop loop(int index, int port) {
    LoopOptions options = fixture.options();
    MediaLoop loop =
        fixture.start(
            new LoopOptions(
                index,
                options.bindAddresses(),
                port,
                true,
                options.io(),
                options.buffers(),
                options.slotBytes(),
                options.sendBatchBytes()),
            (_, each) -> LoopFixture.echo(each));
    LoopFixture.on(
        loop,
        () -> {
          handovers.join(loop, new Writer(loop));
          return true;
        });
    return loop;
  }

  /** Writes down what it is handed. */
  private final class Writer implements HandoverHandler {
    private final MediaLoop loop;

    Writer(MediaLoop loop) {
      this.loop = loop;
    }

    @Override
    public boolean onHandover(
        int kind,
        int tag,
        int slot,
        long offset,
        int length,
        long high,
        long low,
        int port,
        long now) {
      byte[] bytes = loop.slots().memory().asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
      arrived.add(text(kind, tag, high, low, port, bytes));
      return false;
    }

    @Override
    public void endOfTurn(long nowNanos) {}
  }

  private static String text(int kind, int tag, long high, long low, int port, byte[] bytes) {
    return kind
        + " "
        + tag
        + " "
        + high
        + " "
        + low
        + " "
        + port
        + " "
        + Arrays.hashCode(bytes)
        + " "
        + bytes.length;
  }

  @AfterEach
  void close() {
    fixture.close();
    handovers.close();
  }

  private static boolean hand(HandoverRing ring, int number, byte[] bytes) {
    long at = ring.claim(bytes.length);
    if (at < 0) {
      return false;
    }
    MemorySegment.copy(MemorySegment.ofArray(bytes), 0, ring.memory(), at, bytes.length);
    ring.commit(number % 3, number, number * 5L, -number, number & 0xFFFF, bytes.length);
    return true;
  }

  @Test
  void packetsArriveWholeAndInOrder() throws InterruptedException {
    HandoverRing ring = handovers.ring(0, 1);
    List<String> expected = new ArrayList<>();
    // Several times round the ring.
    for (int burst = 0; burst < 100; burst++) {
      int from = burst * 50;
      LoopFixture.on(
          first,
          () -> {
            for (int i = from; i < from + 50; i++) {
              byte[] bytes = LoopFixture.packet(i % 120, 1 + i % SlotPool.CAPACITY);
              // Claimed and not committed: void.
              ring.claim(10);
              if (!hand(ring, i, bytes)) {
                throw new IllegalStateException("full at " + i);
              }
              expected.add(text(i % 3, i, i * 5L, -i, i & 0xFFFF, bytes));
            }
            return true;
          });
      for (int i = from; i < from + 50; i++) {
        assertThat(arrived.poll(5, TimeUnit.SECONDS)).isEqualTo(expected.get(i));
      }
    }
    assertThat(handovers.handedOver(0)).isEqualTo(5_000);
    assertThat(handovers.full(0)).isZero();
    assertThat(LoopFixture.on(second, () -> second.slots().available()))
        .isGreaterThan(second.slots().slots() - 200);
  }

  @Test
  void aLoopThatLagsMakesTheOtherDropNotWait() throws InterruptedException {
    HandoverRing ring = handovers.ring(0, 1);
    CountDownLatch stalled = new CountDownLatch(1);
    second.execute(() -> {
      try {
        stalled.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    int taken =
        LoopFixture.on(
            first,
            () -> {
              int count = 0;
              for (int i = 0; i < 5_000; i++) {
                count += hand(ring, i, LoopFixture.packet(1, 100)) ? 1 : 0;
              }
              return count;
            });
    assertThat(taken).isBetween(64, 2_048);
    assertThat(handovers.full(0)).isEqualTo(5_000 - taken);
    stalled.countDown();
    for (int i = 0; i < taken; i++) {
      assertThat(arrived.poll(5, TimeUnit.SECONDS)).isNotNull();
    }
    // And goes on.
    LoopFixture.on(first, () -> hand(ring, 7, LoopFixture.packet(2, 20)));
    assertThat(arrived.poll(5, TimeUnit.SECONDS)).startsWith("1 7 ");
  }

  @Test
  void whatIsTooLongOrToOneselfIsRefused() {
    assertThat(LoopFixture.on(first, () -> handovers.ring(0, 1).claim(SlotPool.CAPACITY + 1)))
        .isEqualTo(-1);
    assertThat(handovers.tooLong(0)).isEqualTo(1);
    assertThat(handovers.tooLong(1)).isZero();
    assertThat(handovers.full(0)).isZero();
    assertThatThrownBy(() -> handovers.ring(1, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void loopsShareAPortAndEachAnswersFromIt() throws IOException {
    for (int i = 0; i < 32; i++) {
      DatagramSocket client = fixture.client(LoopFixture.LOOPBACK4);
      LoopFixture.send(client, first.ports().getFirst(), LoopFixture.packet(i, 99));
      assertThat(LoopFixture.receive(client)).isEqualTo(LoopFixture.packet(i, 99));
    }
    long toFirst =
        LoopFixture.on(first, () -> first.ports().getFirst().counters().receivedPackets());
    long toSecond =
        LoopFixture.on(second, () -> second.ports().getFirst().counters().receivedPackets());
    assertThat(toFirst + toSecond).isEqualTo(32);
    // One in four thousand million that all come to one of them.
    assertThat(toFirst).isBetween(1L, 31L);
  }

  @Test
  void aGuestOfASharedLoopHasItsPortAlone() throws IOException {
    int taken =
        LoopFixture.on(
            first,
            () -> {
              try {
                return first
                    .openPort(
                        TransportAddress.of(LoopFixture.LOOPBACK4, 0),
                        (_, port) -> LoopFixture.echo(port))
                    .localAddress()
                    .port();
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    assertThatThrownBy(() ->
            LoopFixture.on(
                second,
                () -> {
                  try {
                    return second.openSharedPort(
                        TransportAddress.of(LoopFixture.LOOPBACK4, 0).withPort(taken),
                        (_, port) -> LoopFixture.echo(port));
                  } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                }))
        .hasMessageContaining("in use");
  }

  @Test
  void handingOverAllocatesNothing() throws InterruptedException {
    HandoverRing ring = handovers.ring(0, 1);
    byte[] bytes = LoopFixture.packet(1, 1_000);
    Runnable burst =
        () -> {
          for (int i = 0; i < 50; i++) {
            hand(ring, i, bytes);
          }
        };
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 30 && least > 8_000; round++) {
      long before = first.counters().allocatedBytes();
      for (int i = 0; i < 200; i++) {
        first.execute(burst);
      }
      LoopFixture.on(first, () -> true);
      least = Math.min(least, first.counters().allocatedBytes() - before);
      for (int i = 0; i < 10_000 && arrived.poll(1, TimeUnit.SECONDS) != null; i++) {}
    }
    // The 200 tasks of the test, none of the 10,000 packets.
    assertThat(least).isLessThan(10_000);
  }
}
