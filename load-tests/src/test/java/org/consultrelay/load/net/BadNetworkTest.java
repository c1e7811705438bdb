package org.consultrelay.load.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.consultrelay.load.Needs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real line, with {@link UdpEcho} in a process of its own at the far end. */
@Timeout(60)
class BadNetworkTest {
  private static final int HEADERS = 28;

  private BadNetwork network;
  private Process echo;
  private DatagramSocket socket;
  private InetAddress client;

  @BeforeAll
  static void needed() {
    Needs.badNetwork();
  }

  @BeforeEach
  void begin() throws IOException {
    network = BadNetwork.open(1);
    echo = UdpEcho.start(network);
    socket = new DatagramSocket(0, InetAddress.getByName(network.hostAddress()));
    socket.setReceiveBufferSize(1 << 20);
    client = InetAddress.getByName(network.clientAddress());
    awaitEcho();
  }

  @AfterEach
  void end() {
    if (socket != null) {
      socket.close();
    }
    if (echo != null) {
      echo.destroyForcibly();
    }
    if (network != null) {
      network.close();
    }
  }

  @Test
  void delayIsWhatItSays() throws IOException {
    network.set(Direction.DOWN, Impairment.NONE.withDelay(60));
    network.set(Direction.UP, Impairment.NONE.withDelay(40));
    long[] taken = new long[20];
    for (int i = 0; i < taken.length; i++) {
      long sent = System.nanoTime();
      send(i, 100);
      assertThat(receive(5_000)).isEqualTo(i);
      taken[i] = System.nanoTime() - sent;
    }
    // Never early; late by little at best, since a busy machine may be late.
    assertThat(Arrays.stream(taken).min().orElse(0)).isBetween(100_000_000L, 105_000_000L);
  }

  @Test
  void aLineThatIsCutLosesAll() throws IOException {
    LineCounts before = network.counts(Direction.UP);
    network.set(Direction.UP, Impairment.NONE.withLoss(100));
    for (int i = 0; i < 50; i++) {
      send(i, 100);
    }
    assertThat(receive(500)).isEqualTo(-1);
    LineCounts up = network.counts(Direction.UP).since(before);
    assertThat(up.in()).isEqualTo(50);
    assertThat(up.lostAlone()).isEqualTo(50);
    assertThat(up.delivered()).isZero();

    network.set(Direction.UP, Impairment.NONE);
    send(51, 100);
    assertThat(receive(5_000)).isEqualTo(51);
  }

  @Test
  void aMegabitIsAMegabit() throws IOException {
    network.set(Direction.DOWN, Impairment.NONE.withRate(1_000_000).withQueueMillis(100));
    LineCounts before = network.counts(Direction.DOWN);
    int size = 1_000;
    long end = System.nanoTime() + 2_000_000_000;
    long received = 0;
    int number = 0;
    // Five times the rate: a packet of 1028 bytes every 1.6 ms or more; so late ones do no harm.
    while (System.nanoTime() < end) {
      send(number++, size);
      if (receive(1) >= 0) {
        received++;
      }
    }
    LineCounts down = network.counts(Direction.DOWN).since(before);
    double bits = received * (size + HEADERS) * 8.0;
    assertThat(bits).isBetween(1_600_000.0, 2_400_000.0);
    assertThat(down.bytesDelivered() * 8.0).isBetween(1_600_000.0, 2_400_000.0);
    assertThat(down.lostToQueue()).isPositive();
    assertThat(down.lostAlone() + down.lostInBursts()).isZero();
    assertThat(down.queueMillis()).isBetween(50.0, 120.0);
  }

  @Test
  void aScriptIsFollowed() throws IOException, InterruptedException {
    network.follow(
        NetworkScript.parse(
            """
            0s   both delay 10ms
            0.5s up   loss 100%
            1.5s up   loss 0
            2s   down 5mbit delay 80ms
            """));
    long start = System.nanoTime();
    int[] seen = new int[4];
    int number = 0;
    int at = 0;
    while (at < 2_600) {
      long sent = System.nanoTime();
      at = (int) ((sent - start) / 1_000_000);
      send(number, 100);
      boolean back = comesBack(number++, 300);
      long taken = System.nanoTime() - sent;
      // Well inside of each part, since neither start nor wake-ups are exact.
      if (within(at, 100, 350)) {
        assertThat(back).isTrue();
        assertThat(taken).isBetween(20_000_000L, 80_000_000L);
        seen[0]++;
      } else if (within(at, 600, 1_300)) {
        assertThat(back).isFalse();
        seen[1]++;
      } else if (within(at, 1_600, 1_850)) {
        assertThat(back).isTrue();
        seen[2]++;
      } else if (within(at, 2_100, 2_600)) {
        assertThat(back).isTrue();
        assertThat(taken).isGreaterThanOrEqualTo(90_000_000L);
        seen[3]++;
      }
      Thread.sleep(5);
    }
    assertThat(seen).doesNotContain(0);
    assertThat(network.impairment(Direction.UP)).isEqualTo(Impairment.NONE.withDelay(10));
    assertThat(network.impairment(Direction.DOWN))
        .isEqualTo(Impairment.NONE.withDelay(80).withRate(5_000_000));
    assertThat(network.counts(Direction.UP).lostAlone()).isPositive();
  }

  private static boolean within(int at, int from, int to) {
    return at >= from && at < to;
  }

  /** Whether that packet comes back in this time; others are passed over. */
  private boolean comesBack(int number, int millis) throws IOException {
    long end = System.nanoTime() + millis * 1_000_000L;
    long left = millis;
    while (left > 0) {
      if (receive((int) left) == number) {
        return true;
      }
      left = (end - System.nanoTime()) / 1_000_000;
    }
    return false;
  }

  @Test
  void tcpPassesWholeThroughAQueueThatDrops() throws Exception {
    network.setBoth(Impairment.NONE.withRate(5_000_000).withDelay(10).withQueueMillis(50));
    byte[] data = new byte[500_000];
    new Random(1).nextBytes(data);
    try (ServerSocket server =
        new ServerSocket(0, 5, InetAddress.getByName(network.hostAddress()))) {
      server.setSoTimeout(10_000);
      Process process =
          new ProcessBuilder(
                  network.command(
                      List.of(
                          "bash",
                          "-c",
                          "cat < /dev/tcp/%s/%d"
                              .formatted(network.hostAddress(), server.getLocalPort()))))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (Socket accepted = server.accept()) {
        Thread.ofVirtual()
            .start(() -> {
              try {
                accepted.getOutputStream().write(data);
                accepted.shutdownOutput();
              } catch (IOException e) {
                // What comes out is short, and compared.
              }
            });
        assertThat(process.getInputStream().readAllBytes()).isEqualTo(data);
      } finally {
        process.destroyForcibly();
      }
    }
  }

  @Test
  void nothingIsLeftBehind() throws IOException {
    try (BadNetwork other = BadNetwork.open(2)) {
      assertThat(other.hostAddress()).isNotEqualTo(network.hostAddress());
      assertThat(other.namespace()).isNotEqualTo(network.namespace());
      assertThat(Path.of("/run/netns", other.namespace())).exists();
    }
    InetAddress host = InetAddress.getByName(network.hostAddress());
    assertThat(NetworkInterface.getByInetAddress(host)).isNotNull();
    socket.close();
    network.close();
    network.close();
    assertThat(Path.of("/run/netns", network.namespace())).doesNotExist();
    assertThat(NetworkInterface.getByInetAddress(host)).isNull();
  }

  @Test
  void aProgramThatIsNotThereIsTold() {
    assertThatThrownBy(() -> Command.run("no-such-program"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no-such-program");
    assertThatThrownBy(() -> Command.run("ip", "netns", "del", "bad-network-none"))
        .hasMessageStartingWith("failed: ip netns del bad-network-none: ");
  }

  private void awaitEcho() throws IOException {
    for (int i = 0; i < 100; i++) {
      send(1_000_000, 100);
      if (receive(100) == 1_000_000) {
        while (receive(50) >= 0) {
          // Others that came late.
        }
        return;
      }
    }
    throw new AssertionError("no echo");
  }

  private void send(int number, int size) throws IOException {
    byte[] data = ByteBuffer.allocate(size).putInt(number).array();
    socket.send(new DatagramPacket(data, size, client, UdpEcho.PORT));
  }

  /** The number of the next packet that comes back; -1: none in this time. */
  private int receive(int millis) throws IOException {
    socket.setSoTimeout(millis);
    DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
    try {
      socket.receive(packet);
      return ByteBuffer.wrap(packet.getData()).getInt();
    } catch (SocketTimeoutException e) {
      return -1;
    }
  }
}
