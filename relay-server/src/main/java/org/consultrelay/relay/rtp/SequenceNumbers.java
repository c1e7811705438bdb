package org.consultrelay.relay.rtp;

/**
 * Arithmetic on sequence numbers of 16 bits that wrap (RFC 3550 §5.1, RFC 1982), and their
 * extension to 64 bits that do not. An argument's bits above the 16th are ignored.
 */
public final class SequenceNumbers {
  private SequenceNumbers() {}

  /**
   * Whether {@code a} comes after {@code b}: less than half the number space ahead. Exactly half is
   * undefined in RFC 1982; here neither is newer than the other.
   */
  public static boolean newer(int a, int b) {
    return (short) (a - b) > 0;
  }

  /**
   * How far {@code to} lies ahead of {@code from}: -32,768 to 32,767, negative when it is older.
   */
  public static int distance(int from, int to) {
    return (short) (to - from);
  }

  /**
   * The extended number nearest to {@code lastExtended} whose low 16 bits are {@code sequence}. May
   * be negative for a packet from before the first; its low 16 bits are right all the same.
   */
  public static long extend(long lastExtended, int sequence) {
    return lastExtended + (short) (sequence - (int) lastExtended);
  }

  /** The 16 bits of an extended number that go on the wire, 0 to 65,535. */
  public static int wire(long extended) {
    return (int) extended & 0xFFFF;
  }
}
