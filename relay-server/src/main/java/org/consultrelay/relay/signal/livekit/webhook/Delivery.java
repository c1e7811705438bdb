package org.consultrelay.relay.signal.livekit.webhook;

/** Brings an event to a receiver. */
@FunctionalInterface
interface Delivery {
  /**
   * Sends it and waits for the answer.
   *
   * @param json the event
   * @throws FailedException when the receiver has not taken it, or not said so
   */
  void deliver(String json) throws FailedException;

  /** An event has not been taken; the reason is fit for the log. */
  final class FailedException extends Exception {
    private static final long serialVersionUID = 1;

    private final String reason;

    FailedException(String reason) {
      super(reason);
      this.reason = reason;
    }

    /** Why not, in a few words. */
    String reason() {
      return reason;
    }
  }
}
