package org.consultrelay.relay.signal.livekit;

import java.util.concurrent.atomic.LongAdder;

/** What is counted of participants' data. Any thread. */
public final class DataCounters {
  final LongAdder received = new LongAdder();
  final LongAdder delivered = new LongAdder();
  final LongAdder replayed = new LongAdder();
  final LongAdder malformed = new LongAdder();
  final LongAdder notAllowed = new LongAdder();
  final LongAdder notForwarded = new LongAdder();
  final LongAdder repeated = new LongAdder();
  final LongAdder overflowed = new LongAdder();

  /** Packets taken from participants. */
  public long received() {
    return received.sum();
  }

  /** Packets handed to participants' channels. */
  public long delivered() {
    return delivered.sum();
  }

  /** Packets handed over again after a resume. */
  public long replayed() {
    return replayed.sum();
  }

  /** Packets that could not be understood. */
  public long malformed() {
    return malformed.sum();
  }

  /** Packets of those who may not send data. */
  public long notAllowed() {
    return notAllowed.sum();
  }

  /** Packets of kinds that do not go from participant to participant. */
  public long notForwarded() {
    return notForwarded.sum();
  }

  /** Reliable packets that had come before. */
  public long repeated() {
    return repeated.sum();
  }

  /** Packets dropped because a receiver was too slow. */
  public long overflowed() {
    return overflowed.sum();
  }
}
