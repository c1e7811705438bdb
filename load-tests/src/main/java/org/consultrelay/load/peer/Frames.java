package org.consultrelay.load.peer;

import java.lang.foreign.MemorySegment;
import org.consultrelay.load.media.OpusSource;
import org.consultrelay.load.media.VideoSource;

/** What a track sends, frame by frame, whether sound or picture. */
interface Frames {
  /**
   * Goes on to the next frame.
   *
   * @param keyWanted make it one that a decoder can start with
   * @return how many packets it takes; 0 when nothing is sent this time (silence)
   */
  int next(boolean keyWanted);

  /**
   * Writes a payload of the frame.
   *
   * @return its length in bytes
   */
  int write(int packet, MemorySegment memory, long offset);

  /** Where the stamp goes in the payload written last; -1: nowhere. */
  int stampOffset();

  /** Whether a packet carries the RTP marker. */
  boolean marker(int packet, int count);

  /** The longest payload in bytes. */
  int longest();

  /** A camera's. */
  static Frames of(VideoSource video) {
    return new Frames() {
      @Override
      public int next(boolean keyWanted) {
        return video.nextFrame(keyWanted);
      }

      @Override
      public int write(int packet, MemorySegment memory, long offset) {
        return video.write(packet, memory, offset);
      }

      @Override
      public int stampOffset() {
        return video.stampOffset();
      }

      @Override
      public boolean marker(int packet, int count) {
        return packet == count - 1;
      }

      @Override
      public int longest() {
        return VideoSource.MAX_PAYLOAD;
      }
    };
  }

  /** A microphone's. */
  static Frames of(OpusSource audio) {
    return new Frames() {
      @Override
      public int next(boolean keyWanted) {
        return audio.nextPacket() > 0 ? 1 : 0;
      }

      @Override
      public int write(int packet, MemorySegment memory, long offset) {
        return audio.write(memory, offset);
      }

      @Override
      public int stampOffset() {
        return audio.stampOffset();
      }

      @Override
      public boolean marker(int packet, int count) {
        return audio.marker();
      }

      @Override
      public int longest() {
        return OpusSource.MAX_PAYLOAD;
      }
    };
  }
}
