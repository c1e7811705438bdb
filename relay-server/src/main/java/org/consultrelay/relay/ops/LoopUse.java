package org.consultrelay.relay.ops;

/**
 * How much of what one loop can do is in use, from readings a fraction of a second apart. Each
 * measured thing is brought to one scale, 0 at rest and 1 at its limit, and smoothed; the fullest
 * counts. In virtual time; one thread.
 */
public final class LoopUse {
  /** Of the datagrams, 1 in 500: more is heard and seen. */
  private static final double DROP_LIMIT = 0.002;

  /** Too few datagrams to make a ratio of. */
  private static final long FEW_PACKETS = 100;

  /** A single reading says no more than this, so that one bad moment is soon forgotten. */
  private static final double MOST = 1.5;

  /** What may be the fullest. */
  public enum Signal {
    /** The share of the time that it works. */
    BUSY,
    /** How late its ticks are. */
    LATE,
    /** Datagrams lost between the sockets and it. */
    DROPS,
    /** Packet memory. */
    MEMORY
  }

  private static final Signal[] SIGNALS = Signal.values();

  private double busyLimit;
  private double latenessLimitNanos;
  private double memoryLimit;
  private double smoothingNanos;
  private final double[] use = new double[SIGNALS.length];
  private LoopReading last = new LoopReading(0, 0, 0, 0, 0, 0, 1, false);
  private long lastNanos;
  private boolean begun;

  /**
   * A loop at rest.
   *
   * @param busyLimit share of the time, 0 to 1
   * @param latenessLimitNanos mean lateness of ticks
   * @param memoryLimit share of the slots, 0 to 1
   * @param smoothingNanos the time constant
   */
  public LoopUse(
      double busyLimit, double latenessLimitNanos, double memoryLimit, double smoothingNanos) {
    this.busyLimit = busyLimit;
    this.latenessLimitNanos = latenessLimitNanos;
    this.memoryLimit = memoryLimit;
    this.smoothingNanos = smoothingNanos;
  }

  /** Other limits from the next reading on, in the units of the constructor. */
  public void limits(double busy, double latenessNanos, double memory, double smoothing) {
    busyLimit = busy;
    latenessLimitNanos = latenessNanos;
    memoryLimit = memory;
    smoothingNanos = smoothing;
  }

  /** Takes a reading. The first only sets the start. */
  public void observe(LoopReading reading, long nowNanos) {
    double passed = nowNanos - lastNanos;
    if (begun && passed > 0) {
      double weight = 1 - Math.exp(-passed / smoothingNanos);
      smooth(Signal.BUSY, (reading.busyNanos() - last.busyNanos()) / passed / busyLimit, weight);
      smooth(Signal.LATE, lateness(reading, passed) / latenessLimitNanos, weight);
      smooth(Signal.DROPS, dropRatio(reading) / DROP_LIMIT, weight);
      smooth(Signal.MEMORY, (double) reading.slotsInUse() / reading.slots() / memoryLimit, weight);
    }
    begun = true;
    last = reading;
    lastNanos = nowNanos;
  }

  /** A loop that does not tick at all is as late as we have waited. */
  private double lateness(LoopReading reading, double passed) {
    long ticks = reading.ticks() - last.ticks();
    return ticks == 0 ? passed : (double) (reading.latenessNanos() - last.latenessNanos()) / ticks;
  }

  private double dropRatio(LoopReading reading) {
    long packets = reading.packets() - last.packets();
    return (double) (reading.drops() - last.drops()) / Math.max(FEW_PACKETS, packets);
  }

  private void smooth(Signal signal, double now, double weight) {
    int i = signal.ordinal();
    use[i] += (Math.clamp(now, 0, MOST) - use[i]) * weight;
  }

  /** How much of one thing is in use: 0 at rest, 1 at its limit, at most 1.5. */
  public double of(Signal signal) {
    return use[signal.ordinal()];
  }

  /** What is the fullest. */
  public Signal fullest() {
    Signal fullest = Signal.BUSY;
    for (Signal each : SIGNALS) {
      if (of(each) > of(fullest)) {
        fullest = each;
      }
    }
    return fullest;
  }

  /** What is left: 1 at rest, 0 at a limit or beyond. */
  public double headroom() {
    return Math.max(0, 1 - of(fullest()));
  }
}
