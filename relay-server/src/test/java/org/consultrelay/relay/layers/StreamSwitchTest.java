package org.consultrelay.relay.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.rtp.RtpHeaderWriter;
import org.consultrelay.relay.rtp.RtpPacket;
import org.consultrelay.relay.wire.Bytes;
import org.junit.jupiter.api.Test;

class StreamSwitchTest {
  private static final long MILLI = 1_000_000;

  private final StreamSwitch subject = new StreamSwitch(Codec.VP8, false, 1_000);
  private final SourceClock[] clocks = {new SourceClock(90_000), new SourceClock(90_000)};
  private final PacketReader[] readers = {new PacketReader(Codec.VP8), new PacketReader(Codec.VP8)};
  private final PacketFacts facts = new PacketFacts();
  private final RtpPacket rtp = new RtpPacket();
  private long now = 10_000 * MILLI;

  /** A packet that is a whole VP8 picture; the picture id is that of its number. */
  private Verdict picture(
      int source, long index, int timestamp, int temporal, boolean sync, boolean key) {
    int id = (int) index & 0x7FFF;
    return packet(
        source,
        index,
        timestamp,
        new byte[] {
          (byte) 0x90,
          (byte) 0xE0,
          (byte) (0x80 | id >> 8),
          (byte) id,
          (byte) index,
          (byte) (temporal << 6 | (sync ? 0x20 : 0)),
          (byte) (key ? 0 : 1)
        });
  }

  private Verdict packet(int source, long index, int timestamp, byte[] payload) {
    parse(index, timestamp, payload);
    readers[source].read(rtp, index, facts);
    return subject.decide(source, facts, clocks[source], now);
  }

  private void parse(long index, int timestamp, byte[] payload) {
    MemorySegment memory = MemorySegment.ofArray(new byte[64]);
    RtpHeaderWriter writer = new RtpHeaderWriter();
    writer.begin(memory, 0, 12, true, 96, (int) index, timestamp, 1);
    int header = writer.finish();
    Bytes.put(memory, header, payload);
    assertThat(rtp.parse(memory, 0, header + payload.length)).isTrue();
    assertThat(rtp.decrypted(header + payload.length)).isTrue();
  }

  private int sentPictureId() {
    subject.patch(rtp.memory(), rtp.payloadOffset(), facts);
    int id = Bytes.u16(rtp.memory(), rtp.payloadOffset() + 2) & 0x7FFF;
    subject.restore(rtp.memory(), rtp.payloadOffset(), facts);
    return id;
  }

  @Test
  void startsWhereADecoderCan() {
    assertThat(subject.keyFrameWanted()).isEqualTo(7);
    subject.setAvailable(1);
    assertThat(subject.keyFrameWanted()).isZero();
    assertThat(picture(0, 500, 3_000, 0, false, false)).isEqualTo(Verdict.DROP);
    assertThat(picture(0, 501, 6_000, 0, false, true)).isEqualTo(Verdict.FORWARD);
    assertThat(subject.out()).isEqualTo(1_000);
    assertThat(subject.timestamp()).isEqualTo(6_000);
    assertThat(sentPictureId()).isEqualTo(501);
    assertThat(subject.keyFrameWanted()).isEqualTo(-1);
    assertThat(picture(0, 500, 3_000, 0, false, false)).isEqualTo(Verdict.DROP);
  }

  @Test
  void leavesNoGapForTemporalLayersAndComesUpAtSyncPoints() {
    subject.setAvailable(1);
    subject.setTarget(0, 0);
    picture(0, 501, 3_000, 0, false, true);
    assertThat(picture(0, 502, 6_000, 1, true, false)).isEqualTo(Verdict.DROP);
    assertThat(picture(0, 503, 9_000, 0, false, false)).isEqualTo(Verdict.FORWARD);
    assertThat(subject.out()).isEqualTo(1_001);
    assertThat(sentPictureId()).isEqualTo(502);
    subject.setTarget(0, 2);
    assertThat(picture(0, 504, 12_000, 1, false, false)).isEqualTo(Verdict.DROP);
    assertThat(picture(0, 505, 15_000, 2, true, false)).isEqualTo(Verdict.DROP);
    assertThat(picture(0, 506, 18_000, 1, true, false)).isEqualTo(Verdict.FORWARD);
    assertThat(subject.temporal()).isEqualTo(1);
    assertThat(sentPictureId()).isEqualTo(503);
    assertThat(picture(0, 507, 21_000, 2, true, false)).isEqualTo(Verdict.FORWARD);
    assertThat(subject.out()).isEqualTo(1_003);
    subject.setTarget(0, 1);
    assertThat(picture(0, 508, 24_000, 2, false, false)).isEqualTo(Verdict.DROP);
    assertThat(picture(0, 509, 27_000, 1, false, false)).isEqualTo(Verdict.FORWARD);
    assertThat(subject.out()).isEqualTo(1_004);
  }

  @Test
  void lossesStayGapsAndLatePacketsFitIn() {
    subject.setAvailable(1);
    subject.setTarget(0, 0);
    picture(0, 501, 3_000, 0, false, true);
    assertThat(picture(0, 504, 12_000, 0, false, false)).isEqualTo(Verdict.FORWARD);
    assertThat(subject.out()).isEqualTo(1_003);
    assertThat(picture(0, 503, 9_000, 0, false, false)).isEqualTo(Verdict.FORWARD);
    assertThat(subject.out()).isEqualTo(1_002);
    assertThat(picture(0, 502, 6_000, 1, true, false)).isEqualTo(Verdict.FILL);
    assertThat(subject.out()).isEqualTo(1_001);
    assertThat(subject.marker()).isFalse();
    assertThat(picture(0, 502, 6_000, 1, true, false)).isEqualTo(Verdict.DROP);
  }

  @Test
  void switchesAtKeyFramesAndFindsWhatWasBefore() {
    subject.setAvailable(3);
    subject.setTarget(0, 7);
    picture(0, 501, 3_000, 0, false, true);
    picture(0, 503, 9_000, 0, false, false);
    subject.setTarget(1, 7);
    assertThat(subject.keyFrameWanted()).isEqualTo(1);
    assertThat(picture(1, 70, 800_000, 0, false, false)).isEqualTo(Verdict.DROP);
    now += 50 * MILLI;
    assertThat(picture(1, 71, 803_000, 0, false, true)).isEqualTo(Verdict.FORWARD);
    assertThat(subject.out()).isEqualTo(1_003);
    assertThat(subject.timestamp()).isEqualTo(9_000 + 4_500);
    assertThat(sentPictureId()).isEqualTo(504);
    assertThat(subject.source()).isEqualTo(1);
    assertThat(picture(0, 504, 12_000, 0, false, false)).isEqualTo(Verdict.DROP);
    // It was on its way before the switch, and its number is free.
    assertThat(picture(0, 502, 6_000, 0, false, false)).isEqualTo(Verdict.FORWARD);
    assertThat(subject.out()).isEqualTo(1_001);
    assertThat(subject.timestamp()).isEqualTo(6_000);
    assertThat(sentPictureId()).isEqualTo(502);

    assertThat(subject.locate(1_002)).isTrue();
    assertThat(subject.locatedSource()).isZero();
    assertThat(subject.locatedIndex()).isEqualTo(503);
    assertThat(subject.locate(1_003)).isTrue();
    assertThat(subject.locatedSource()).isEqualTo(1);
    assertThat(subject.locatedIndex()).isEqualTo(71);
    assertThat(subject.locate(1_004)).isFalse();
    assertThat(subject.locate(999)).isFalse();
  }

  @Test
  void timeIsInStepWithTheSenderReportsAndNeverGoesBack() {
    subject.setAvailable(3);
    subject.setTarget(0, 7);
    clocks[0].onSenderReport(100L << 32, 0);
    clocks[1].onSenderReport((100L << 32) + (1L << 31), 845_000);
    // Both in ticks of the first: the second is ahead by 800,000.
    picture(0, 501, 90_000, 0, false, true);
    picture(0, 502, 96_000, 0, false, false);
    subject.setTarget(1, 7);
    // Captured before the last picture, and late.
    assertThat(picture(1, 71, 893_000, 0, false, true)).isEqualTo(Verdict.FORWARD);
    assertThat(subject.timestamp()).isEqualTo(96_001);
    picture(1, 72, 896_000, 0, false, false);
    assertThat(subject.timestamp()).isEqualTo(96_001 + 3_000 / 16);
    picture(1, 73, 899_000, 0, false, false);
    assertThat(subject.timestamp()).isEqualTo(99_000);
    assertThat(subject.timestampOffset()).isEqualTo(-800_000);
  }

  @Test
  void fallsBackWhenALayerGoes() {
    subject.setAvailable(3);
    subject.setTarget(1, 7);
    picture(1, 71, 3_000, 0, false, true);
    assertThat(picture(0, 501, 3_000, 0, false, true)).isEqualTo(Verdict.DROP);
    subject.setAvailable(1);
    assertThat(subject.wantedSource()).isZero();
    assertThat(subject.keyFrameWanted()).isZero();
    assertThat(picture(0, 502, 6_000, 0, false, true)).isEqualTo(Verdict.FORWARD);
    subject.setAvailable(3);
    assertThat(subject.keyFrameWanted()).isEqualTo(1);
  }

  @Test
  void beginsWithNothingAboveTheTarget() {
    subject.setAvailable(3);
    subject.setTarget(0, 7);
    assertThat(picture(1, 71, 3_000, 0, false, true)).isEqualTo(Verdict.DROP);
    assertThat(picture(0, 501, 3_000, 0, false, true)).isEqualTo(Verdict.FORWARD);
    subject.setTarget(1, 7);
    picture(1, 72, 6_000, 0, false, true);
    assertThat(subject.source()).isEqualTo(1);
    subject.resume();
    subject.setTarget(0, 7);
    assertThat(picture(1, 73, 9_000, 0, false, true)).isEqualTo(Verdict.DROP);
    assertThat(picture(0, 502, 9_000, 0, false, true)).isEqualTo(Verdict.FORWARD);
  }

  @Test
  void anotherStreamInASourcesPlace() {
    subject.setAvailable(1);
    picture(0, 501, 3_000, 0, false, true);
    subject.replaceSource(0);
    readers[0] = new PacketReader(Codec.VP8);
    clocks[0] = new SourceClock(90_000);
    assertThat(subject.locate(1_000)).isFalse();
    assertThat(picture(0, 9, 77, 0, false, false)).isEqualTo(Verdict.DROP);
    assertThat(picture(0, 10, 77, 0, false, true)).isEqualTo(Verdict.FORWARD);
    assertThat(subject.out()).isEqualTo(1_001);
    assertThat(subject.timestamp()).isEqualTo(3_000 + 90);
    assertThat(sentPictureId()).isEqualTo(502);
  }

  @Test
  void paddingIsLeftOutUnlessANumberWaitsForIt() {
    subject.setAvailable(1);
    picture(0, 501, 3_000, 0, false, true);
    assertThat(packet(0, 502, 3_000, new byte[0])).isEqualTo(Verdict.DROP);
    assertThat(picture(0, 504, 6_000, 0, false, false)).isEqualTo(Verdict.FORWARD);
    assertThat(subject.out()).isEqualTo(1_002);
    assertThat(packet(0, 503, 3_000, new byte[0])).isEqualTo(Verdict.FILL);
    assertThat(subject.out()).isEqualTo(1_001);
  }

  @Test
  void anEncoderThatBeginsAnewWithItsTime() {
    subject.setAvailable(1);
    picture(0, 501, 500_000_000, 0, false, true);
    assertThat(picture(0, 502, 1_000, 0, false, true)).isEqualTo(Verdict.FORWARD);
    assertThat(picture(0, 503, 4_000, 0, false, false)).isEqualTo(Verdict.FORWARD);
  }

  @Test
  void audioNeedsNoKeyFrames() {
    StreamSwitch audio = new StreamSwitch(Codec.OPUS, false, 0);
    PacketReader reader = new PacketReader(Codec.OPUS);
    parse(7, 960, new byte[] {1, 2, 3});
    reader.read(rtp, 7, facts);
    assertThat(audio.decide(0, facts, new SourceClock(48_000), now)).isEqualTo(Verdict.FORWARD);
    assertThat(audio.keyFrameWanted()).isEqualTo(-1);
  }

  @Property(tries = 300)
  void anyPackets(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (Codec codec : new Codec[] {Codec.VP8, Codec.VP9, Codec.H264, Codec.AV1}) {
      StreamSwitch hostile = new StreamSwitch(codec, random.nextBoolean(), random.nextInt(65_536));
      PacketReader reader = new PacketReader(codec);
      long index = 65_536;
      for (int i = 0; i < 60; i++) {
        index = Math.max(1, index + random.nextInt(-3, 6));
        byte[] bytes = new byte[80];
        random.nextBytes(bytes);
        RtpHeaderWriter writer = new RtpHeaderWriter();
        MemorySegment memory = MemorySegment.ofArray(bytes);
        writer.begin(memory, 0, 60, random.nextBoolean(), 96, (int) index, random.nextInt(), 1);
        long at = writer.extension(5, random.nextInt(20));
        if (at >= 0 && random.nextBoolean()) {
          Bytes.put8(memory, at, random.nextInt(256));
        }
        int header = writer.finish();
        int length = Math.min(80, header + random.nextInt(20));
        MemorySegment exact = memory.asSlice(0, length);
        assertThat(rtp.parse(exact, 0, length) && rtp.decrypted(length)).isTrue();
        rtp.indexExtensions(SyntheticSource.EXTENSIONS);
        reader.read(rtp, index, facts);
        hostile.setTarget(random.nextInt(8), random.nextInt(8));
        byte[] before = bytes.clone();
        if (hostile.decide(0, facts, clocks[0], now += MILLI) == Verdict.FORWARD) {
          hostile.patch(exact, rtp.payloadOffset(), facts);
          hostile.restore(exact, rtp.payloadOffset(), facts);
          int size = hostile.descriptorLength(facts);
          hostile.writeDescriptor(MemorySegment.ofArray(new byte[size]), 0, facts);
        }
        assertThat(bytes).isEqualTo(before);
        if (hostile.locate(random.nextInt(65_536))) {
          hostile.again(facts);
        }
      }
    }
  }
}
