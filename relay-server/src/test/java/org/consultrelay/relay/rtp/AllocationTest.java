package org.consultrelay.relay.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.HexFormat;
import java.util.function.LongConsumer;
import org.consultrelay.relay.wire.Bytes;
import org.junit.jupiter.api.Test;

/** What runs for each packet or report allocates nothing once compiled. */
class AllocationTest {
  private static final int PACKETS = 20_000;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final MemorySegment memory = Arena.ofAuto().allocate(4_096, 8);
  private long sink;

  /** The least number of bytes allocated in a round, after a warm-up. */
  private long allocated(LongConsumer perPacket) {
    long least = Long.MAX_VALUE;
    long number = 0;
    for (int round = 0; round < 12 && least > 0; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < PACKETS; i++) {
        perPacket.accept(number++);
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }

  private void put(long offset, String hex) {
    Bytes.put(memory, offset, HexFormat.of().parseHex(hex));
  }

  @Test
  void theMeasurementSeesAnAllocation() {
    byte[][] kept = new byte[1][];
    assertThat(allocated(i -> kept[0] = new byte[16])).isGreaterThanOrEqualTo(16L * PACKETS);
  }

  @Test
  void readingAndRewritingAPacket() {
    put(0, "b0e0698fd9c293da1c642782" + "bede000310aa000031bbcc00224455660000" + "1234");
    put(28, "b2f0923407a50110");
    Bytes.put8(memory, 99, 4);
    HeaderExtensionMap.Builder uplink = HeaderExtensionMap.builder();
    uplink.put(HeaderExtension.AUDIO_LEVEL, 1);
    uplink.put(HeaderExtension.ABS_SEND_TIME, 2);
    uplink.put(HeaderExtension.TRANSPORT_CC, 3);
    HeaderExtensionMap map = uplink.build();
    RtpPacket packet = new RtpPacket();
    RtpHeaderWriter writer = new RtpHeaderWriter();
    Vp8Descriptor vp8 = new Vp8Descriptor();
    H264Payload h264 = new H264Payload();
    byte[] mid = {'v', '1'};
    long bytes =
        allocated(i -> {
          if (!packet.parse(memory, 0, 110) || !packet.decrypted(100)) {
            throw new AssertionError("does not parse");
          }
          packet.indexExtensions(map);
          sink += packet.findExtension(2) + packet.ssrc() + packet.timestamp();
          vp8.parse(memory, packet.payloadOffset(), packet.payloadLength());
          h264.parse(memory, packet.payloadOffset(), packet.payloadLength());
          sink += vp8.pictureId() + (h264.keyFrame() ? 1 : 0);
          writer.begin(memory, 2_048, 200, true, 96, (int) i, (int) i, 7);
          writer.copyExtensions(packet, map, HeaderExtension.AUDIO_LEVEL.bit());
          writer.extension16(5, (int) i);
          writer.extensionBytes(9, mid);
          if ((i & 1) == 0) {
            writer.extension(20, 30);
          }
          sink += writer.finish();
          RtxPayload.write(memory, 2_100, (int) i);
        });
    assertThat(bytes).isZero();
  }

  @Test
  void statisticsNackListAndReports() {
    ReceiveStatistics statistics = new ReceiveStatistics(90_000);
    NackList list = new NackList();
    RtcpWriter writer = new RtcpWriter();
    RtcpReader reader = new RtcpReader();
    int[] numbers = new int[NackList.CAPACITY];
    long bytes =
        allocated(i -> {
          long now = i * 4_000_000;
          if (i % 10 < 8) {
            long number = statistics.extend((int) i);
            statistics.received(number, (int) i * 360, 1_000, now);
            list.received(number, now);
          }
          writer.begin(memory, 0, 1_200);
          if (i % 50 == 0) {
            statistics.takeReport();
            writer.senderReport(1, i, (int) i, i, i);
            writer.reportBlock(2, statistics, now);
            writer.remb(1, i, numbers, 3);
          }
          if (now >= list.deadline()) {
            int count = list.collect(now, 30_000_000, numbers);
            writer.nack(1, 2, numbers, count);
            if (list.takeKeyFrameNeeded()) {
              writer.pli(1, 2);
            }
          }
          if (reader.wrap(memory, 0, writer.length())) {
            while (reader.next()) {
              if (reader.type() == RtcpType.NACK) {
                sink += reader.nackSequences(numbers);
              }
              sink += reader.senderSsrc();
            }
          }
        });
    assertThat(bytes).isZero();
  }

  @Test
  void transportFeedback() {
    TransportFeedbackRecorder recorder = new TransportFeedbackRecorder();
    TransportFeedback feedback = new TransportFeedback();
    RtcpWriter writer = new RtcpWriter();
    RtcpReader reader = new RtcpReader();
    long bytes =
        allocated(i -> {
          long now = i * 1_700_000;
          if (i % 13 != 0) {
            recorder.record((int) (i ^ (i >> 3 & 1)), now);
          }
          while (recorder.deadline() <= now) {
            writer.begin(memory, 0, 1_200);
            recorder.write(writer, 1, 2);
            if (!reader.wrap(memory, 0, writer.length())
                || !reader.next()
                || !feedback.read(reader)) {
              throw new AssertionError("does not read");
            }
            while (feedback.next()) {
              sink += feedback.received() ? feedback.arrivalTicks() : 0;
            }
          }
        });
    assertThat(bytes).isZero();
  }
}
