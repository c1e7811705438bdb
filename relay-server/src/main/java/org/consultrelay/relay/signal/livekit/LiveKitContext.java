package org.consultrelay.relay.signal.livekit;

import java.security.SecureRandom;
import org.consultrelay.relay.api.TokenIssuer;
import org.consultrelay.relay.signal.IceServers;
import org.jspecify.annotations.Nullable;

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
  /** Who signs tokens that say what somebody is and may now. */
  @FunctionalInterface
  interface FreshTokens {
    /**
     * The API key that the first token was of, or one that has taken its place; null when there is
     * none any more.
     */
    @Nullable TokenIssuer signer(String apiKey, String room);
  }
}
