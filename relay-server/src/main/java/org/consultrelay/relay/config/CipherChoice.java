package org.consultrelay.relay.config;

/** Which code encrypts media. */
public enum CipherChoice {
  /** Libcrypto where the machine has it (and so AES-GCM), the JDK's elsewhere. */
  AUTO,
  /** The JDK's only: AES_CM_128_HMAC_SHA1_80 is then the one profile offered. */
  JAVA
}
