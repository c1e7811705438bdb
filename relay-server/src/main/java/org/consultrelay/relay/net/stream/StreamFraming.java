package org.consultrelay.relay.net.stream;

/** How packets stand one after the other in a stream. */
public enum StreamFraming {
  /** Each behind its length in two bytes (RFC 4571 §2), as ICE-TCP has it. */
  RFC_4571 {
    @Override
    int frame(int first, int second) {
      return PREFIX + first;
    }

    @Override
    int header() {
      return PREFIX;
    }

    @Override
    int skipped() {
      return PREFIX;
    }
  },

  /** STUN messages and ChannelData by their own lengths (RFC 8656 §12.5). */
  STUN {
    @Override
    int frame(int first, int second) {
      return switch (first >>> 14) {
        case 0 -> (second & 3) == 0 ? STUN_HEADER + second : -1;
        case 1 -> CHANNEL_HEADER + (second + 3 & ~3);
        default -> -1;
      };
    }

    @Override
    int header() {
      return CHANNEL_HEADER;
    }

    @Override
    int skipped() {
      return 0;
    }
  };

  /** The most of {@link #header()}. */
  static final int LONGEST_HEADER = 4;

  private static final int PREFIX = 2;
  private static final int STUN_HEADER = 20;
  private static final int CHANNEL_HEADER = 4;

  /**
   * The length of a frame in the stream.
   *
   * @param first its first two bytes
   * @param second its next two bytes, where {@link #header()} has them
   * @return -1 when it is none
   */
  abstract int frame(int first, int second);

  /** How many bytes say how long a frame is. */
  abstract int header();

  /** Bytes of a frame before the packet. */
  abstract int skipped();
}
