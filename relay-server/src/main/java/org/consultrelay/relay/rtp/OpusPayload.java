package org.consultrelay.relay.rtp;

/** What the first bytes of an Opus packet say (RFC 6716 §3.1): no decoding. */
public final class OpusPayload {
  private static final int[] SILK_MICROS = {10_000, 20_000, 40_000, 60_000};
  private static final int[] HYBRID_MICROS = {10_000, 20_000};
  private static final int[] CELT_MICROS = {2_500, 5_000, 10_000, 20_000};

  private OpusPayload() {}

  /** One channel or two. */
  public static int channels(int toc) {
    return (toc & 4) == 0 ? 1 : 2;
  }

  /** Length of each frame in microseconds: 2,500 to 60,000. */
  public static int frameMicros(int toc) {
    int config = toc >>> 3 & 0x1F;
    if (config < 12) {
      return SILK_MICROS[config & 3];
    }
    return config < 16 ? HYBRID_MICROS[config & 1] : CELT_MICROS[config & 3];
  }

  /**
   * How many frames a packet holds (RFC 6716 §3.2).
   *
   * @param toc the first byte
   * @param second the second byte, which counts when the first says so; 0 if there is none
   * @return 0 to 63; 0 is malformed
   */
  public static int frameCount(int toc, int second) {
    return switch (toc & 3) {
      case 0 -> 1;
      case 1, 2 -> 2;
      default -> second & 0x3F;
    };
  }

  /**
   * Whether a payload of that many bytes is discontinuous transmission: encoders send one or two
   * bytes, a packet without speech in it, about every 400 ms of silence.
   */
  public static boolean isDtx(int payloadLength) {
    return payloadLength <= 2;
  }
}
