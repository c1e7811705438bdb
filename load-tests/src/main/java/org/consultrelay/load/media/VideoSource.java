package org.consultrelay.load.media;

import java.lang.foreign.MemorySegment;

/**
 * A simulated camera and encoder: frame after frame, each in RTP payloads of about equal size. One
 * thread at a time; allocates nothing per frame.
 */
public interface VideoSource {
  /** The longest payload in bytes, as browsers cut them. */
  int MAX_PAYLOAD = 1_160;

  /**
   * Goes on to the next frame.
   *
   * @param keyWanted make it a key frame: somebody asked by PLI or FIR
   * @return how many packets it takes, 1 or more
   */
  int nextFrame(boolean keyWanted);

  /** Whether the frame is a key frame. */
  boolean keyFrame();

  /** The frame's temporal layer, 0 to 2. */
  int temporalLayer();

  /**
   * Writes a payload of the frame, with room for a {@link Stamp} that the caller writes.
   *
   * @param packet 0 to one less than the frame has; the last one carries the RTP marker
   * @param memory has {@link #MAX_PAYLOAD} bytes from there on; what is in them already may stay as
   *     filling
   * @return the length of the payload in bytes
   */
  int write(int packet, MemorySegment memory, long offset);

  /** Where the stamp goes in the payload written last; -1: it has no room for one. */
  int stampOffset();
}
