package org.consultrelay.relay.sdp;

/** Which side of the DTLS handshake the relay is (RFC 8842 §5.3). */
public enum DtlsRole {
  /** The relay sends the ClientHello: {@code a=setup:active} in its answer. */
  CLIENT,
  /** The relay waits for the ClientHello: {@code a=setup:passive} in its answer. */
  SERVER;

  /** What an answer of the relay's says in {@code a=setup}. */
  public DtlsSetup setup() {
    return this == CLIENT ? DtlsSetup.ACTIVE : DtlsSetup.PASSIVE;
  }
}
