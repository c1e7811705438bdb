package org.consultrelay.relay.bwe;

/**
 * Short trains of packets at a higher rate than the target, to find out whether the line carries it
 * without waiting for slow growth: which is due, and what the arrivals say of it.
 */
final class Probes {
  /** So many packets make a train, at least: fewer say little of a rate. */
  static final int MIN_PACKETS = 5;

  private static final long TRAIN_NANOS = 15_000_000;
  private static final long MAX_TRAIN_NANOS = 120_000_000;
  private static final long GIVE_UP_NANOS = 500_000_000;
  private static final long RETRY_NANOS = 2_000_000;
  private static final int SLOTS = 8;
  private static final int MASK = SLOTS - 1;
  private static final int MAX_CLUSTER = 127;
  private static final int QUEUE = 4;
  private static final int MIN_BYTES = 200;
  private static final int MAX_BYTES = 1_200;
  private static final double ENOUGH = 0.8;
  private static final double MAX_RATIO = 2;
  private static final double SATURATED = 0.9;
  private static final double SATURATED_SHARE = 0.95;
  private static final double SECOND = 1e9;

  private final double[] queued = new double[QUEUE];
  private int queuedCount;
  private int cluster;
  private boolean active;
  private long trainNanos = TRAIN_NANOS;
  private double rate;
  private long requestedNanos;
  private long startedNanos;
  private boolean started;
  private boolean tried;
  private long triedNanos;
  private int sentBytes;
  private int sentPackets;

  private final int[] ids = new int[SLOTS];
  private final double[] rates = new double[SLOTS];
  private final int[] wantedBytes = new int[SLOTS];
  private final int[] counts = new int[SLOTS];
  private final int[] bytes = new int[SLOTS];
  private final long[] firstSent = new long[SLOTS];
  private final long[] lastSent = new long[SLOTS];
  private final int[] lastSize = new int[SLOTS];
  private final long[] firstArrival = new long[SLOTS];
  private final long[] lastArrival = new long[SLOTS];
  private final int[] firstSize = new int[SLOTS];
  private double resultRate;

  /** Wants a train at so many bits per second, after those wanted before. */
  void request(double bitsPerSecond, long nowNanos) {
    if (queuedCount == QUEUE) {
      return;
    }
    queued[queuedCount++] = bitsPerSecond;
    next(nowNanos);
  }

  private void next(long nowNanos) {
    if (active || queuedCount == 0) {
      return;
    }
    rate = queued[0];
    queuedCount--;
    System.arraycopy(queued, 1, queued, 0, queuedCount);
    cluster = cluster == MAX_CLUSTER ? 1 : cluster + 1;
    active = true;
    started = false;
    tried = false;
    requestedNanos = nowNanos;
    sentBytes = 0;
    sentPackets = 0;
    int slot = cluster & MASK;
    ids[slot] = cluster;
    rates[slot] = rate;
    wantedBytes[slot] = length();
    counts[slot] = 0;
    bytes[slot] = 0;
  }

  private int wanted() {
    return wantedBytes[cluster & MASK];
  }

  private int length() {
    return Math.max(MIN_PACKETS * MIN_BYTES, (int) (rate / 8 * trainNanos / SECOND));
  }

  /** Makes the next trains longer, for a line whose delay wanders by so many nanoseconds. */
  void outlast(long nanos) {
    trainNanos = Math.clamp(nanos, TRAIN_NANOS, MAX_TRAIN_NANOS);
  }

  /** Whether a train is under way or wanted. */
  boolean busy() {
    return active;
  }

  /** The number that packets of the train under way carry, 1 to 127; 0 when there is none. */
  int cluster() {
    return active ? cluster : 0;
  }

  /** How large padding should be so that the train has enough packets, in bytes. */
  int packetBytes() {
    return Math.clamp(wanted() / MIN_PACKETS, MIN_BYTES, MAX_BYTES);
  }

  /** Bytes of the train that should leave now, 0 or more. */
  int due(long nowNanos) {
    if (!active) {
      return 0;
    }
    if (!started) {
      return packetBytes();
    }
    double owed = (nowNanos - startedNanos) / SECOND * rate / 8 - sentBytes;
    return owed < 0 ? 0 : (int) Math.min(owed, wanted()) + packetBytes();
  }

  /** When the next bytes of the train are due; {@link Long#MAX_VALUE} for no train. */
  long deadline() {
    if (!active) {
      return Long.MAX_VALUE;
    }
    long due = started ? startedNanos + (long) (sentBytes * 8 * SECOND / rate) : requestedNanos;
    return tried ? Math.max(due, triedNanos + RETRY_NANOS) : due;
  }

  /** Gives up a train that finds no packets to send. */
  void onDeadline(long nowNanos) {
    tried = active;
    triedNanos = nowNanos;
    if (active && nowNanos - requestedNanos > GIVE_UP_NANOS) {
      active = false;
      next(nowNanos);
    }
  }

  /** A packet left: of the train, if one is under way. */
  void sent(int size, long nowNanos) {
    if (!active) {
      return;
    }
    if (!started) {
      started = true;
      startedNanos = nowNanos;
    }
    sentBytes += size;
    sentPackets++;
    if (sentPackets >= MIN_PACKETS && sentBytes >= wanted()) {
      active = false;
      next(nowNanos);
    }
  }

  /**
   * A packet of a train came.
   *
   * @return the rate that the train found, in bits per second; 0 when it says nothing (yet)
   */
  double received(int ofCluster, int size, long sentNanos, long arrivalNanos) {
    int slot = ofCluster & MASK;
    if (ids[slot] != ofCluster) {
      return 0;
    }
    if (counts[slot] == 0) {
      firstSent[slot] = sentNanos;
      lastSent[slot] = sentNanos;
      firstArrival[slot] = arrivalNanos;
      lastArrival[slot] = arrivalNanos;
      firstSize[slot] = size;
      lastSize[slot] = size;
    }
    if (sentNanos >= lastSent[slot]) {
      lastSent[slot] = sentNanos;
      lastSize[slot] = size;
    }
    if (arrivalNanos < firstArrival[slot]) {
      firstArrival[slot] = arrivalNanos;
      firstSize[slot] = size;
    }
    lastArrival[slot] = Math.max(lastArrival[slot], arrivalNanos);
    counts[slot]++;
    bytes[slot] += size;
    if (counts[slot] < ENOUGH * MIN_PACKETS || bytes[slot] < ENOUGH * wantedBytes[slot]) {
      return 0;
    }
    return result(slot);
  }

  private double result(int slot) {
    double sendSeconds = (lastSent[slot] - firstSent[slot]) / SECOND;
    double arrivalSeconds = (lastArrival[slot] - firstArrival[slot]) / SECOND;
    if (sendSeconds <= 0 || arrivalSeconds <= 0) {
      return 0;
    }
    double sendRate = (bytes[slot] - lastSize[slot]) * 8 / sendSeconds;
    double arrivalRate = (bytes[slot] - firstSize[slot]) * 8 / arrivalSeconds;
    if (arrivalRate > MAX_RATIO * sendRate) {
      return 0;
    }
    resultRate = rates[slot];
    if (arrivalRate < SATURATED * sendRate) {
      return SATURATED_SHARE * arrivalRate;
    }
    return Math.min(sendRate, arrivalRate);
  }

  /** What the train that last gave a result was sent at, in bits per second. */
  double resultRate() {
    return resultRate;
  }
}
