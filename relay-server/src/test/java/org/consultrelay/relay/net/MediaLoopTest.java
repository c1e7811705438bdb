package org.consultrelay.relay.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.consultrelay.relay.Needs;
import org.consultrelay.relay.wire.SlotPool;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Loops over loopback, the same tests for both kinds of sockets. */
@ParameterizedClass
@MethodSource("modes")
class MediaLoopTest {
  private final IoMode io;
  private final LoopFixture fixture;

  MediaLoopTest(IoMode io) {
    this.io = io;
    this.fixture = new LoopFixture(io);
  }

  static List<IoMode> modes() {
    return LinuxSupport.epollAvailable() ? List.of(IoMode.EPOLL, IoMode.NIO) : List.of(IoMode.NIO);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void echoesOverIpv4() throws IOException {
    MediaLoop loop = fixture.start((_, port) -> LoopFixture.echo(port));
    DatagramPort port = loop.ports().getFirst();
    DatagramSocket client = fixture.client(LoopFixture.LOOPBACK4);
    for (int length : new int[] {1, 160, 1200, SlotPool.CAPACITY - 1}) {
      byte[] packet = LoopFixture.packet(length, length);
      LoopFixture.send(client, port, packet);
      assertThat(LoopFixture.receive(client)).isEqualTo(packet);
    }
    assertThat(port.io()).isEqualTo(io == IoMode.EPOLL ? "epoll" : "nio");
    assertThat(port.segmentation()).isEqualTo(io == IoMode.EPOLL);
    // The loop counts after it has sent: ask it when it is done.
    assertThat(LoopFixture.on(loop, () -> port.counters().receivedPackets())).isEqualTo(4);
    assertThat(port.counters().sentPackets()).isEqualTo(4);
    assertThat(port.counters().sentBytes()).isEqualTo(port.counters().receivedBytes());
    assertThat(loop.counters().turns()).isBetween(1L, 4L);
    assertThat(loop.counters().datagrams()).isEqualTo(4);
    System.out.println(port.io() + ": " + port.granted());
  }

  @Test
  void echoesOverIpv6() throws IOException {
    Needs.that(Inet6.available(), "no IPv6 here");
    MediaLoop loop =
        fixture.start(
            fixture.options().withBindAddresses(List.of(LoopFixture.LOOPBACK6)),
            (_, port) -> LoopFixture.echo(port));
    DatagramSocket client = fixture.client(LoopFixture.LOOPBACK6);
    byte[] packet = LoopFixture.packet(3, 1000);
    LoopFixture.send(client, loop.ports().getFirst(), packet);
    assertThat(LoopFixture.receive(client)).isEqualTo(packet);
  }

  @Test
  void theWildcardTakesBothFamiliesWithTheSameNumbers() throws IOException {
    Needs.that(Inet6.available(), "no IPv6 here");
    List<TransportAddress> remotes = new ArrayList<>();
    MediaLoop loop =
        fixture.start(
            fixture.options().withBindAddresses(List.of()),
            (l, port) -> {
              DatagramHandler echo = LoopFixture.echo(port);
              return new DatagramHandler() {
                @Override
                public boolean onDatagram(
                    int s, long offset, int length, long high, long low, int remote, long now) {
                  remotes.add(new TransportAddress(high, low, remote));
                  return echo.onDatagram(s, offset, length, high, low, remote, now);
                }

                @Override
                public void endOfTurn(long nowNanos) {}
              };
            });
    DatagramSocket client4 = fixture.client(LoopFixture.LOOPBACK4);
    DatagramSocket client6 = fixture.client(LoopFixture.LOOPBACK6);
    for (DatagramSocket client : List.of(client4, client6, client4)) {
      LoopFixture.send(client, loop.ports().getFirst(), LoopFixture.packet(1, 90));
      assertThat(LoopFixture.receive(client)).hasSize(90);
    }
    assertThat(LoopFixture.on(loop, () -> List.copyOf(remotes)))
        .containsExactly(
            LoopFixture.address(client4),
            LoopFixture.address(client6),
            LoopFixture.address(client4));
    assertThat(loop.ports()).hasSize(1);
  }

  @Test
  void severalAddressesShareAPortNumberAndSendForEachOther() throws IOException {
    Needs.that(Inet6.available(), "no IPv6 here");
    DatagramSocket client = fixture.client(LoopFixture.LOOPBACK6);
    Keeper[] keepers = new Keeper[1];
    MediaLoop loop =
        fixture.start(
            fixture
                .options()
                .withBindAddresses(List.of(LoopFixture.LOOPBACK4, LoopFixture.LOOPBACK6)),
            (l, port) -> {
              if (port.localAddress().isIpv4()) {
                // What comes in on IPv4 leaves on IPv6.
                return new Keeper(l.ports().get(1), client);
              }
              keepers[0] = new Keeper(port, client);
              return keepers[0];
            });
    assertThat(loop.ports()).extracting(port -> port.localAddress().port()).hasSize(2);
    assertThat(loop.ports().get(0).localAddress().port())
        .isEqualTo(loop.ports().get(1).localAddress().port());
    DatagramSocket sender = fixture.client(LoopFixture.LOOPBACK4);
    LoopFixture.send(sender, loop.ports().getFirst(), LoopFixture.packet(5, 500));
    assertThat(LoopFixture.receive(client)).isEqualTo(LoopFixture.packet(5, 500));
  }

  @Test
  void keptSlotsStayUntouchedAndLeaveInOrder() throws IOException {
    DatagramSocket receiver = fixture.client(LoopFixture.LOOPBACK4);
    Keeper[] keeper = new Keeper[1];
    MediaLoop loop = fixture.start((l, port) -> keeper[0] = new Keeper(port, receiver));
    DatagramPort port = loop.ports().getFirst();
    DatagramSocket sender = fixture.client(LoopFixture.LOOPBACK4);
    int slots = LoopFixture.on(loop, () -> loop.slots().available());
    Random random = new Random(5);
    for (int round = 0; round < 20; round++) {
      List<byte[]> packets = new ArrayList<>();
      for (int i = 0; i < 90; i++) {
        packets.add(LoopFixture.packet(i, random.nextInt(4) == 0 ? 700 : 1100));
      }
      // While the loop is held up the packets gather, so that one turn sees more than one batch.
      LoopFixture.on(
          loop,
          () -> {
            try {
              for (byte[] packet : packets) {
                LoopFixture.send(sender, port, packet);
              }
              return true;
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      for (byte[] packet : packets) {
        assertThat(LoopFixture.receive(receiver)).as("round %d", round).isEqualTo(packet);
      }
    }
    // All are back but those that the port has in hand to receive into.
    int inHand = io == IoMode.EPOLL ? 64 : 1;
    assertThat(LoopFixture.on(loop, () -> loop.slots().available()))
        .isBetween(slots - inHand, slots);
    assertThat(port.counters().sentPackets()).isEqualTo(1800);
    if (io == IoMode.EPOLL) {
      assertThat(port.counters().sentRuns()).isGreaterThan(100);
      assertThat(port.counters().sendCalls()).isLessThan(100);
      assertThat(port.counters().receiveCalls()).isLessThan(100);
    }
  }

  @Test
  void tasksAndTimersRunOnTheLoopAndFlush() throws IOException {
    DatagramSocket receiver = fixture.client(LoopFixture.LOOPBACK4);
    Destination to = Destination.of(LoopFixture.address(receiver));
    MediaLoop loop = fixture.start((_, port) -> LoopFixture.echo(port));
    CompletableFuture<Boolean> onTime = new CompletableFuture<>();
    assertThat(loop.onLoop()).isFalse();
    long deadline =
        LoopFixture.on(
            loop,
            () -> {
              long at = loop.nowNanos() + 3 * TimerWheel.TICK_NANOS;
              loop.timers()
                  .schedule(
                      new TimerWheel.Timer() {
                        @Override
                        protected void onTimer(long nowNanos) {
                          SendBatch batch = loop.ports().getFirst().sendBatch();
                          batch.claim(77);
                          batch.commit(to, 77);
                          onTime.complete(
                              loop.onLoop()
                                  && nowNanos >= deadlineNanos()
                                  && loop.context().isRunningOnContext());
                        }
                      },
                      at);
              return at;
            });
    assertThat(LoopFixture.receive(receiver)).hasSize(77);
    assertThat(onTime).isCompletedWithValue(true);
    assertThat(System.nanoTime()).isGreaterThanOrEqualTo(deadline);
    assertThat(LoopFixture.on(loop, () -> loop.counters().ticks())).isPositive();
    assertThat(loop.counters().tasks()).isPositive();
    assertThat(loop.counters().allocatedBytes()).isPositive();
  }

  @Test
  void anAddressThatIsTakenIsSaidInOneLine() {
    MediaLoop first = fixture.start((_, port) -> LoopFixture.echo(port));
    int taken = first.ports().getFirst().localAddress().port();
    LoopOptions options = fixture.options();
    LoopOptions same =
        new LoopOptions(
            1,
            options.bindAddresses(),
            taken,
            false,
            io,
            options.buffers(),
            options.slotBytes(),
            options.sendBatchBytes());
    assertThatThrownBy(() -> fixture.start(same, (_, port) -> LoopFixture.echo(port)))
        .hasRootCauseInstanceOf(IOException.class)
        .hasMessageContaining("cannot bind UDP 127.0.0.1 port " + taken)
        .hasMessageContaining("in use");
  }

  @Test
  void theOtherKindOfSocketsIsRefused() {
    IoMode other = io == IoMode.NIO ? IoMode.EPOLL : IoMode.NIO;
    assertThatThrownBy(
            () -> fixture.start(fixture.options().withIo(other), (_, p) -> LoopFixture.echo(p)))
        .hasMessageContaining("net.io: " + other);
  }

  @Test
  void autoTakesWhatTheEventLoopsAre() {
    MediaLoop loop =
        fixture.start(fixture.options().withIo(IoMode.AUTO), (_, p) -> LoopFixture.echo(p));
    assertThat(loop.ports().getFirst().io()).isEqualTo(io == IoMode.NIO ? "nio" : "epoll");
  }

  @Test
  void closesWithTheVertxInstance() throws IOException {
    MediaLoop loop = fixture.start((_, port) -> LoopFixture.echo(port));
    int port = loop.ports().getFirst().localAddress().port();
    LoopFixture.await(fixture.vertx().close().toCompletionStage());
    try (LoopFixture next = new LoopFixture(io)) {
      // The port is free again, and the memory is gone.
      new DatagramSocket(port, LoopFixture.LOOPBACK4).close();
      assertThat(loop.slots().memory().scope().isAlive()).isFalse();
      assertThat(next.options().port()).isZero();
    }
  }
}
