package org.consultrelay.relay.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import org.consultrelay.relay.wire.SlotPool;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What is dropped is counted and costs nobody else; the same tests for both kinds of sockets. */
@ParameterizedClass
@MethodSource("org.consultrelay.relay.net.MediaLoopTest#modes")
class MediaLoopDropsTest {
  private final IoMode io;
  private final LoopFixture fixture;

  MediaLoopDropsTest(IoMode io) {
    this.io = io;
    this.fixture = new LoopFixture(io);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void anEmptyPoolDropsAndCountsAndRecovers() throws IOException {
    DatagramSocket receiver = fixture.client(LoopFixture.LOOPBACK4);
    Keeper[] keeper = new Keeper[1];
    MediaLoop loop =
        fixture.start(
            fixture.options().withSlotBytes(256L * SlotPool.STRIDE),
            (l, port) -> {
              keeper[0] = new Keeper(port, receiver);
              keeper[0].forward = false;
              return keeper[0];
            });
    DatagramPort port = loop.ports().getFirst();
    DatagramSocket sender = fixture.client(LoopFixture.LOOPBACK4);
    // The address of what is dropped is told to nobody, so ask the counters after each hundred.
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 100; j++) {
        LoopFixture.send(sender, port, LoopFixture.packet(1, 1000));
      }
      int expected = (i + 1) * 100;
      awaitDatagrams(loop, expected);
    }
    int kept = LoopFixture.on(loop, () -> keeper[0].kept.size());
    assertThat(kept).isEqualTo(io == IoMode.EPOLL ? 255 : 256);
    assertThat(port.counters().drops(DropReason.NO_SLOT)).isEqualTo(400 - kept);
    LoopFixture.on(
        loop,
        () -> {
          keeper[0].forward = true;
          keeper[0].endOfTurn(0);
          return true;
        });
    for (int i = 0; i < kept; i++) {
      assertThat(LoopFixture.receive(receiver)).isEqualTo(LoopFixture.packet(1, 1000));
    }
    LoopFixture.send(sender, port, LoopFixture.packet(9, 1000));
    assertThat(LoopFixture.receive(receiver)).isEqualTo(LoopFixture.packet(9, 1000));
  }

  /** Goes through the loop's task queue until it has seen so many datagrams: no sleeping. */
  private static void awaitDatagrams(MediaLoop loop, long count) {
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (LoopFixture.on(loop, () -> loop.counters().datagrams()) < count) {
      assertThat(System.nanoTime()).isLessThan(deadline);
    }
  }

  @Test
  void whatIsLongerThanASlotIsDroppedAndCounted() throws IOException {
    MediaLoop loop = fixture.start((_, port) -> LoopFixture.echo(port));
    DatagramPort port = loop.ports().getFirst();
    DatagramSocket client = fixture.client(LoopFixture.LOOPBACK4);
    LoopFixture.send(client, port, LoopFixture.packet(1, SlotPool.CAPACITY + 1));
    LoopFixture.send(client, port, LoopFixture.packet(1, 60_000));
    LoopFixture.send(client, port, new byte[0]);
    LoopFixture.send(client, port, LoopFixture.packet(2, 100));
    assertThat(LoopFixture.receive(client)).isEqualTo(LoopFixture.packet(2, 100));
    assertThat(port.counters().drops(DropReason.TRUNCATED)).isEqualTo(2);
  }

  @Test
  void aClosedPeerAndAForbiddenOneCostTheOthersNothing() throws IOException {
    MediaLoop loop = fixture.start((_, port) -> LoopFixture.echo(port));
    DatagramPort port = loop.ports().getFirst();
    DatagramSocket receiver = fixture.client(LoopFixture.LOOPBACK4);
    DatagramSocket gone = fixture.client(LoopFixture.LOOPBACK4);
    Destination[] peers = {
      Destination.of(LoopFixture.address(receiver)),
      Destination.of(LoopFixture.address(gone)),
      Destination.of(TransportAddress.ipv4(-1, 9)),
      Destination.of(new TransportAddress(1L << 61, 1, 9)),
      Destination.of(LoopFixture.address(receiver))
    };
    gone.close();
    for (int round = 0; round < 3; round++) {
      LoopFixture.on(
          loop,
          () -> {
            for (Destination peer : peers) {
              for (int i = 0; i < 3; i++) {
                port.sendBatch().claim(100);
                port.sendBatch().commit(peer, 100);
              }
            }
            return true;
          });
      for (int i = 0; i < 6; i++) {
        assertThat(LoopFixture.receive(receiver)).hasSize(100);
      }
    }
    assertThat(LoopFixture.on(loop, () -> port.counters().drops(DropReason.FORBIDDEN)))
        .isEqualTo(9);
    assertThat(port.counters().drops(DropReason.UNREACHABLE)).isEqualTo(9);
    assertThat(port.counters().sentPackets()).isEqualTo(27);
  }

  @Test
  void aFailingHandlerCostsOneDatagram() throws IOException {
    MediaLoop loop =
        fixture.start((l, port) -> {
          DatagramHandler echo = LoopFixture.echo(port);
          return new DatagramHandler() {
            private int seen;

            @Override
            public boolean onDatagram(
                int s, long offset, int length, long high, long low, int remote, long now) {
              if (seen++ % 2 == 0) {
                throw new IllegalStateException("meant to happen in this test");
              }
              return echo.onDatagram(s, offset, length, high, low, remote, now);
            }

            @Override
            public void endOfTurn(long nowNanos) {}
          };
        });
    DatagramSocket client = fixture.client(LoopFixture.LOOPBACK4);
    for (int i = 0; i < 4; i++) {
      LoopFixture.send(client, loop.ports().getFirst(), LoopFixture.packet(i, 50));
    }
    assertThat(LoopFixture.receive(client)[0]).isEqualTo((byte) 1);
    assertThat(LoopFixture.receive(client)[0]).isEqualTo((byte) 3);
    assertThat(loop.ports().getFirst().counters().handlerFailures()).isEqualTo(2);
  }
}
