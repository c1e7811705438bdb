package org.consultrelay.relay.sctp;

/**
 * Serial number arithmetic (RFC 1982) on TSNs and on numbers of streams' messages. Of two numbers
 * half the circle apart neither comes before the other.
 */
final class Serial {
  private Serial() {}

  /** Whether TSN {@code a} comes before {@code b}. */
  static boolean before(int a, int b) {
    return b - a > 0;
  }

  /** The later of two TSNs. */
  static int later(int a, int b) {
    return before(a, b) ? b : a;
  }

  /** Whether stream sequence number {@code a} comes before {@code b}, both of 16 bits. */
  static boolean before16(int a, int b) {
    return (short) (b - a) > 0;
  }
}
