package org.consultrelay.relay.stun;

/** What kind of message it is: the two class bits of the message type (RFC 8489 §5). */
public enum StunClass {
  /** Asks for a response. */
  REQUEST(0x000),
  /** Asks for none. */
  INDICATION(0x010),
  /** Answers a request that was granted. */
  SUCCESS(0x100),
  /** Answers a request that was refused. */
  ERROR(0x110);

  private static final int MASK = 0x110;

  private final int bits;

  StunClass(int bits) {
    this.bits = bits;
  }

  static StunClass ofType(int type) {
    return switch (type & MASK) {
      case 0x000 -> REQUEST;
      case 0x010 -> INDICATION;
      case 0x100 -> SUCCESS;
      default -> ERROR;
    };
  }

  /** The method bits of a message type, closed up. */
  static int methodOfType(int type) {
    return (type & 0xF) | ((type & 0xE0) >> 1) | ((type & 0x3E00) >> 2);
  }

  /** The message type of this class with a method. */
  int type(int method) {
    return bits | (method & 0xF) | ((method & 0x70) << 1) | ((method & 0xF80) << 2);
  }
}
