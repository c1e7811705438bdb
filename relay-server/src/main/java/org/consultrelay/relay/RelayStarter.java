package org.consultrelay.relay;

import org.consultrelay.relay.config.ConfigFiles;
import org.consultrelay.relay.config.RelayConfig;

/** Starts a relay: what the command line needs to know of one. */
@FunctionalInterface
public interface RelayStarter {
  /**
   * Starts and returns once it is ready, leaving threads behind that keep the process alive.
   *
   * @param files where the configuration was read from, to be read again
   * @throws Exception with a message for people when it cannot start
   */
  void start(RelayConfig config, ConfigFiles files) throws Exception;
}
