package org.consultrelay.load.turn;

/** Packets that have arrived on one loop, each counted once; plain fields of the loop's thread. */
final class Arrivals {
  /** At peers. */
  long up;

  /** At clients. */
  long down;
}
