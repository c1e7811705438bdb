package org.consultrelay.relay.dtls;

import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/**
 * The random source for certificates and handshakes, one for the relay.
 *
 * <p>{@code NativePRNGNonBlocking} where the JDK has it (Linux, macOS): the kernel's own generator
 * through {@code /dev/urandom}. It never waits for entropy, not even to seed (the JDK's {@code
 * NativePRNG} seeds from {@code /dev/random}), keeps no state of ours that a cloned virtual machine
 * would repeat, and its lock is held for a buffered read only. Elsewhere the JDK's DRBG (SP
 * 800-90A), which is thread-safe and seeds itself once.
 */
public final class DtlsRandom {
  private DtlsRandom() {}

  /** A new source; make one at start and share it. */
  public static SecureRandom create() {
    try {
      return SecureRandom.getInstance("NativePRNGNonBlocking");
    } catch (NoSuchAlgorithmException e) {
      return drbg();
    }
  }

  private static SecureRandom drbg() {
    try {
      return SecureRandom.getInstance("DRBG");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK since 9 has a DRBG", e);
    }
  }
}
