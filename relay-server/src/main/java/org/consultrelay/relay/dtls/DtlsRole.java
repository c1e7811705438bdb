package org.consultrelay.relay.dtls;

/** Who sends the ClientHello: {@code a=setup} as negotiated (RFC 8842 §5). */
public enum DtlsRole {
  /** We are the DTLS client: our side of the SDP says {@code active}. */
  CLIENT,
  /** We are the DTLS server and choose the SRTP profile: our side says {@code passive}. */
  SERVER
}
