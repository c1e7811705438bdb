package org.consultrelay.load.media;

/**
 * What a simulated camera sends.
 *
 * @param kilobitsPerSecond of payload, without RTP, SRTP and UDP; 8 or more
 * @param framesPerSecond 1 to 120
 * @param temporalLayers 1, 2 or 3, as browsers encode them
 * @param keyFrameEvery frames from one key frame to the next if nobody asks for one; 0: only when
 *     asked
 * @param width of the picture in pixels, 16 to 16,383
 * @param height of the picture in pixels, 16 to 16,383
 */
public record VideoShape(
    int kilobitsPerSecond,
    int framesPerSecond,
    int temporalLayers,
    int keyFrameEvery,
    int width,
    int height) {
  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException when one is left, in one line
   */
  public VideoShape {
    within("kilobitsPerSecond", kilobitsPerSecond, 8, 100_000);
    within("framesPerSecond", framesPerSecond, 1, 120);
    within("temporalLayers", temporalLayers, 1, 3);
    within("keyFrameEvery", keyFrameEvery, 0, Integer.MAX_VALUE);
    within("width", width, 16, 0x3FFF);
    within("height", height, 16, 0x3FFF);
  }

  /** One temporal layer at 640 by 360, a key frame every ten seconds. */
  public static VideoShape of(int kilobitsPerSecond, int framesPerSecond) {
    return new VideoShape(kilobitsPerSecond, framesPerSecond, 1, 10 * framesPerSecond, 640, 360);
  }

  /** The same in so many temporal layers. */
  public VideoShape withTemporalLayers(int layers) {
    return new VideoShape(kilobitsPerSecond, framesPerSecond, layers, keyFrameEvery, width, height);
  }

  private static void within(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " is " + value + ", must be " + least + " to " + most);
    }
  }
}
