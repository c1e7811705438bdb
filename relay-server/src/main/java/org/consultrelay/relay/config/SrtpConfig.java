package org.consultrelay.relay.config;

/**
 * Encryption of media.
 *
 * @param ciphers which code does it
 */
public record SrtpConfig(CipherChoice ciphers) {
  static SrtpConfig read(SettingReader settings) {
    return new SrtpConfig(settings.choice("srtp.ciphers", CipherChoice.AUTO));
  }
}
