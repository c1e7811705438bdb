package org.consultrelay.relay.rtp;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.consultrelay.relay.wire.Bytes;

/** Makes packets for tests, and runs a test over many seeds. */
final class Packets {
  private Packets() {}

  /** A segment of exactly these bytes; spaces in the hexadecimal text are for the eye. */
  static MemorySegment hex(String text) {
    return exact(HexFormat.of().parseHex(text.replace(" ", "")));
  }

  static MemorySegment exact(byte[] bytes) {
    return MemorySegment.ofArray(bytes);
  }

  static MemorySegment exact(MemorySegment memory, long offset, int length) {
    return exact(Bytes.toArray(memory, offset, length));
  }

  static String toHex(MemorySegment memory, long offset, int length) {
    return HexFormat.of().formatHex(Bytes.toArray(memory, offset, length));
  }

  static byte[] random(SplittableRandom random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Runs the test with the seeds 0 to {@code count - 1}; a failure names its seed. */
  static void seeds(int count, Consumer<SplittableRandom> test) {
    for (int seed = 0; seed < count; seed++) {
      try {
        test.accept(new SplittableRandom(seed));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  /** A reader at the first packet of a compound that must be well formed. */
  static RtcpReader first(MemorySegment memory) {
    RtcpReader reader = new RtcpReader();
    if (!reader.wrap(memory, 0, (int) memory.byteSize()) || !reader.next()) {
      throw new AssertionError("not RTCP: " + reader.failure());
    }
    return reader;
  }
}
