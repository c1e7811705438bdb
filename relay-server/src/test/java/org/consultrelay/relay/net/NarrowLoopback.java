package org.consultrelay.relay.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.consultrelay.relay.wire.TransportAddress;

/**
 * Run by {@link NarrowPathTest} in a network of its own whose loopback interface takes short
 * packets only: sends long ones, with leave to fragment and without, and prints what became of
 * them, a line for each.
 */
final class NarrowLoopback implements DatagramHandler {
  private static final int LONG = 1_800;

  private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

  private NarrowLoopback() {}

  public static void main(String[] hosts) throws Exception {
    try (LoopFixture fixture = new LoopFixture(IoMode.EPOLL)) {
      MediaLoop loop = fixture.start((_, port) -> LoopFixture.echo(port));
      for (String host : hosts) {
        InetAddress here = InetAddress.ofLiteral(host);
        NarrowLoopback narrow = new NarrowLoopback();
        DatagramPort port = LoopFixture.on(loop, () -> narrow.open(loop, here));
        DatagramSocket peer = fixture.client(here);
        peer.setSoTimeout(500);
        Destination to = Destination.of(LoopFixture.address(peer));
        for (boolean forbid : new boolean[] {false, true, false}) {
          LoopFixture.on(
              loop,
              () -> {
                // One that fits goes before, and must not be held up or lost.
                for (int length : new int[] {100, LONG}) {
                  port.sendBatch().claim(length);
                  port.sendBatch().commit(to, length);
                  port.forbidFragments(forbid);
                }
                port.flush();
                return true;
              });
          System.out.println(
              "%s, fragments %s: arrived %s, too long %d, told %s"
                  .formatted(
                      host,
                      forbid ? "forbidden" : "allowed",
                      arrived(peer),
                      port.counters().drops(DropReason.TOO_LONG),
                      forbid ? narrow.told(to.address()) : narrow.said.poll()));
        }
      }
    }
  }

  private DatagramPort open(MediaLoop loop, InetAddress host) {
    try {
      DatagramPort port = loop.openPort(TransportAddress.of(host, 0), (_, _) -> this);
      port.reportErrors();
      port.forbidFragments(false);
      return port;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String arrived(DatagramSocket peer) throws IOException {
    StringBuilder lengths = new StringBuilder();
    try {
      for (int i = 0; i < 2; i++) {
        lengths.append(i == 0 ? "" : " ").append(LoopFixture.receive(peer).length);
      }
    } catch (SocketTimeoutException e) {
      lengths.append("nothing");
    }
    return lengths.toString();
  }

  private String told(TransportAddress peer) throws InterruptedException {
    String first = said.poll(10, TimeUnit.SECONDS);
    return first == null ? "nothing" : first.replace(peer.port() + "", "peer");
  }

  @Override
  public boolean onDatagram(
      int slot, long offset, int length, long high, long low, int port, long nowNanos) {
    return false;
  }

  @Override
  public void onIcmp(long high, long low, int port, int type, int code, int mtu, long nowNanos) {
    said.add("port %d, type %d, code %d, mtu %d".formatted(port, type, code, mtu));
  }

  @Override
  public void endOfTurn(long nowNanos) {}
}
