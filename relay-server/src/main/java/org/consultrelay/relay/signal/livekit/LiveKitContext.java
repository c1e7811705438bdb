package org.consultrelay.relay.signal.livekit;

import java.security.SecureRandom;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.signal.IceServers;

/**
 * What all sessions of this door share.
 *
 * @param counters what is counted of signalling
 * @param data what is counted of data
 * @param random for numbers that must not be guessed
 * @param tokens makes fresh tokens for those who are in
 * @param iceServers what clients are told of besides the relay itself
 * @param development whether clients may ask for faults to be simulated
 */
record LiveKitContext(
    SignalCounters counters,
    DataCounters data,
    SecureRandom random,
    FreshTokens tokens,
    IceServers iceServers,
    boolean development) {
  /** Makes tokens that say what somebody is and may now. */
  @FunctionalInterface
  interface FreshTokens {
    /** A token of the API key that the first one was of. */
    String issue(String apiKey, Grants grants);
  }
}
