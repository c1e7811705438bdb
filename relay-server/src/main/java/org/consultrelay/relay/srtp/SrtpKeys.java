package org.consultrelay.relay.srtp;

import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The master key and master salt of one direction of one connection. Copies what it is given and
 * what it gives, and never prints it.
 *
 * @param profile which cipher they are for
 * @param masterKey {@link SrtpProfile#keyLength()} bytes
 * @param masterSalt {@link SrtpProfile#saltLength()} bytes
 */
@SuppressWarnings("ArrayRecordComponent") // copied in and out; equality is by content
public record SrtpKeys(SrtpProfile profile, byte[] masterKey, byte[] masterSalt) {

  /**
   * Copies the arrays.
   *
   * @throws IllegalArgumentException when a length is not the profile's
   */
  public SrtpKeys {
    if (masterKey.length != profile.keyLength() || masterSalt.length != profile.saltLength()) {
      throw new IllegalArgumentException(
          profile
              + " does not take key and salt of these lengths: "
              + masterKey.length
              + " and "
              + masterSalt.length);
    }
    masterKey = masterKey.clone();
    masterSalt = masterSalt.clone();
  }

  /**
   * What the DTLS client writes with: its share of the exporter's output (RFC 5764 section 4.2).
   *
   * @param keyingMaterial {@link #exporterLength} bytes exported under the label {@code
   *     EXTRACTOR-dtls_srtp}
   */
  public static SrtpKeys clientWrite(SrtpProfile profile, byte[] keyingMaterial) {
    return share(profile, keyingMaterial, 0);
  }

  /**
   * What the DTLS server writes with: its share of the exporter's output (RFC 5764 section 4.2).
   *
   * @param keyingMaterial as for {@link #clientWrite}
   */
  public static SrtpKeys serverWrite(SrtpProfile profile, byte[] keyingMaterial) {
    return share(profile, keyingMaterial, 1);
  }

  /** How many bytes to ask the DTLS exporter for: keys and salts of both directions. */
  public static int exporterLength(SrtpProfile profile) {
    return 2 * (profile.keyLength() + profile.saltLength());
  }

  // Client key, server key, client salt, server salt, in that order.
  private static SrtpKeys share(SrtpProfile profile, byte[] keyingMaterial, int side) {
    if (keyingMaterial.length != exporterLength(profile)) {
      throw new IllegalArgumentException(
          profile + " takes " + exporterLength(profile) + " bytes, not " + keyingMaterial.length);
    }
    int key = side * profile.keyLength();
    int salt = 2 * profile.keyLength() + side * profile.saltLength();
    return new SrtpKeys(
        profile,
        Arrays.copyOfRange(keyingMaterial, key, key + profile.keyLength()),
        Arrays.copyOfRange(keyingMaterial, salt, salt + profile.saltLength()));
  }

  @Override
  public byte[] masterKey() {
    return masterKey.clone();
  }

  @Override
  public byte[] masterSalt() {
    return masterSalt.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SrtpKeys keys
        && profile == keys.profile
        && MessageDigest.isEqual(masterKey, keys.masterKey)
        && MessageDigest.isEqual(masterSalt, keys.masterSalt);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(masterKey) + Arrays.hashCode(masterSalt);
  }

  @Override
  public String toString() {
    return "SrtpKeys[" + profile + "]";
  }
}
