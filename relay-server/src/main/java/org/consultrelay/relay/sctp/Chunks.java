package org.consultrelay.relay.sctp;

/** Numbers of chunks, their parameters and error causes (RFC 9260 §3, RFC 3758, RFC 6525). */
final class Chunks {
  static final int DATA = 0;
  static final int INIT = 1;
  static final int INIT_ACK = 2;
  static final int SACK = 3;
  static final int HEARTBEAT = 4;
  static final int HEARTBEAT_ACK = 5;
  static final int ABORT = 6;
  static final int SHUTDOWN = 7;
  static final int SHUTDOWN_ACK = 8;
  static final int ERROR = 9;
  static final int COOKIE_ECHO = 10;
  static final int COOKIE_ACK = 11;
  static final int SHUTDOWN_COMPLETE = 14;
  static final int RE_CONFIG = 130;
  static final int FORWARD_TSN = 192;

  /** The common header before the first chunk. */
  static final int PACKET_HEADER = 12;

  /** Type, flags and length of a chunk, or type and length of a parameter. */
  static final int HEADER = 4;

  /** All of a DATA chunk before its payload. */
  static final int DATA_HEADER = 16;

  // Flags of DATA.
  static final int END = 1;
  static final int BEGIN = 2;
  static final int UNORDERED = 4;
  static final int IMMEDIATE = 8;

  /** Of ABORT and SHUTDOWN COMPLETE: the tag is the receiver's own (RFC 9260 §8.5.1). */
  static final int REFLECTED = 1;

  // Parameters of INIT and INIT ACK.
  static final int STATE_COOKIE = 7;
  static final int UNRECOGNIZED_PARAMETER = 8;
  static final int SUPPORTED_EXTENSIONS = 0x8008;
  static final int FORWARD_TSN_SUPPORTED = 0xC000;

  /** The one parameter of HEARTBEAT. */
  static final int HEARTBEAT_INFO = 1;

  // Parameters of RE-CONFIG.
  static final int OUTGOING_RESET = 13;
  static final int INCOMING_RESET = 14;
  static final int TSN_RESET = 15;
  static final int RECONFIG_RESPONSE = 16;
  static final int ADD_OUTGOING = 17;
  static final int ADD_INCOMING = 18;

  // Causes of ERROR and ABORT.
  static final int INVALID_STREAM = 1;
  static final int STALE_COOKIE = 3;
  static final int OUT_OF_RESOURCE = 4;
  static final int UNRECOGNIZED_CHUNK = 6;
  static final int INVALID_MANDATORY_PARAMETER = 7;
  static final int NO_USER_DATA = 9;
  static final int USER_INITIATED = 12;
  static final int PROTOCOL_VIOLATION = 13;

  private Chunks() {}

  /** Whether what is not known of this chunk's or parameter's number lets the rest be read. */
  static boolean skips(int highBits) {
    return (highBits & 2) != 0;
  }

  /** Whether what is not known is to be reported (RFC 9260 §3.2, §3.2.1). */
  static boolean reports(int highBits) {
    return (highBits & 1) != 0;
  }

  /** A length with its padding. */
  static int padded(int length) {
    return length + 3 & ~3;
  }
}
