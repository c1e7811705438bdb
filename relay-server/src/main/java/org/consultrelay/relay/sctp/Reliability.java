package org.consultrelay.relay.sctp;

/**
 * What a data channel promises about its messages (RFC 8832 §5.1).
 *
 * @param ordered whether messages arrive in the order they were sent
 * @param delivery how hard the sender tries
 */
public record Reliability(boolean ordered, Delivery delivery) {
  /** How hard the sender tries to deliver a message (RFC 3758, RFC 7496). */
  public sealed interface Delivery {}

  /** Until it arrives, or the association fails. */
  public record Reliable() implements Delivery {}

  /**
   * Each part of a message is sent again this often at most.
   *
   * @param count 0 to 4,294,967,295; 0 sends everything once
   */
  public record MaxRetransmits(long count) implements Delivery {
    /** Checks the range. */
    public MaxRetransmits {
      checkUnsigned32(count);
    }
  }

  /**
   * A message is sent, and sent again, for this long at most.
   *
   * @param millis 0 to 4,294,967,295, from the call of send
   */
  public record MaxLifetime(long millis) implements Delivery {
    /** Checks the range. */
    public MaxLifetime {
      checkUnsigned32(millis);
    }
  }

  /** In order, and as long as it takes: what a data channel is unless it says otherwise. */
  public static final Reliability RELIABLE = new Reliability(true, new Reliable());

  /** Everything is sent once, and arrives in any order or not at all. */
  public static final Reliability LOSSY = new Reliability(false, new MaxRetransmits(0));

  private static void checkUnsigned32(long value) {
    if (value < 0 || value > 0xFFFF_FFFFL) {
      throw new IllegalArgumentException("not of 32 bits: " + value);
    }
  }
}
