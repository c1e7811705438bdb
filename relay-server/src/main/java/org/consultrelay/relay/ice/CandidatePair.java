package org.consultrelay.relay.ice;

import org.consultrelay.relay.wire.TransportAddress;

/** A pair on which the peer's checks pass, as the lite agent knows it. Times in nanoseconds. */
final class CandidatePair {
  final TransportAddress remote;
  final int path;

  /** Which of the agent's credentials its latest check used; grows with each restart. */
  int generation;

  /** PRIORITY of the latest check, 0 to 2^32 - 1. */
  long priority;

  /** When the latest check came. */
  long checkedAt;

  /** When it became the selected pair. */
  long selectedAt;

  /** When it stopped being the selected pair; far in the past when it never was. */
  long deposedAt = Long.MIN_VALUE / 2;

  /** Whether any check nominated it. */
  boolean nominated;

  /** When a check nominated it for the first time; read only once it is nominated. */
  long firstNominatedAt;

  /** Whether the latest check nominated it. */
  boolean nominatedNow;

  /** Checks that nominated it since the selected pair was last nominated. */
  int nominationsInARow;

  CandidatePair(TransportAddress remote, int path) {
    this.remote = remote;
    this.path = path;
  }

  boolean is(TransportAddress otherRemote, int otherPath) {
    return path == otherPath && remote.equals(otherRemote);
  }
}
