package org.consultrelay.relay.sfu;

/**
 * The size of a picture, as its publisher says it.
 *
 * @param width in pixels, more than 0
 * @param height in pixels, more than 0
 */
public record PictureSize(int width, int height) {
  /** The shorter side, the same for a phone held upright and one that lies. */
  public int shorter() {
    return Math.min(width, height);
  }
}
