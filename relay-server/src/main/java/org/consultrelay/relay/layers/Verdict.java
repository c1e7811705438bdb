package org.consultrelay.relay.layers;

/** What becomes of a packet. */
public enum Verdict {
  /** It goes out, with the numbers that the {@link StreamSwitch} then has. */
  FORWARD,
  /**
   * It does not go out, but a number was kept free for it: a packet without payload takes it, or
   * the subscriber would wait and ask.
   */
  FILL,
  /** Nothing goes out. */
  DROP
}
