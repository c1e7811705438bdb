package org.consultrelay.relay.sctp;

/**
 * What the associations of one loop did. Plain fields: written by the loop alone, read by the
 * metrics scrape, which may see a value a moment old.
 */
public final class SctpCounters {
  /** Associations that came up. */
  public long established;

  private final long[] failures = new long[SctpFailure.values().length];

  /** How many associations ended for this reason. */
  public long failures(SctpFailure reason) {
    return failures[reason.ordinal()];
  }

  void failed(SctpFailure reason) {
    failures[reason.ordinal()]++;
  }
}
