package org.consultrelay.relay.sfu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which size of a scalable stream suits the place that it is shown in. */
class VideoWishTest {
  private static final List<PictureSize> SIZES =
      List.of(new PictureSize(320, 180), new PictureSize(640, 360), new PictureSize(1_280, 720));

  private static VideoWish shown(int width, int height) {
    return new VideoWish(width, height, 0, 0, 0);
  }

  @Test
  void theSmallestThatCoversIt() {
    assertThat(shown(160, 90).spatialLayer(SIZES, 3)).isZero();
    assertThat(shown(320, 180).spatialLayer(SIZES, 3)).isZero();
    assertThat(shown(400, 225).spatialLayer(SIZES, 3)).isEqualTo(1);
    assertThat(shown(225, 400).spatialLayer(SIZES, 3)).isEqualTo(1);
    assertThat(shown(4_000, 3_000).spatialLayer(SIZES, 3)).isEqualTo(2);
  }

  /** Encoders leave out sizes that they find too small. */
  @Test
  void fewerThanNamedAreTheLargestOfThem() {
    assertThat(shown(160, 90).spatialLayer(SIZES, 2)).isZero();
    assertThat(shown(500, 300).spatialLayer(SIZES, 2)).isZero();
    assertThat(shown(700, 400).spatialLayer(SIZES, 2)).isEqualTo(1);
    assertThat(shown(700, 400).spatialLayer(SIZES, 1)).isZero();
  }

  @Test
  void whereSizesAreNotKnownAllIsWanted() {
    assertThat(shown(160, 90).spatialLayer(List.of(), 3)).isEqualTo(2);
    assertThat(shown(160, 90).spatialLayer(SIZES, 4)).isEqualTo(3);
    assertThat(VideoWish.ALL.spatialLayer(SIZES, 3)).isEqualTo(2);
    assertThat(new VideoWish(0, 0, 1, 0, 0).spatialLayer(SIZES, 3)).isEqualTo(1);
    assertThat(new VideoWish(0, 0, 1, 0, 0).spatialLayer(SIZES, 1)).isZero();
  }
}
