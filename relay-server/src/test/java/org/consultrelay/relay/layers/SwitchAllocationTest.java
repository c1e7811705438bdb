package org.consultrelay.relay.layers;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.consultrelay.relay.layers.Frame.Published;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.rtp.RtpPacket;
import org.consultrelay.relay.wire.Bytes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading, deciding, rewriting and finding again allocate nothing once compiled. */
class SwitchAllocationTest {
  private static final int ROUNDS = 25;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private long sink;
  private int forwarded;

  @ParameterizedTest
  @CsvSource({"VP8, 2, 1", "H264, 2, 1", "VP9, 1, 3", "AV1, 1, 3", "AV1, 2, 1"})
  void nothingPerPacket(Codec codec, int sourceCount, int layers) {
    List<Published> packets = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(1);
    SyntheticSource[] sources = new SyntheticSource[sourceCount];
    for (int i = 0; i < sourceCount; i++) {
      sources[i] = new SyntheticSource(codec, i, layers, false, random.split());
    }
    for (int picture = 1; picture < 400; picture++) {
      for (SyntheticSource source : sources) {
        if (picture % 40 == 0) {
          source.requestKey();
        }
        packets.addAll(source.picture(picture, false));
      }
    }
    MemorySegment memory = Arena.ofAuto().allocate(512L * packets.size() + 512);
    for (int i = 0; i < packets.size(); i++) {
      Bytes.put(memory, 512L * i, packets.get(i).bytes);
    }
    int[] from = packets.stream().mapToInt(p -> p.frame.source).toArray();
    long[] index = packets.stream().mapToLong(p -> p.index).toArray();
    int[] length = packets.stream().mapToInt(p -> p.bytes.length).toArray();
    long least = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS && least > 0; round++) {
      StreamSwitch subject = new StreamSwitch(codec, layers > 1, 0);
      PacketReader[] readers = new PacketReader[sourceCount];
      SourceClock clock = new SourceClock(90_000);
      for (int i = 0; i < sourceCount; i++) {
        readers[i] = new PacketReader(codec);
      }
      PacketFacts facts = new PacketFacts();
      RtpPacket rtp = new RtpPacket();
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < from.length; i++) {
        rtp.parse(memory, 512L * i, length[i]);
        rtp.decrypted(length[i]);
        rtp.indexExtensions(SyntheticSource.EXTENSIONS);
        readers[from[i]].read(rtp, index[i], facts);
        if (i % 50 == 0) {
          subject.setTarget(i / 50 % 3, i / 70 % 3);
        }
        sink += subject.keyFrameWanted();
        send(subject, subject.decide(from[i], facts, clock, i * 1_000_000L), rtp, memory, facts);
        if (subject.locate((int) subject.highestOut() - (i & 15) & 0xFFFF)) {
          sink += subject.locatedIndex();
          send(subject, subject.again(facts), rtp, memory, facts);
        }
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(forwarded).isGreaterThan(300);
    assertThat(sink).isNotZero();
    assertThat(least).isZero();
  }

  private void send(
      StreamSwitch subject,
      Verdict verdict,
      RtpPacket rtp,
      MemorySegment memory,
      PacketFacts facts) {
    if (verdict != Verdict.FORWARD) {
      return;
    }
    forwarded++;
    subject.patch(memory, rtp.payloadOffset(), facts);
    subject.restore(memory, rtp.payloadOffset(), facts);
    int size = subject.descriptorLength(facts);
    if (size > 0) {
      subject.writeDescriptor(memory, memory.byteSize() - 512, facts);
    }
    sink += subject.out() + subject.timestamp() + (subject.marker() ? 1 : 0) + size;
  }
}
