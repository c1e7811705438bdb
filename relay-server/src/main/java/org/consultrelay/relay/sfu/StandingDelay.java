package org.consultrelay.relay.sfu;

/**
 * How much longer packets of a sound take to come than they once did: what stands in the queue of
 * the publisher's line. Sound is sent as it is recorded, so its timestamps tell when. One stream;
 * virtual time; told of each second in which packets came.
 */
final class StandingDelay {
  private static final long SECOND = 1_000_000_000L;

  /** How far two clocks may part, in parts of a million: the least moves up so slowly. */
  private static final int DRIFT = 200;

  /** More is no queue but a clock that began anew. */
  private static final int MOST_SECONDS = 5;

  private final int clockRate;
  private boolean known;
  private int least;

  /**
   * Nothing is known yet.
   *
   * @param clockRate timestamp units a second
   */
  StandingDelay(int clockRate) {
    this.clockRate = clockRate;
  }

  /**
   * A second is over.
   *
   * @param transit the arrival of a packet of this second less its timestamp, in timestamp units
   *     that come round
   * @return by how much it is more than the least, in nanoseconds, 0 or more
   */
  long second(int transit) {
    int more = transit - least;
    if (!known || Math.abs((long) more) > (long) MOST_SECONDS * clockRate) {
      known = true;
      least = transit;
      return 0;
    }
    if (more <= 0) {
      least = transit;
      return 0;
    }
    least += Math.max(1, clockRate * DRIFT / 1_000_000);
    return more * SECOND / clockRate;
  }
}
