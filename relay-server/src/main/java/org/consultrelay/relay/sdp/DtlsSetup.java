package org.consultrelay.relay.sdp;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The values of {@code a=setup} (RFC 4145 §4, RFC 8842 §5). */
public enum DtlsSetup {
  /** Either role; only in offers. */
  ACTPASS,
  /** The writer is the DTLS client. */
  ACTIVE,
  /** The writer is the DTLS server. */
  PASSIVE,
  /** No connection for now; not allowed with DTLS (RFC 8842 §4). */
  HOLDCONN;

  static @Nullable DtlsSetup parse(String token) {
    for (DtlsSetup setup : values()) {
      if (setup.token().equals(token)) {
        return setup;
      }
    }
    return null;
  }

  /** The word in the attribute. */
  public String token() {
    return name().toLowerCase(Locale.ROOT);
  }
}
