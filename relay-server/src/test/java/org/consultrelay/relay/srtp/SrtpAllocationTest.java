package org.consultrelay.relay.srtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.srtp.SrtpPackets.CIPHERS;
import static org.consultrelay.relay.srtp.SrtpPath.SSRC;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import org.consultrelay.relay.wire.Bytes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The packet path allocates nothing. */
class SrtpAllocationTest {
  private static final int PACKETS = 10_000;
  private static final int ROUNDS = 10;
  private static final int HEADER_LENGTH = 20;

  @ParameterizedTest
  @EnumSource
  void nothingIsAllocatedPerPacket(SrtpProfile profile) {
    SrtpPackets.assumeOffered(profile);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    SplittableRandom random = new SplittableRandom(1);
    SrtpKeys keys = SrtpPackets.keys(profile, random);
    try (SrtpSender sender = CIPHERS.sender(keys);
        SrtpReceiver receiver = CIPHERS.receiver(keys);
        Arena arena = Arena.ofConfined()) {
      MemorySegment source = arena.allocate(1_600);
      MemorySegment target = arena.allocate(1_600);
      long least = Long.MAX_VALUE;
      int taken = 0;
      // A round in which the compiler or a class initializer was at work says nothing.
      for (int round = 0; round < ROUNDS && least > 0; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        taken = run(sender, receiver, source, target, round * PACKETS);
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertThat(taken).isEqualTo(2 * PACKETS);
      assertThat(least).as("bytes allocated for %d packets", PACKETS).isZero();
    }
  }

  /** Protects and unprotects; has one of ten altered and one of ten replayed. */
  private static int run(
      SrtpSender sender,
      SrtpReceiver receiver,
      MemorySegment source,
      MemorySegment target,
      int firstIndex) {
    int taken = 0;
    for (int i = 0; i < PACKETS; i++) {
      int index = firstIndex + i;
      int payloadLength = i % 1_200;
      Bytes.put16(target, 2, index);
      Bytes.put32(target, 8, SSRC);
      int length =
          sender.protectRtp(target, 0, HEADER_LENGTH, source, 0, payloadLength, SSRC, index);
      if (i % 10 == 0) {
        Bytes.put8(target, length - 1, ~Bytes.u8(target, length - 1));
        taken += Math.max(-1, take(receiver, target, length, index)) + 1;
        sender.protectRtp(target, 0, HEADER_LENGTH, source, 0, payloadLength, SSRC, index);
      }
      taken += take(receiver, target, length, index) > 0 ? 1 : 0;
      if (i % 10 == 1) {
        taken += Math.max(-1, take(receiver, target, length, index)) + 1;
      }
      length = sender.protectRtcp(target, 0, 60);
      taken += receiver.unprotectRtcp(target, 0, length) == 60 ? 1 : 0;
    }
    return taken;
  }

  private static int take(SrtpReceiver receiver, MemorySegment memory, int length, int index) {
    return receiver.unprotectRtp(memory, 0, length, HEADER_LENGTH, SSRC, index & 0xFFFF);
  }
}
