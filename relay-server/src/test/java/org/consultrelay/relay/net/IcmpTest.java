package org.consultrelay.relay.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.consultrelay.relay.Needs;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the network says about packets reaches who sent them, and costs no other packet. */
@EnabledOnOs(OS.LINUX)
class IcmpTest {
  private record Said(TransportAddress about, int type, int code, int mtu) {}

  private final LoopFixture fixture = new LoopFixture(IoMode.EPOLL);
  private final MediaLoop loop = fixture.start((_, port) -> LoopFixture.echo(port));
  private final BlockingQueue<Said> said = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    fixture.close();
  }

  private final class Listener implements DatagramHandler {
    @Override
    public boolean onDatagram(
        int slot, long offset, int length, long high, long low, int port, long nowNanos) {
      return false;
    }

    @Override
    public void onIcmp(long high, long low, int port, int type, int code, int mtu, long nowNanos) {
      said.add(new Said(new TransportAddress(high, low, port), type, code, mtu));
    }

    @Override
    public void endOfTurn(long nowNanos) {}
  }

  private DatagramPort open(InetAddress local) {
    return LoopFixture.on(
        loop,
        () -> {
          try {
            DatagramPort port =
                loop.openPort(TransportAddress.of(local, 0), (_, _) -> new Listener());
            port.reportErrors();
            return port;
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** Where nobody listens. */
  private TransportAddress nobody(InetAddress host) throws IOException {
    try (DatagramSocket gone = fixture.client(host)) {
      return LoopFixture.address(gone);
    }
  }

  private void send(DatagramPort port, List<Destination> to, int length) {
    LoopFixture.on(
        loop,
        () -> {
          for (Destination each : to) {
            port.sendBatch().claim(length);
            port.sendBatch().commit(each, length);
          }
          port.flush();
          return true;
        });
  }

  private Said next() throws InterruptedException {
    return said.poll(10, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aClosedPortIsToldAndTheOthersGetAllThatIsTheirs(String name) throws Exception {
    InetAddress host = InetAddress.ofLiteral(name);
    Needs.that(host.getAddress().length == 4 || Inet6.available(), "no IPv6 here");
    DatagramPort port = open(host);
    TransportAddress nobody = nobody(host);
    List<DatagramSocket> open = List.of(fixture.client(host), fixture.client(host));
    // Between any two to those who listen is one to nobody; and runs.
    List<Destination> to = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Destination listening = Destination.of(LoopFixture.address(open.get(i % 2)));
      to.add(Destination.of(nobody));
      to.add(listening);
      to.add(listening);
    }
    for (int round = 0; round < 20; round++) {
      send(port, to, 200);
      for (DatagramSocket each : open) {
        for (int i = 0; i < 20; i++) {
          assertThat(LoopFixture.receive(each)).hasSize(200);
        }
      }
      assertThat(next())
          .isEqualTo(
              host.getAddress().length == 4
                  ? new Said(nobody, 3, 3, 0)
                  : new Said(nobody, 1, 4, 0));
    }
    assertThat(port.segmentation()).isEqualTo(SegmentationProbe.works());
    assertThat(port.counters().drops(DropReason.REFUSED)).isZero();
    assertThat(port.counters().segmentationFallbacks()).isZero();
  }

  @Test
  void oneSocketOfBothFamiliesNamesBoth() throws Exception {
    Needs.that(Inet6.available(), "no IPv6 here");
    DatagramPort port = open(new TransportAddress(0, 0, 0).toInetAddress());
    TransportAddress nobody4 = nobody(LoopFixture.LOOPBACK4);
    send(port, List.of(Destination.of(nobody4)), 10);
    assertThat(next()).isEqualTo(new Said(nobody4, 3, 3, 0));
    TransportAddress nobody6 = nobody(LoopFixture.LOOPBACK6);
    send(port, List.of(Destination.of(nobody6)), 10);
    assertThat(next()).isEqualTo(new Said(nobody6, 1, 4, 0));
  }

  @Test
  void receivingGoesOnWhileErrorsComeIn() throws Exception {
    List<Integer> received = new ArrayList<>();
    DatagramPort port =
        LoopFixture.on(
            loop,
            () -> {
              try {
                DatagramPort opened =
                    loop.openPort(
                        TransportAddress.ipv4(0x7F00_0001, 0), (_, own) -> LoopFixture.echo(own));
                opened.reportErrors();
                loop.onFlush(opened::flush);
                return opened;
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    Destination nobody = Destination.of(nobody(LoopFixture.LOOPBACK4));
    DatagramSocket client = fixture.client(LoopFixture.LOOPBACK4);
    for (int i = 0; i < 200; i++) {
      send(port, List.of(nobody, nobody, nobody), 10);
      LoopFixture.send(client, port, LoopFixture.packet(i & 0x7F, 100));
      received.add((int) LoopFixture.receive(client)[0]);
    }
    assertThat(received).hasSize(200).startsWith(0, 1, 2, 3);
  }
}
