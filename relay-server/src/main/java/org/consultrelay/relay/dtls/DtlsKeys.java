package org.consultrelay.relay.dtls;

import java.util.Arrays;

/**
 * What a finished handshake gives: the SRTP profile and the keying material exported for it (RFC
 * 5764 §4.2: client key, server key, client salt, server salt).
 *
 * @param srtpProfile the number from IANA's DTLS-SRTP registry: 1 AES128_CM_HMAC_SHA1_80, 2
 *     AES128_CM_HMAC_SHA1_32, 7 AEAD_AES_128_GCM, 8 AEAD_AES_256_GCM; 0 if no SRTP was asked for
 * @param material twice key and salt; empty if there is no profile. Not copied.
 * @param role ours: decides which half is whose
 * @param cipherSuite of the DTLS records, IANA's number
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once; compared nowhere
public record DtlsKeys(int srtpProfile, byte[] material, DtlsRole role, int cipherSuite) {
  /** Checks the profile and the material's length. */
  public DtlsKeys {
    int length = materialLength(srtpProfile);
    if (material.length != length) {
      throw new IllegalArgumentException(material.length + " bytes for profile " + srtpProfile);
    }
  }

  /** Whether we know the profile's lengths: 1, 2, 7 or 8. */
  public static boolean isKnown(int srtpProfile) {
    return keyLength(srtpProfile) > 0;
  }

  /** Bytes to export for a profile: twice its key and salt; 0 for profile 0. */
  public static int materialLength(int srtpProfile) {
    return 2 * (keyLength(srtpProfile) + saltLength(srtpProfile));
  }

  /** Bytes of a profile's master key (RFC 5764 §4.1.2, RFC 7714 §14.2). */
  public static int keyLength(int srtpProfile) {
    return switch (srtpProfile) {
      case 1, 2, 7 -> 16;
      case 8 -> 32;
      default -> 0;
    };
  }

  /** Bytes of a profile's master salt. */
  public static int saltLength(int srtpProfile) {
    return switch (srtpProfile) {
      case 1, 2 -> 14;
      case 7, 8 -> 12;
      default -> 0;
    };
  }

  /** The master key that we protect with. */
  public byte[] localKey() {
    return key(role == DtlsRole.CLIENT);
  }

  /** The master salt that we protect with. */
  public byte[] localSalt() {
    return salt(role == DtlsRole.CLIENT);
  }

  /** The master key that the peer protects with. */
  public byte[] remoteKey() {
    return key(role == DtlsRole.SERVER);
  }

  /** The master salt that the peer protects with. */
  public byte[] remoteSalt() {
    return salt(role == DtlsRole.SERVER);
  }

  private byte[] key(boolean clients) {
    int length = keyLength(srtpProfile);
    int from = clients ? 0 : length;
    return Arrays.copyOfRange(material, from, from + length);
  }

  private byte[] salt(boolean clients) {
    int length = saltLength(srtpProfile);
    int from = 2 * keyLength(srtpProfile) + (clients ? 0 : length);
    return Arrays.copyOfRange(material, from, from + length);
  }

  /** Without the secrets. */
  @Override
  public String toString() {
    return "DtlsKeys[srtpProfile=" + srtpProfile + ", role=" + role + "]";
  }
}
