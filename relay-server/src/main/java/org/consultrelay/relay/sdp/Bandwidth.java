package org.consultrelay.relay.sdp;

/**
 * A proposed bandwidth, {@code b=} (RFC 8866 §5.8).
 *
 * @param type {@code AS} (value in kbit/s), {@code TIAS} (value in bit/s), or another
 * @param value 0 or more, in the type's unit
 */
public record Bandwidth(String type, long value) {
  /** Checks type and value. */
  public Bandwidth {
    SdpText.requireToken(type, "a bandwidth type");
    if (value < 0) {
      throw new IllegalArgumentException("bandwidth " + value);
    }
  }
}
