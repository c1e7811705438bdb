package org.consultrelay.relay.srtp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ciphers that this machine has: where senders and receivers come from. One for the process;
 * any thread may use it.
 */
public final class SrtpCiphers {
  private final PacketCipher.@Nullable Factory gcm;
  private final List<SrtpProfile> profiles;
  private final String description;

  /** With this GCM, untested, or none. */
  SrtpCiphers(PacketCipher.@Nullable Factory gcm, String description) {
    this.gcm = gcm;
    this.description = description;
    this.profiles =
        gcm == null
            ? List.of(SrtpProfile.AES_CM_128_HMAC_SHA1_80)
            : List.of(SrtpProfile.AEAD_AES_128_GCM, SrtpProfile.AES_CM_128_HMAC_SHA1_80);
  }

  /**
   * Looks for libcrypto of OpenSSL 3 or later. Without it, or when its AES-GCM disagrees with the
   * JCE's, GCM is not offered and {@link #description()} says why. Never throws.
   */
  public static SrtpCiphers detect() {
    try {
      if (Libcrypto.isPresent()) {
        return withGcm(AesGcm::new, Libcrypto.version());
      }
      return new SrtpCiphers(null, describeWithout("there is no libcrypto of OpenSSL 3 here"));
    } catch (LinkageError e) {
      return new SrtpCiphers(null, describeWithout("this Java cannot call libcrypto: " + e));
    }
  }

  /** The cipher that needs nothing but Java: AES_CM_128_HMAC_SHA1_80 alone. */
  public static SrtpCiphers pureJava() {
    return new SrtpCiphers(null, describeWithout("pure Java was asked for"));
  }

  /** With a GCM that is offered if it agrees with the JCE's. */
  static SrtpCiphers withGcm(PacketCipher.Factory gcm, String library) {
    SrtpCiphers ciphers =
        new SrtpCiphers(
            gcm, "SRTP: AEAD_AES_128_GCM with " + library + ", AES_CM_128_HMAC_SHA1_80 in Java");
    try {
      SrtpSelfTest.compare(ciphers, SrtpProfile.AEAD_AES_128_GCM);
      return ciphers;
    } catch (RuntimeException e) {
      return new SrtpCiphers(
          null, describeWithout(library + " failed its self-test: " + e.getMessage()));
    }
  }

  private static String describeWithout(String reason) {
    return "SRTP: AES_CM_128_HMAC_SHA1_80 in Java; AEAD_AES_128_GCM is not offered, for " + reason;
  }

  /** What can be offered to peers, the preferred one first. */
  public List<SrtpProfile> profiles() {
    return profiles;
  }

  /** Whether AES-GCM runs in libcrypto here. */
  public boolean hasLibcrypto() {
    return gcm != null;
  }

  /** One line for the start log: what runs in what, or why not. */
  public String description() {
    return description;
  }

  /**
   * A sender for packets to the peer. The caller closes it.
   *
   * @throws IllegalArgumentException when the keys are for a profile that is not here
   */
  public SrtpSender sender(SrtpKeys keys) {
    return sender(SessionKey.forRtp(keys), SessionKey.forRtcp(keys));
  }

  /**
   * A receiver for packets from the peer. The caller closes it.
   *
   * @throws IllegalArgumentException when the keys are for a profile that is not here
   */
  public SrtpReceiver receiver(SrtpKeys keys) {
    return receiver(SessionKey.forRtp(keys), SessionKey.forRtcp(keys));
  }

  /**
   * Compares every cipher with the JCE's; to be called at start, before the first peer.
   *
   * @return how many packets were compared
   * @throws IllegalStateException when a cipher disagrees
   */
  public int selfTest() {
    return SrtpSelfTest.compare(this);
  }

  /**
   * Runs enough packets through every cipher to have it compiled. Takes some tenths of a second of
   * one processor.
   *
   * @return how many packets
   * @throws IllegalStateException when one comes back otherwise than it went in
   */
  public int warmUp() {
    return SrtpSelfTest.warmUp(this);
  }

  /** A sender with session keys given, as published vectors do. */
  SrtpSender sender(SessionKey rtp, SessionKey rtcp) {
    return new SrtpSender(rtp.profile(), cipher(rtp, true), cipher(rtcp, true));
  }

  /** A receiver with session keys given, as published vectors do. */
  SrtpReceiver receiver(SessionKey rtp, SessionKey rtcp) {
    return new SrtpReceiver(rtp.profile(), cipher(rtp, false), cipher(rtcp, false));
  }

  private PacketCipher cipher(SessionKey key, boolean seals) {
    return switch (key.profile()) {
      case AES_CM_128_HMAC_SHA1_80 -> new AesCmHmacSha1(key);
      case AEAD_AES_128_GCM -> {
        if (gcm == null) {
          throw new IllegalArgumentException(description);
        }
        yield gcm.create(key, seals);
      }
    };
  }
}
