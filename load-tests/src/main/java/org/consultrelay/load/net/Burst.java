package org.consultrelay.load.net;

/**
 * Losses that come together, after Gilbert and Elliott: the line is good for a while and then bad
 * for a while, both of geometrically distributed lengths, and a bad line loses every packet. What
 * is lost while it is good is a matter of {@link Impairment#lossPercent}.
 *
 * @param good how many packets a good time lasts, on average; 1 or more
 * @param bad how many packets a bad time lasts, on average; 1 or more
 */
public record Burst(double good, double bad) {
  /** Checks the lengths. */
  public Burst {
    if (!(good >= 1 && good <= 1e9 && bad >= 1 && bad <= 1e9)) {
      throw new IllegalArgumentException(
          "burst is " + good + "/" + bad + ", must be two lengths of 1 packet or more");
    }
  }

  /** The share of packets that bursts lose in the long run, 0 to 1. */
  public double share() {
    return bad / (good + bad);
  }
}
