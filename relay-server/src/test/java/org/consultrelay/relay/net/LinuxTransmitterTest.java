package org.consultrelay.relay.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What the kernel may answer to a batch, over real sockets with a system call that can fail. */
@EnabledOnOs(OS.LINUX)
class LinuxTransmitterTest {
  private static final int EPERM = 1;
  private static final int EIO = 5;
  private static final int EAGAIN = 11;
  private static final int EINVAL = 22;
  private static final int EMSGSIZE = 90;
  private static final int EOPNOTSUPP = 95;
  private static final int ECONNREFUSED = 111;

  /** Says how the call for the messages from this header on ends. */
  @FunctionalInterface
  private interface Script {
    /** How many of the messages may go: 0 or more, or minus an error number. */
    int allow(int calls, int count);
  }

  private final Arena arena = Arena.ofConfined();
  private final PortCounters counters = new PortCounters();
  private final List<String> calls = new ArrayList<>();
  private Script script = (_, count) -> count;
  private LinuxSocket socket;
  private LinuxTransmitter transmitter;
  private SendBatch batch;
  private DatagramSocket receiver;
  private Destination peer;

  @BeforeEach
  void open() throws IOException {
    TransportAddress loopback = TransportAddress.ipv4(0x7F00_0001, 0);
    socket = LinuxSocket.open(loopback, SocketBuffers.DEFAULT);
    SendCall real = SendCall.of(socket.fd(), arena);
    SendCall scripted =
        new SendCall() {
          @Override
          public int send(long headers, int count) {
            return Math.max(-1, sendOrErrno(headers, count));
          }

          @Override
          public int sendOrErrno(long headers, int count) {
            int allowed = script.allow(calls.size(), count);
            calls.add(count + "→" + allowed);
            return allowed < 0 ? allowed : real.sendOrErrno(headers, allowed);
          }
        };
    transmitter = new LinuxTransmitter(scripted, socket.inet6(), counters, arena);
    batch = new SendBatch(arena.allocate(1 << 18), transmitter, counters, true, true);
    receiver = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    receiver.setSoTimeout(5_000);
    peer = Destination.of(loopback.withPort(receiver.getLocalPort()));
  }

  @AfterEach
  void close() {
    receiver.close();
    socket.close();
    arena.close();
  }

  private void write(Destination to, int length, int mark) {
    long at = batch.claim(length);
    batch.memory().set(ValueLayout.JAVA_BYTE, at, (byte) mark);
    batch.commit(to, length);
  }

  private Destination another() {
    return Destination.of(peer.address());
  }

  private List<String> received(int count) throws IOException {
    List<String> packets = new ArrayList<>();
    DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
    for (int i = 0; i < count; i++) {
      receiver.receive(packet);
      packets.add(packet.getData()[0] + "/" + packet.getLength());
    }
    return packets;
  }

  @Test
  void aRunArrivesAsItsPackets() throws IOException {
    write(peer, 1200, 1);
    write(peer, 1200, 2);
    write(peer, 300, 3);
    write(another(), 60, 4);
    batch.flush();
    assertThat(received(4)).containsExactly("1/1200", "2/1200", "3/300", "4/60");
    assertThat(calls).containsExactly("2→2");
    assertThat(counters.sentPackets()).isEqualTo(4);
    assertThat(counters.sentBytes()).isEqualTo(2760);
    assertThat(counters.sentRuns()).isEqualTo(1);
    assertThat(counters.sentRunSegments()).isEqualTo(3);
  }

  @Test
  void whatIsNotSentAtFirstIsSentNext() throws IOException {
    script = (_, count) -> Math.min(count, 2);
    for (int i = 0; i < 5; i++) {
      write(another(), 100, i);
    }
    batch.flush();
    assertThat(received(5)).containsExactly("0/100", "1/100", "2/100", "3/100", "4/100");
    assertThat(calls).containsExactly("5→2", "3→2", "1→1");
    assertThat(counters.sendCalls()).isEqualTo(3);
  }

  @Test
  void aRefusedMessageCostsTheOthersNothing() throws IOException {
    // The 2nd of 4: the first call sends one, then both attempts at the next are refused.
    script = (calls, count) -> calls == 0 ? 1 : calls <= 2 ? -EPERM : count;
    for (int i = 0; i < 4; i++) {
      Destination to = another();
      write(to, 100, i);
      write(to, 100, i);
    }
    batch.flush();
    assertThat(received(6)).containsExactly("0/100", "0/100", "2/100", "2/100", "3/100", "3/100");
    assertThat(counters.drops(DropReason.FORBIDDEN)).isEqualTo(2);
    assertThat(counters.sentPackets()).isEqualTo(6);
    assertThat(batch.segmentation()).isTrue();
  }

  @Test
  void aFullBufferIsTriedOnceMoreAndThenCounted() throws IOException {
    script = (calls, count) -> calls <= 2 ? -EAGAIN : count;
    write(another(), 100, 1);
    write(another(), 100, 2);
    write(another(), 100, 3);
    batch.flush();
    // Message 1 is refused twice, message 2 at the first attempt only.
    assertThat(received(2)).containsExactly("2/100", "3/100");
    assertThat(counters.drops(DropReason.SEND_BUFFER_FULL)).isEqualTo(1);
  }

  @Test
  void anInterfaceWithoutOffloadEndsSegmentation() throws IOException {
    script = (calls, count) -> calls <= 1 ? -EIO : count;
    write(peer, 1200, 1);
    write(peer, 1200, 2);
    write(peer, 20, 3);
    batch.flush();
    write(peer, 1200, 4);
    write(peer, 1200, 5);
    batch.flush();
    assertThat(received(5)).containsExactly("1/1200", "2/1200", "3/20", "4/1200", "5/1200");
    assertThat(calls).containsExactly("1→-5", "1→-5", "3→3", "2→2");
    assertThat(batch.segmentation()).isFalse();
    assertThat(counters.segmentationFallbacks()).isEqualTo(1);
    assertThat(counters.sentRuns()).isZero();
    assertThat(counters.sentPackets()).isEqualTo(5);
    assertThat(counters.sentBytes()).isEqualTo(4820);
  }

  @Test
  void aNarrowPathEndsSegmentationForThatPeerOnly() throws IOException {
    script = (calls, count) -> calls <= 1 ? -EINVAL : count;
    Destination other = another();
    for (int i = 0; i < 2; i++) {
      write(peer, 100, 1);
      write(peer, 100, 2);
      write(other, 100, 3);
      write(other, 100, 4);
      batch.flush();
    }
    assertThat(received(8)).hasSize(8);
    assertThat(calls).containsExactly("2→-22", "2→-22", "2→2", "1→1", "3→3");
    assertThat(batch.segmentation()).isTrue();
    assertThat(peer.segmentation).isFalse();
    assertThat(other.segmentation).isTrue();
    assertThat(counters.sentRuns()).isEqualTo(2);
  }

  @Test
  void whatIsSaidOfEarlierPacketsCostsNone() throws IOException {
    transmitter.expectErrors();
    int[] errors = {-ECONNREFUSED, -EMSGSIZE, -EOPNOTSUPP};
    script = (calls, count) -> calls < errors.length ? errors[calls] : count;
    write(peer, 1200, 1);
    write(peer, 1200, 2);
    write(another(), 60, 3);
    batch.flush();
    assertThat(received(3)).containsExactly("1/1200", "2/1200", "3/60");
    assertThat(calls).containsExactly("2→-111", "2→-90", "2→-95", "2→2");
    assertThat(counters.sentRuns()).isEqualTo(1);
    assertThat(counters.segmentationFallbacks()).isZero();
    assertThat(transmitter.tooLong()).isNull();
  }

  @Test
  void whatIsSaidAgainAndAgainIsOfThePacketItself() throws IOException {
    transmitter.expectErrors();
    script = (calls, count) -> calls < 3 ? -EMSGSIZE : count;
    write(peer, 1200, 1);
    write(another(), 60, 2);
    batch.flush();
    assertThat(received(1)).containsExactly("2/60");
    assertThat(counters.drops(DropReason.TOO_LONG)).isEqualTo(1);
    assertThat(transmitter.tooLong()).isSameAs(peer);
  }

  @Test
  void nobodyOnThePathEndsSegmentationForAll() throws IOException {
    transmitter.expectErrors();
    script = (calls, count) -> calls < 5 ? -EOPNOTSUPP : count;
    write(peer, 1200, 1);
    write(peer, 1200, 2);
    batch.flush();
    assertThat(received(2)).containsExactly("1/1200", "2/1200");
    assertThat(batch.segmentation()).isTrue();
    assertThat(peer.segmentation).isFalse();
  }

  @Test
  void theKernelsOwnRefusalsAreCountedByReason() throws IOException {
    TransportAddress broadcast = TransportAddress.ipv4(-1, 9);
    write(Destination.of(broadcast), 100, 1);
    write(peer, 100, 2);
    write(Destination.of(peer.address().withPort(0)), 100, 3);
    write(another(), 100, 4);
    write(another(), 65_000, 5);
    batch.flush();
    assertThat(received(3)).containsExactly("2/100", "4/100", "5/2000");
    assertThat(counters.drops(DropReason.FORBIDDEN)).isEqualTo(1);
    assertThat(counters.drops(DropReason.OTHER)).isEqualTo(1);
  }
}
