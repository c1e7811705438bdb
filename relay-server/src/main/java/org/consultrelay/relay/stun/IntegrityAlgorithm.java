package org.consultrelay.relay.stun;

/** Which of the two integrity attributes (RFC 8489 §14.5, §14.6). */
public enum IntegrityAlgorithm {
  /** MESSAGE-INTEGRITY: HMAC-SHA1, the one that ICE uses. */
  SHA1(0x0008, 20, "HmacSHA1"),
  /** MESSAGE-INTEGRITY-SHA256, never truncated here. */
  SHA256(0x001C, 32, "HmacSHA256");

  private final int attributeType;
  private final int length;
  private final String mac;

  IntegrityAlgorithm(int attributeType, int length, String mac) {
    this.attributeType = attributeType;
    this.length = length;
    this.mac = mac;
  }

  int attributeType() {
    return attributeType;
  }

  /** Bytes of the digest. */
  int length() {
    return length;
  }

  /** The name that the JDK knows it by. */
  String mac() {
    return mac;
  }
}
