package org.consultrelay.relay.net;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.consultrelay.relay.Needs;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Ports that somebody opens on a running loop, and closes again. */
@ParameterizedClass
@MethodSource("org.consultrelay.relay.net.MediaLoopTest#modes")
class GuestPortTest {
  private static final TransportAddress ANY = TransportAddress.ipv4(0, 0);
  private final LoopFixture fixture;

  GuestPortTest(IoMode io) {
    this.fixture = new LoopFixture(io);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private MediaLoop loop() {
    return fixture.start((_, port) -> LoopFixture.echo(port));
  }

  private static DatagramPort open(MediaLoop loop, TransportAddress local) {
    return LoopFixture.on(
        loop,
        () -> {
          try {
            return loop.openPort(local, (_, port) -> flushing(port));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** A JDK channel gives its number back when its selector has turned. */
  private static DatagramPort openOnceFree(MediaLoop loop, TransportAddress local) {
    for (int turn = 0; turn < 100; turn++) {
      try {
        return open(loop, local);
      } catch (CompletionException stillTaken) {
        // Each try is a turn of the loop.
      }
    }
    return open(loop, local);
  }

  private static DatagramHandler flushing(DatagramPort port) {
    DatagramHandler echo = LoopFixture.echo(port);
    return new DatagramHandler() {
      @Override
      public boolean onDatagram(
          int slot, long offset, int length, long high, long low, int remotePort, long nowNanos) {
        return echo.onDatagram(slot, offset, length, high, low, remotePort, nowNanos);
      }

      @Override
      public void endOfTurn(long nowNanos) {
        port.flush();
      }
    };
  }

  @Test
  void hundredsShareTheLoopsSlots() throws IOException {
    MediaLoop loop = loop();
    int before = LoopFixture.on(loop, () -> loop.slots().available());
    List<DatagramPort> guests = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      guests.add(open(loop, ANY));
    }
    // Not a receiver's worth of slots for each: the loop would have run out of them.
    assertThat(before - LoopFixture.on(loop, () -> loop.slots().available())).isLessThan(300);
    DatagramSocket client = fixture.client(LoopFixture.LOOPBACK4);
    for (DatagramPort guest : guests) {
      byte[] packet = LoopFixture.packet(guests.indexOf(guest) & 0x7F, 400);
      LoopFixture.send(client, guest, packet);
      assertThat(LoopFixture.receive(client)).isEqualTo(packet);
    }
  }

  @Test
  void aClosedOneFreesItsNumberAndLeavesTheOthersAlone() throws IOException {
    MediaLoop loop = loop();
    DatagramPort first = open(loop, ANY);
    DatagramPort second = open(loop, ANY);
    TransportAddress number = TransportAddress.ipv4(0, first.localAddress().port());
    LoopFixture.on(
        loop,
        () -> {
          loop.closePort(first);
          loop.closePort(first);
          return true;
        });
    DatagramPort again = openOnceFree(loop, number);
    assertThat(again.localAddress().port()).isEqualTo(number.port());
    DatagramSocket client = fixture.client(LoopFixture.LOOPBACK4);
    for (DatagramPort each : List.of(second, again, loop.ports().getFirst())) {
      byte[] packet = LoopFixture.packet(5, 99);
      LoopFixture.send(client, each, packet);
      assertThat(LoopFixture.receive(client)).isEqualTo(packet);
    }
  }

  @Test
  void portsOfBothFamiliesNameTheirSendersWhole() throws IOException {
    Needs.that(Inet6.available(), "no IPv6 here");
    MediaLoop loop = loop();
    BlockingQueue<TransportAddress> senders = new LinkedBlockingQueue<>();
    DatagramPort port4 = openNaming(loop, TransportAddress.ipv4(0x7F00_0001, 0), senders);
    DatagramPort port6 = openNaming(loop, new TransportAddress(0, 1, 0), senders);
    DatagramSocket client4 = fixture.client(LoopFixture.LOOPBACK4);
    DatagramSocket client6 = fixture.client(LoopFixture.LOOPBACK6);
    for (int i = 0; i < 3; i++) {
      LoopFixture.send(client4, port4, LoopFixture.packet(i, 10));
      assertThat(next(senders)).isEqualTo(LoopFixture.address(client4));
      LoopFixture.send(client6, port6, LoopFixture.packet(i, 10));
      assertThat(next(senders)).isEqualTo(LoopFixture.address(client6));
    }
  }

  private static DatagramPort openNaming(
      MediaLoop loop, TransportAddress local, BlockingQueue<TransportAddress> senders) {
    return LoopFixture.on(
        loop,
        () -> {
          try {
            return loop.openPort(
                local,
                (_, _) ->
                    new DatagramHandler() {
                      @Override
                      public boolean onDatagram(
                          int slot,
                          long offset,
                          int length,
                          long high,
                          long low,
                          int remotePort,
                          long nowNanos) {
                        senders.add(new TransportAddress(high, low, remotePort));
                        return false;
                      }

                      @Override
                      public void endOfTurn(long nowNanos) {}
                    });
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private static TransportAddress next(BlockingQueue<TransportAddress> senders) {
    try {
      return requireNonNull(senders.poll(10, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aTakenNumberIsAnErrorAndNoLeak() {
    MediaLoop loop = loop();
    DatagramPort first = open(loop, ANY);
    TransportAddress number = TransportAddress.ipv4(0, first.localAddress().port());
    assertThatThrownBy(() -> open(loop, number)).hasMessageContaining("bind");
  }
}
