package org.consultrelay.relay.stun;

import org.jspecify.annotations.Nullable;

/** What a message is about (IANA "STUN Methods"). Those that we speak. */
public enum StunMethod {
  /** Address discovery, ICE checks, consent (RFC 8489 §3, RFC 8445 §7, RFC 7675). */
  BINDING(0x001);

  private final int code;

  StunMethod(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  static @Nullable StunMethod ofCode(int code) {
    return code == BINDING.code ? BINDING : null;
  }
}
