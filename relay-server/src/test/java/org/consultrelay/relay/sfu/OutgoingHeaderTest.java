package org.consultrelay.relay.sfu;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.consultrelay.relay.layers.PacketFacts;
import org.consultrelay.relay.layers.PacketReader;
import org.consultrelay.relay.layers.SourceClock;
import org.consultrelay.relay.layers.StreamSwitch;
import org.consultrelay.relay.layers.Verdict;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.rtp.HeaderExtension;
import org.consultrelay.relay.rtp.HeaderExtensionMap;
import org.consultrelay.relay.rtp.RtpHeaderWriter;
import org.consultrelay.relay.rtp.RtpPacket;
import org.consultrelay.relay.wire.Bytes;
import org.junit.jupiter.api.Test;

class OutgoingHeaderTest {
  private final MemorySegment source = MemorySegment.ofArray(new byte[200]);
  private final byte[] written = new byte[OutgoingHeader.MAX_LENGTH];
  private final RtpPacket in = new RtpPacket();

  private void receive(boolean marker, boolean extended) {
    RtpHeaderWriter writer = new RtpHeaderWriter();
    writer.begin(source, 0, 200, marker, 96, 5, 6, 7);
    if (extended) {
      writer.extensionBytes(SfuFixture.IN.id(HeaderExtension.MID), new byte[] {'0'});
      writer.extension16(SfuFixture.IN.id(HeaderExtension.TRANSPORT_CC), 77);
      writer.extension8(SfuFixture.IN.id(HeaderExtension.AUDIO_LEVEL), 0x85);
    }
    writer.finish();
    assertThat(in.parse(source, 0, 200)).isTrue();
    assertThat(in.indexExtensions(SfuFixture.IN)).isTrue();
  }

  private RtpPacket write(HeaderExtensionMap extensions, String mid) {
    OutgoingHeader header = new OutgoingHeader(new RtpHeaderWriter(), extensions, mid);
    assertThat(in.decrypted((int) source.byteSize())).isTrue();
    StreamSwitch streams = new StreamSwitch(Codec.OPUS, false, 65_535);
    PacketFacts facts = new PacketFacts();
    new PacketReader(Codec.OPUS).read(in, 5, facts);
    assertThat(streams.decide(0, facts, new SourceClock(48_000), 1)).isEqualTo(Verdict.FORWARD);
    int length =
        header.write(
            MemorySegment.ofArray(written),
            0,
            in,
            facts,
            streams,
            102,
            (int) streams.out(),
            -3,
            OutgoingHeader.NO_NUMBER,
            false);
    RtpPacket out = new RtpPacket();
    assertThat(out.parse(MemorySegment.ofArray(Arrays.copyOf(written, length)), 0, length))
        .isTrue();
    assertThat(out.headerLength()).isEqualTo(length);
    out.indexExtensions(extensions);
    return out;
  }

  @Test
  void givesThePacketTheSubscribersNumbers() {
    receive(true, false);
    RtpPacket out = write(SfuFixture.OUT, "");
    assertThat(out.headerLength()).isEqualTo(12);
    assertThat(out.marker()).isTrue();
    assertThat(out.payloadType()).isEqualTo(102);
    assertThat(out.sequenceNumber()).isEqualTo(65_535);
    assertThat(out.timestamp()).isEqualTo(6);
    assertThat(out.ssrc()).isEqualTo(-3);
    receive(false, false);
    assertThat(write(SfuFixture.OUT, "").marker()).isFalse();
  }

  @Test
  void passesOnWhatTellsOfTheMediaUnderTheSubscribersIds() {
    receive(false, true);
    RtpPacket out = write(SfuFixture.OUT, "v");
    assertThat(out.has(HeaderExtension.TRANSPORT_CC)).as("of one hop only").isFalse();
    assertThat(out.extensionLength(HeaderExtension.AUDIO_LEVEL)).isEqualTo(1);
    assertThat(Bytes.u8(out.memory(), out.extensionOffset(HeaderExtension.AUDIO_LEVEL)))
        .isEqualTo(0x85);
    assertThat(Bytes.u8(out.memory(), out.extensionOffset(HeaderExtension.MID))).isEqualTo('v');
  }

  private static HeaderExtensionMap only(HeaderExtension extension, int id) {
    HeaderExtensionMap.Builder builder = HeaderExtensionMap.builder();
    builder.put(extension, id);
    return builder.build();
  }

  /** How long its receiver may hold a picture back is between publisher and subscriber. */
  @Test
  void handsOnThePlayoutDelay() {
    HeaderExtensionMap mine = only(HeaderExtension.PLAYOUT_DELAY, 5);
    HeaderExtensionMap theirs = only(HeaderExtension.PLAYOUT_DELAY, 12);
    RtpHeaderWriter writer = new RtpHeaderWriter();
    writer.begin(source, 0, 200, false, 96, 5, 6, 7);
    writer.extension24(5, 0x00A_014);
    writer.finish();
    assertThat(in.parse(source, 0, 200)).isTrue();
    assertThat(in.indexExtensions(mine)).isTrue();
    RtpPacket out = write(theirs, "");
    assertThat(out.extensionLength(HeaderExtension.PLAYOUT_DELAY)).isEqualTo(3);
    assertThat(Bytes.u24(out.memory(), out.extensionOffset(HeaderExtension.PLAYOUT_DELAY)))
        .isEqualTo(0x00A_014);
  }

  @Test
  void writesNothingThatWasNotNegotiated() {
    receive(false, true);
    assertThat(write(HeaderExtensionMap.EMPTY, "v").headerLength()).isEqualTo(12);
  }

  @Test
  void writesTheSameForTheSamePacket() {
    receive(true, true);
    write(SfuFixture.OUT, "v");
    byte[] first = written.clone();
    Arrays.fill(written, (byte) 0x55);
    int length = write(SfuFixture.OUT, "v").headerLength();
    assertThat(Arrays.copyOf(written, length)).isEqualTo(Arrays.copyOf(first, length));
  }
}
