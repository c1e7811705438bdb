package org.consultrelay.relay;

import org.consultrelay.relay.config.RelayConfig;

/** Starts a relay: what the command line needs to know of one. */
@FunctionalInterface
public interface RelayStarter {
  /**
   * Starts and returns once it is ready, leaving threads behind that keep the process alive.
   *
   * @throws Exception with a message for people when it cannot start
   */
  void start(RelayConfig config) throws Exception;
}
