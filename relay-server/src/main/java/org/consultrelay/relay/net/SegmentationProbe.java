package org.consultrelay.relay.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.TransportAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out, once and by doing it over loopback, whether this kernel takes a run of packets as one
 * message and delivers them as the packets they were.
 */
final class SegmentationProbe {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentationProbe.class);
  private static final boolean WORKS = probe();
  private static final int PACKET = 100;

  // The JVM specialises a method handle at its 127th call and allocates for it: have that now.
  private static final int ROUNDS = 200;

  private SegmentationProbe() {}

  /** Whether it does. */
  static boolean works() {
    return WORKS;
  }

  private static boolean probe() {
    for (TransportAddress loopback :
        new TransportAddress[] {
          TransportAddress.ipv4(0x7F00_0001, 0), new TransportAddress(0, 1, 0)
        }) {
      try {
        if (sendAndReceive(loopback)) {
          return true;
        }
      } catch (IOException e) {
        LOG.debug("no segmentation offload over {}", loopback, e);
      }
    }
    return false;
  }

  private static boolean sendAndReceive(TransportAddress loopback) throws IOException {
    try (Arena arena = Arena.ofConfined();
        LinuxSocket socket = LinuxSocket.open(loopback, new SocketBuffers(0, 0))) {
      PortCounters counters = new PortCounters();
      SendBatch batch =
          new SendBatch(
              arena.allocate(65_536),
              new LinuxTransmitter(
                  SendCall.of(socket.fd(), arena), socket.inet6(), counters, arena),
              counters,
              !socket.inet6(),
              true);
      Destination self = Destination.of(socket.localAddress());
      for (int round = 1; round <= ROUNDS; round++) {
        for (int length : new int[] {PACKET, PACKET, PACKET / 2}) {
          batch.claim(length);
          batch.commit(self, length);
        }
        batch.flush();
        if (counters.sentRuns != round || receive(socket, arena) != 2 * PACKET + PACKET / 2) {
          return false;
        }
        socket.kernelDrops();
      }
      return true;
    }
  }

  /** The sum of the lengths of three datagrams, the first two of which are whole packets. */
  private static int receive(LinuxSocket socket, Arena arena) {
    MessageHeaders headers = new MessageHeaders(1, arena);
    MemorySegment into = arena.allocate(2 * PACKET);
    headers.data(0, into.address(), into.byteSize());
    int sum = 0;
    for (int i = 0; i < 3; i++) {
      if (LinuxCalls.awaitReadable(socket.fd(), 200) != 1
          || LinuxCalls.recvmmsg(socket.fd(), headers.address(0), 1) != 1
          || headers.length(0) > PACKET) {
        return -1;
      }
      sum += headers.length(0);
    }
    return sum;
  }
}
