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

  /** An event has not been taken. The message is short and says why, without names. */
  final class FailedException extends Exception {
    private static final long serialVersionUID = 1;

    FailedException(String message) {
      super(message);
    }
  }
}
