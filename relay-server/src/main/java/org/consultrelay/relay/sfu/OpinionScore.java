package org.consultrelay.relay.sfu;

/**
 * What people would say of a line, from 1 (bad) to 5 (excellent), by its loss and its round trip:
 * the E-model (ITU-T G.107) with Opus' tolerance of loss, and without what the relay cannot know
 * (noise, echo, what the application does with late packets).
 */
public final class OpinionScore {
  /** What is left of the 100 of a perfect line with the defaults of G.107. */
  private static final double BEST = 93.2;

  /** What capture, jitter buffer and playing take beside the network, in milliseconds. */
  private static final double DEVICE_MILLIS = 30;

  /** From here on delay disturbs a conversation, in milliseconds. */
  private static final double DISTURBING_MILLIS = 177.3;

  private static final double PER_MILLI = 0.024;
  private static final double PER_DISTURBING_MILLI = 0.11;
  private static final double PER_LOST_PERCENT = 2.5;

  private OpinionScore() {}

  /**
   * The score of a line, 1 to 5.
   *
   * @param lossPercent packets lost in a hundred, the worse direction
   * @param roundTripMillis in milliseconds; 0 while unknown
   */
  public static float of(double lossPercent, double roundTripMillis) {
    double delay = roundTripMillis / 2 + DEVICE_MILLIS;
    double rating =
        BEST
            - PER_MILLI * delay
            - PER_DISTURBING_MILLI * Math.max(0, delay - DISTURBING_MILLIS)
            - PER_LOST_PERCENT * lossPercent;
    double r = Math.clamp(rating, 0, 100);
    // G.107 Annex B.
    return (float) Math.clamp(1 + 0.035 * r + 7e-6 * r * (r - 60) * (100 - r), 1, 5);
  }
}
