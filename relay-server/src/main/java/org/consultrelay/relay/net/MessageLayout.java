package org.consultrelay.relay.net;

/**
 * Where the fields of a {@code struct mmsghdr} stand, as x86-64 and aarch64 Linux lay it out, in
 * bytes from its begin: a {@code struct msghdr} and the length of what was sent or received. The
 * first field is the address of the socket address.
 */
final class MessageLayout {
  static final int HEADER_BYTES = 64;
  static final int NAME_LENGTH = 8;
  static final int IOV = 16;
  static final int IOV_LENGTH = 24;
  static final int CONTROL = 32;
  static final int CONTROL_LENGTH = 40;
  static final int FLAGS = 48;
  static final int MESSAGE_LENGTH = 56;

  /** Room for a socket address of either family. */
  static final int NAME_BYTES = 32;

  /** The level of UDP's control messages. */
  static final int SOL_UDP = 17;

  private MessageLayout() {}

  /** Where the header of this index is in an array of them. */
  static long header(int index) {
    return (long) index * HEADER_BYTES;
  }
}
