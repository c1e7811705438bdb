package org.consultrelay.relay.net;

/** Gives the runs of a send batch to a socket. */
public interface Transmitter {
  /**
   * Sends every run of the batch or counts why not; afterwards the batch is empty. Never throws.
   */
  void transmit(SendBatch batch);
}
