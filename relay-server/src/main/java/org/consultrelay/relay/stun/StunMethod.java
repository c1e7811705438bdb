package org.consultrelay.relay.stun;

import org.jspecify.annotations.Nullable;

/** What a message is about (IANA "STUN Methods"). Those that we speak. */
public enum StunMethod {
  /** Address discovery, ICE checks, consent (RFC 8489 §3, RFC 8445 §7, RFC 7675). */
  BINDING(0x001),
  /** A relayed transport address is wanted (RFC 8656 §7). */
  ALLOCATE(0x003),
  /** An allocation is wanted for longer, or no more (RFC 8656 §8). */
  REFRESH(0x004),
  /** Data for a peer; an indication (RFC 8656 §11). */
  SEND(0x006),
  /** Data of a peer; an indication (RFC 8656 §11). */
  DATA(0x007),
  /** Peers may send to the relayed address (RFC 8656 §10). */
  CREATE_PERMISSION(0x008),
  /** A number stands for a peer (RFC 8656 §12). */
  CHANNEL_BIND(0x009);

  private static final StunMethod[] BY_CODE = new StunMethod[0x00A];

  static {
    for (StunMethod method : values()) {
      BY_CODE[method.code] = method;
    }
  }

  private final int code;

  StunMethod(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  static @Nullable StunMethod ofCode(int code) {
    return code < BY_CODE.length ? BY_CODE[code] : null;
  }
}
