package org.consultrelay.load.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.rtp.H264Payload;
import org.consultrelay.relay.rtp.Vp8Descriptor;
import org.consultrelay.relay.wire.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VideoSourceTest {
  private final MemorySegment memory = Arena.ofAuto().allocate(2_048);
  private final Vp8Descriptor vp8 = new Vp8Descriptor();
  private final H264Payload h264 = new H264Payload();
  private final StampReader reader = new StampReader();

  @ParameterizedTest
  @CsvSource({"VP8,1000,30,1", "VP8,1000,30,3", "VP8,300,15,2", "VP8,50,10,1", "H264,1000,30,1"})
  void aMinuteHasTheBitRateThatWasAskedFor(Codec codec, int kilobits, int frames, int layers) {
    VideoSource source = source(codec, VideoShape.of(kilobits, frames).withTemporalLayers(layers));
    long bytes = 0;
    for (int frame = 0; frame < 60 * frames; frame++) {
      int packets = source.nextFrame(false);
      for (int packet = 0; packet < packets; packet++) {
        int length = source.write(packet, memory, 0);
        assertThat(length).isBetween(1, VideoSource.MAX_PAYLOAD);
        bytes += length;
      }
    }
    assertThat(bytes * 8 / 60_000.0).isCloseTo(kilobits, within(kilobits * 0.05));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void vp8SaysWhatABrowserSays(int layers) {
    VideoShape shape = new VideoShape(800, 30, layers, 0, 640, 360);
    VideoSource source = new Vp8Source(shape, 7);
    int[][] pattern = {{0}, {0, 1}, {0, 2, 1, 2}};
    int lastPicture = -1;
    int lastBase = -1;
    for (int frame = 0; frame < 64; frame++) {
      int packets = source.nextFrame(frame == 32);
      boolean key = frame == 0 || frame == 32;
      assertThat(source.keyFrame()).isEqualTo(key);
      int layer = pattern[layers - 1][frame % pattern[layers - 1].length];
      assertThat(source.temporalLayer()).isEqualTo(layer);
      for (int packet = 0; packet < packets; packet++) {
        int length = source.write(packet, memory, 0);
        assertThat(vp8.parse(memory, 0, length)).isTrue();
        assertThat(vp8.startsFrame()).isEqualTo(packet == 0);
        assertThat(vp8.keyFrame()).isEqualTo(key && packet == 0);
        assertThat(vp8.temporalId()).isEqualTo(layers == 1 ? -1 : layer);
        assertThat(vp8.nonReference()).isEqualTo(layers > 1 && layer == layers - 1);
        if (packet == 0 && key) {
          assertThat(vp8.width()).isEqualTo(640);
          assertThat(vp8.height()).isEqualTo(360);
        }
      }
      if (lastPicture >= 0) {
        assertThat(vp8.pictureId()).isEqualTo(lastPicture + 1 & 0x7FFF);
        if (layers > 1) {
          assertThat(vp8.tl0PicIdx()).isEqualTo(lastBase + (layer == 0 ? 1 : 0) & 0xFF);
        }
      }
      lastPicture = vp8.pictureId();
      lastBase = vp8.tl0PicIdx();
    }
  }

  @Test
  void aKeyFrameIsCutIntoPacketsThatDifferByOneByteAtMost() {
    VideoSource source = new Vp8Source(VideoShape.of(1_000, 30), 1);
    int packets = source.nextFrame(true);
    assertThat(packets).isGreaterThan(10);
    int longest = source.write(0, memory, 0);
    int shortest = source.write(packets - 1, memory, 0);
    assertThat(longest - shortest).isBetween(0, 1);
  }

  @Test
  void h264BeginsWithParameterSetsThenOneSliceInFragments() {
    VideoSource source = new H264Source(VideoShape.of(1_000, 30), 7);
    int packets = source.nextFrame(false);
    assertThat(source.keyFrame()).isTrue();
    int length = source.write(0, memory, 0);
    assertThat(h264.parse(memory, 0, length)).isTrue();
    assertThat(h264.startsSps()).isTrue();
    assertThat(h264.startsPps()).isTrue();
    for (int packet = 1; packet < packets; packet++) {
      length = source.write(packet, memory, 0);
      assertThat(h264.parse(memory, 0, length)).isTrue();
      assertThat(h264.startsIdr()).isEqualTo(packet == 1);
      assertThat(Bytes.u8(memory, 1) & 0x40).isEqualTo(packet == packets - 1 ? 0x40 : 0);
    }
    source.nextFrame(false);
    assertThat(source.keyFrame()).isFalse();
    length = source.write(0, memory, 0);
    assertThat(h264.parse(memory, 0, length)).isTrue();
    assertThat(h264.keyFrame()).isFalse();
    assertThat(h264.startsPicture()).isTrue();
  }

  @Test
  void aPictureSizeIsCroppedOutOfWholeMacroblocks() {
    // 40 by 22.5 macroblocks: of the last row 4 pairs of lines are cropped. Worked out by hand from
    // H.264 7.3.2.1.1: 1 1 011 010 0 00000101000 000010111 1 1 1 1 1 1 00101 0 1.
    assertThat(SequenceParameters.of(640, 360))
        .asHexString()
        .isEqualToIgnoringCase("6742E01FDA0280BFE540");
  }

  @ParameterizedTest
  @CsvSource({"VP8,1", "VP8,3", "H264,1"})
  void everyPacketHasAStampThatIsFoundAgain(Codec codec, int layers) {
    VideoSource source = source(codec, VideoShape.of(500, 25).withTemporalLayers(layers));
    long counter = 0;
    for (int frame = 0; frame < 500; frame++) {
      int packets = source.nextFrame(frame % 100 == 99);
      for (int packet = 0; packet < packets; packet++) {
        int length = source.write(packet, memory, 5);
        Stamp.write(memory, 5 + source.stampOffset(), 9, 2, counter, 10, 20);
        assertThat(source.stampOffset() + Stamp.LENGTH).isLessThanOrEqualTo(length);
        assertThat(reader.read(codec, memory, 5, length)).isTrue();
        assertThat(reader.stamp().counter()).isEqualTo(counter++);
        boolean key = source.keyFrame() && (packet == 0 || (codec == Codec.H264 && packet == 1));
        assertThat(reader.keyFrame()).isEqualTo(key);
      }
    }
  }

  @Test
  void theSameSeedMakesTheSameFrames() {
    VideoSource one = new Vp8Source(VideoShape.of(500, 25), 3);
    VideoSource two = new Vp8Source(VideoShape.of(500, 25), 3);
    VideoSource other = new Vp8Source(VideoShape.of(500, 25), 4);
    boolean differs = false;
    for (int frame = 0; frame < 100; frame++) {
      one.nextFrame(false);
      two.nextFrame(false);
      other.nextFrame(false);
      int length = one.write(0, memory, 0);
      assertThat(two.write(0, memory, 0)).isEqualTo(length);
      differs |= other.write(0, memory, 0) != length;
    }
    assertThat(differs).isTrue();
  }

  @Test
  void cannedVideoKeepsEveryByteAndStampsTheEndOfEachFrame() {
    CannedVideo video = CannedVideo.own();
    assertThat(video.frames()).isEqualTo(30);
    assertThat(video.framesPerSecond()).isEqualTo(15);
    VideoSource source = video.play(100);
    for (int frame = 0; frame < 61; frame++) {
      int packets = source.nextFrame(false);
      assertThat(source.keyFrame()).isEqualTo(frame % 30 == 0);
      for (int packet = 0; packet < packets; packet++) {
        int length = source.write(packet, memory, 0);
        assertThat(vp8.parse(memory, 0, length)).isTrue();
        assertThat(vp8.keyFrame()).isEqualTo(frame % 30 == 0 && packet == 0);
        boolean last = packet == packets - 1;
        assertThat(source.stampOffset() >= 0).isEqualTo(last);
        if (last) {
          Stamp.write(memory, source.stampOffset(), 1, 1, frame, 1, 1);
          assertThat(reader.read(Codec.VP8, memory, 0, length)).isTrue();
          assertThat(reader.stamp().counter()).isEqualTo(frame);
        }
      }
    }
    assertThat(vp8.pictureId()).isEqualTo(161);
    source.nextFrame(false);
    source.nextFrame(true);
    assertThat(source.keyFrame()).isTrue();
  }

  @Test
  void whatIsNoIvfFileIsRefused() {
    assertThatThrownBy(() -> CannedVideo.of(new byte[100]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CannedVideo.of(new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static VideoSource source(Codec codec, VideoShape shape) {
    return codec == Codec.H264 ? new H264Source(shape, 5) : new Vp8Source(shape, 5);
  }
}
