package org.consultrelay.relay.bwe;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;
import org.consultrelay.relay.rtp.RtcpReader;
import org.consultrelay.relay.rtp.RtcpWriter;
import org.consultrelay.relay.rtp.TransportFeedback;
import org.consultrelay.relay.rtp.TransportFeedbackRecorder;
import org.junit.jupiter.api.Test;

class BandwidthEstimateTest {
  private static final long MS = 1_000_000;
  private static final int PACKETS = 20_000;

  private final BandwidthEstimate estimate = new BandwidthEstimate();
  private final TransportFeedbackRecorder recorder = new TransportFeedbackRecorder();
  private final RtcpWriter writer = new RtcpWriter();
  private final RtcpReader reader = new RtcpReader();
  private final TransportFeedback feedback = new TransportFeedback();
  private final MemorySegment memory = Arena.ofAuto().allocate(4_096, 8);
  private int sequence;

  /** Sends packets of that size 10 ms apart, which all come 20 ms later, with feedback at once. */
  private void run(long from, long to, int size) {
    for (long now = from; now < to; now += 10 * MS) {
      step(now, size);
    }
  }

  private void step(long now, int size) {
    if (now >= estimate.deadline()) {
      estimate.onDeadline(now);
    }
    estimate.onSent(sequence & 0xFFFF, size, now);
    recorder.record(sequence & 0xFFFF, now + 20 * MS);
    sequence++;
    if (recorder.deadline() <= now + 20 * MS) {
      report(now + 5 * MS);
    }
  }

  private void report(long now) {
    writer.begin(memory, 0, 1_200);
    if (!recorder.write(writer, 1, 2)
        || !reader.wrap(memory, 0, writer.length())
        || !reader.next()
        || !feedback.read(reader)) {
      throw new AssertionError("does not read");
    }
    estimate.onFeedback(feedback, now);
  }

  @Test
  void itBeginsWithTheStartRateAndTwoProbes() {
    assertThat(estimate.targetBitsPerSecond()).isEqualTo(BandwidthEstimate.START_BITS);
    assertThat(estimate.deadline()).isEqualTo(Long.MAX_VALUE);
    assertThat(estimate.probeBytes(0)).isZero();
    estimate.onSent(1, 100, 0);
    assertThat(estimate.probeBytes(MS)).isPositive();
    assertThat(estimate.probePacketBytes()).isBetween(200, 1_200);
    int sent = 0;
    long now = 0;
    while (estimate.probeBytes(now) > 0 || now < 40 * MS) {
      while (estimate.probeBytes(now) > 0) {
        estimate.onSent(2 + sent++, estimate.probePacketBytes(), now);
      }
      now += MS;
    }
    // Three and six times 300 kbit/s for 15 ms: 1.7 and 3.4 kB.
    assertThat(sent).isBetween(10, 14);
  }

  @Test
  void rembIsTheEstimateUntilThereIsFeedbackAndACapForTenSeconds() {
    estimate.onRemb(800_000, 0);
    assertThat(estimate.targetBitsPerSecond()).isEqualTo(800_000);
    estimate.onRemb(1_500_000, 100 * MS);
    assertThat(estimate.targetBitsPerSecond()).isEqualTo(1_500_000);
    run(200 * MS, 2_000 * MS, 1_200);
    estimate.onRemb(400_000, 2_000 * MS);
    assertThat(estimate.targetBitsPerSecond()).isEqualTo(400_000);
    run(2_000 * MS, 11_900 * MS, 500);
    assertThat(estimate.targetBitsPerSecond()).isEqualTo(400_000);
    run(11_900 * MS, 13_000 * MS, 500);
    assertThat(estimate.targetBitsPerSecond()).isGreaterThan(400_000);
  }

  @Test
  void silenceHalvesTheRateButOnlyWhileSomethingIsSent() {
    run(0, 5_000 * MS, 1_200);
    long before = estimate.targetBitsPerSecond();
    long now = 5_000 * MS;
    for (; now < 9_000 * MS; now += 10 * MS) {
      estimate.onSent(sequence++ & 0xFFFF, 1_000, now);
      if (now >= estimate.deadline()) {
        estimate.onDeadline(now);
      }
    }
    long after = estimate.targetBitsPerSecond();
    assertThat(after).isLessThanOrEqualTo(before / 8);
    for (; now < 20_000 * MS; now += 10 * MS) {
      if (now >= estimate.deadline()) {
        estimate.onDeadline(now);
      }
    }
    assertThat(estimate.targetBitsPerSecond()).isGreaterThanOrEqualTo(after / 2);
  }

  @Test
  void noProbeLooksForMoreThanIsWanted() {
    estimate.wanted(320_000);
    run(0, 20_000 * MS, 300);
    assertThat(estimate.probeBytes(20_000 * MS)).isZero();
    estimate.wanted(5_000_000);
    long now = 20_000 * MS;
    for (; now < 30_000 * MS && estimate.probeBytes(now) == 0; now += 10 * MS) {
      step(now, 300);
    }
    assertThat(now).isLessThan(30_000 * MS);
  }

  @Test
  void anyReportLeavesARateWithinItsBounds() {
    SplittableRandom random = new SplittableRandom(11);
    long now = 0;
    for (int i = 0; i < 50_000; i++) {
      now += random.nextLong(20 * MS);
      estimate.onSent(random.nextInt(20) == 0 ? random.nextInt() : sequence++, 1_200, now);
      if (now >= estimate.deadline()) {
        estimate.onDeadline(now);
      }
      if (i % 7 == 0) {
        writeNoise(random);
        if (reader.wrap(memory, 0, 60) && reader.next() && feedback.read(reader)) {
          estimate.onFeedback(feedback, now);
        }
      }
      if (i % 1_000 == 0) {
        estimate.onRemb(random.nextLong(1L << 40), now);
        estimate.onRoundTrip(1 + random.nextLong(10_000 * MS));
      }
      assertThat(estimate.targetBitsPerSecond())
          .isBetween(BandwidthEstimate.MIN_BITS, BandwidthEstimate.MAX_BITS);
    }
  }

  /** A feedback about the newest packets with an arbitrary time, arbitrary statuses and deltas. */
  private void writeNoise(SplittableRandom random) {
    byte[] bytes = new byte[60];
    random.nextBytes(bytes);
    bytes[0] = (byte) 0x8F;
    bytes[1] = (byte) 205;
    bytes[2] = 0;
    bytes[3] = 14;
    int base = sequence - random.nextInt(40);
    bytes[12] = (byte) (base >> 8);
    bytes[13] = (byte) base;
    bytes[14] = 0;
    bytes[15] = (byte) random.nextInt(30);
    for (int i = 20; i < 26; i += 2) {
      bytes[i] = (byte) (0x80 | (bytes[i] & 0x3F));
    }
    MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, 60);
  }

  @Test
  void nothingIsAllocatedPerPacketOrReport() {
    Pacer pacer = new Pacer(1_000_000, 0);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    LongConsumer perPacket =
        i -> {
          long now = i * 5 * MS;
          pacer.queued(1_100);
          if (pacer.budget(now) > 0 || now >= pacer.deadline()) {
            pacer.sent(1_100, now);
          }
          step(now, 1_100);
          if (estimate.probeBytes(now) > 0) {
            step(now, estimate.probePacketBytes());
          }
          pacer.target(estimate.targetBitsPerSecond(), estimate.draining(), now);
        };
    long least = Long.MAX_VALUE;
    long number = 0;
    for (int round = 0; round < 12 && least > 0; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < PACKETS; i++) {
        perPacket.accept(number++);
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).isZero();
  }
}
