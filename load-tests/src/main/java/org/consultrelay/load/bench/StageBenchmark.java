package org.consultrelay.load.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.consultrelay.relay.rtp.HeaderExtension;
import org.consultrelay.relay.rtp.HeaderExtensionMap;
import org.consultrelay.relay.rtp.NackList;
import org.consultrelay.relay.rtp.ReceiveStatistics;
import org.consultrelay.relay.rtp.RtpHeaderWriter;
import org.consultrelay.relay.rtp.RtpPacket;
import org.consultrelay.relay.rtp.TransportFeedbackRecorder;
import org.consultrelay.relay.wire.Bytes;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The stages of the packet path that are not encryption, each by itself, per packet. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StageBenchmark {
  private static final int PACKET = 1_000;

  private final MemorySegment memory = Arena.ofAuto().allocate(4_096);
  private final RtpPacket packet = new RtpPacket();
  private final RtpHeaderWriter writer = new RtpHeaderWriter();
  private final ReceiveStatistics statistics = new ReceiveStatistics(90_000);
  private final NackList nacks = new NackList();
  private final TransportFeedbackRecorder feedback = new TransportFeedbackRecorder();
  private HeaderExtensionMap map = HeaderExtensionMap.EMPTY;
  private long index = 70_000;
  private long now;

  /** Writes a packet with the extensions that browsers send. */
  @Setup
  public void setUp() {
    HeaderExtensionMap.Builder builder = HeaderExtensionMap.builder();
    builder.put(HeaderExtension.MID, 4);
    builder.put(HeaderExtension.TRANSPORT_CC, 3);
    builder.put(HeaderExtension.ABS_SEND_TIME, 2);
    map = builder.build();
    writer.begin(memory, 0, PACKET, true, 96, 1, 2, 3);
    writer.extension24(2, 5);
    writer.extension16(3, 6);
    writer.extensionBytes(4, new byte[] {'0'});
    writer.finish();
    packet.parse(memory, 0, PACKET);
    packet.decrypted(PACKET);
    packet.indexExtensions(map);
  }

  /** Header, padding and extensions of a packet are read. */
  @Benchmark
  public int parse() {
    packet.parse(memory, 0, PACKET);
    packet.decrypted(PACKET);
    packet.indexExtensions(map);
    return packet.headerLength();
  }

  /** The header that a packet goes out with is written. */
  @Benchmark
  public int rewrite() {
    index++;
    writer.begin(memory, 2_048, 140, true, 96, (int) index & 0xFFFF, packet.timestamp(), 9);
    writer.extensionBytes(4, MID);
    writer.copyExtensions(packet, map, HeaderExtension.ABS_SEND_TIME.bit());
    return writer.finish();
  }

  private static final byte[] MID = {'0'};

  /** Statistics, missing packets and transport-wide feedback take note of a packet. */
  @Benchmark
  public long receive() {
    index++;
    now += 1_000_000;
    statistics.received(index, (int) index * 3_000, PACKET, now);
    nacks.received(index, now);
    feedback.record((int) index & 0xFFFF, now);
    return Bytes.u8(memory, 0) + index;
  }
}
