package org.consultrelay.load.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.function.LongConsumer;
import org.consultrelay.relay.rtp.Codec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What runs for each packet of a simulated participant allocates nothing once compiled: the tester
 * must not stop to collect garbage while it measures.
 */
class AllocationTest {
  private static final int ROUND = 20_000;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final MemorySegment memory = Arena.ofAuto().allocate(4_096, 8);

  /** The least number of bytes allocated in a round, after a warm-up. */
  private long allocated(LongConsumer each) {
    long least = Long.MAX_VALUE;
    long number = 0;
    for (int round = 0; round < 15 && least > 0; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < ROUND; i++) {
        each.accept(number++);
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }

  @Test
  void theMeasurementSeesAnAllocation() {
    byte[][] kept = new byte[1][];
    assertThat(allocated(i -> kept[0] = new byte[16])).isGreaterThanOrEqualTo(16L * ROUND);
  }

  @ParameterizedTest
  @EnumSource(
      value = Codec.class,
      names = {"VP8", "H264"})
  void makingAndCheckingAFrame(Codec codec) {
    VideoShape shape = VideoShape.of(800, 30).withTemporalLayers(3);
    VideoSource source = codec == Codec.VP8 ? new Vp8Source(shape, 1) : new H264Source(shape, 1);
    StreamCheck check = new StreamCheck(new StampReader(), codec, 7, true);
    long[] sequence = new long[1];
    assertThat(
            allocated(frame -> {
              int packets = source.nextFrame(frame % 100 == 0);
              for (int i = 0; i < packets; i++) {
                int length = source.write(i, memory, 0);
                long number = sequence[0]++;
                Stamp.write(memory, source.stampOffset(), 7, 1, number, frame, frame + 1);
                check.received(number, false, memory, 0, length);
              }
            }))
        .isZero();
    assertThat(check.expected()).isEqualTo(check.received());
    assertThat(check.leftOut() + check.lost() + check.damaged()).isZero();
  }

  @Test
  void playingCannedVideo() {
    VideoSource source = CannedVideo.own().play(1);
    StreamCheck check = new StreamCheck(new StampReader(), Codec.VP8, 7, false);
    long[] sequence = new long[1];
    assertThat(
            allocated(frame -> {
              int packets = source.nextFrame(false);
              for (int i = 0; i < packets; i++) {
                int length = source.write(i, memory, 0);
                if (source.stampOffset() >= 0) {
                  Stamp.write(memory, source.stampOffset(), 7, 1, frame, frame, frame);
                }
                check.received(sequence[0]++, false, memory, 0, length);
              }
            }))
        .isZero();
    assertThat(check.leftOut() + check.lost() + check.damaged()).isZero();
  }

  @Test
  void makingAndCheckingSound() {
    OpusSource source = new OpusSource(32, true, 1);
    StreamCheck check = new StreamCheck(new StampReader(), Codec.OPUS, 7, true);
    long[] numbers = new long[2];
    assertThat(
            allocated(packet -> {
              int length = source.nextPacket();
              if (length > 0) {
                source.write(memory, 0);
                if (source.stampOffset() >= 0) {
                  Stamp.write(memory, source.stampOffset(), 7, 0, numbers[1]++, packet, packet);
                }
                check.received(numbers[0]++, false, memory, 0, length);
              }
            }))
        .isZero();
    assertThat(check.leftOut() + check.lost() + check.damaged()).isZero();
  }

  @Test
  void lossReorderingAndRepair() {
    StreamCheck check = new StreamCheck(new StampReader(), Codec.OPUS, 7, true);
    assertThat(
            allocated(packet -> {
              long number = packet % 7 == 0 ? Math.max(0, packet - 5) : packet;
              Stamp.write(memory, 1, 7, 0, number, packet, packet);
              check.received(number, packet % 7 == 0, memory, 0, 80);
            }))
        .isZero();
  }
}
