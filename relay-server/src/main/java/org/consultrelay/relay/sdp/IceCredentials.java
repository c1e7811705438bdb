package org.consultrelay.relay.sdp;

/**
 * The short-term credentials of one side for one ICE generation (RFC 8839 §5.4).
 *
 * @param ufrag 4 to 256 ice-chars
 * @param pwd 22 to 256 ice-chars; a secret, so {@link #toString()} leaves it out
 */
public record IceCredentials(String ufrag, String pwd) {
  /** Insists on the lengths and characters of RFC 8839 §5.4. */
  public IceCredentials {
    if (!isUfrag(ufrag)) {
      throw new IllegalArgumentException("an ICE ufrag cannot be " + SdpText.quote(ufrag));
    }
    if (!isPwd(pwd)) {
      throw new IllegalArgumentException("an ICE password must be 22 to 256 ice-chars");
    }
  }

  static boolean isUfrag(String text) {
    return SdpText.isIceText(text, 4, 256);
  }

  static boolean isPwd(String text) {
    return SdpText.isIceText(text, 22, 256);
  }

  @Override
  public String toString() {
    return "IceCredentials[" + ufrag + "]";
  }
}
