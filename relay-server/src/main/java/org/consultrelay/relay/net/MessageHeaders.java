package org.consultrelay.relay.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.consultrelay.relay.net.MessageLayout.CONTROL;
import static org.consultrelay.relay.net.MessageLayout.CONTROL_LENGTH;
import static org.consultrelay.relay.net.MessageLayout.HEADER_BYTES;
import static org.consultrelay.relay.net.MessageLayout.IOV;
import static org.consultrelay.relay.net.MessageLayout.IOV_LENGTH;
import static org.consultrelay.relay.net.MessageLayout.MESSAGE_LENGTH;
import static org.consultrelay.relay.net.MessageLayout.NAME_BYTES;
import static org.consultrelay.relay.net.MessageLayout.NAME_LENGTH;
import static org.consultrelay.relay.net.MessageLayout.SOL_UDP;
import static org.consultrelay.relay.net.MessageLayout.header;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * An array of {@code struct mmsghdr}, as x86-64 and aarch64 Linux lay it out, each with one iovec,
 * room for a socket address and room for one small control message. What never changes is written
 * once.
 */
final class MessageHeaders {
  // What belongs to a header sits in a block of its own: iovec, address, control message.
  private static final int BLOCK_BYTES = 80;
  private static final int NAME_AT = 16;
  private static final int CONTROL_AT = 48;

  /** A control message with two bytes of payload: its header and its length when padded. */
  private static final long CONTROL_HEADER_BYTES = 16;

  private static final long CONTROL_SPACE = 24;
  private static final int UDP_SEGMENT = 103;

  private final MemorySegment headers;
  private final MemorySegment blocks;
  private final long controlAddress;

  MessageHeaders(int count, Arena arena) {
    headers = arena.allocate((long) count * HEADER_BYTES, 64);
    blocks = arena.allocate((long) count * BLOCK_BYTES, 64);
    controlAddress = blocks.address() + CONTROL_AT;
    for (int i = 0; i < count; i++) {
      long header = header(i);
      long block = block(i);
      headers.set(JAVA_LONG, header, blocks.address() + block + NAME_AT);
      headers.set(JAVA_INT, header + NAME_LENGTH, NAME_BYTES);
      headers.set(JAVA_LONG, header + IOV, blocks.address() + block);
      headers.set(JAVA_LONG, header + IOV_LENGTH, 1);
      // struct cmsghdr { size_t len; int level; int type; } and a u16
      blocks.set(JAVA_LONG, block + CONTROL_AT, CONTROL_HEADER_BYTES + 2);
      blocks.set(JAVA_INT, block + CONTROL_AT + 8, SOL_UDP);
      blocks.set(JAVA_INT, block + CONTROL_AT + 12, UDP_SEGMENT);
    }
  }

  private static long block(int index) {
    return (long) index * BLOCK_BYTES;
  }

  /** Where the header of this index is, for a system call. */
  long address(int index) {
    return headers.address() + header(index);
  }

  /** Points the header at its bytes. */
  void data(int index, long address, long length) {
    long block = block(index);
    blocks.set(JAVA_LONG, block, address);
    blocks.set(JAVA_LONG, block + 8, length);
  }

  /** Writes the destination as a sockaddr_in or a sockaddr_in6. */
  void destination(int index, Destination to, boolean inet6) {
    long name = block(index) + NAME_AT;
    if (inet6) {
      blocks.set(JAVA_LONG, name, to.inet6First);
      blocks.set(JAVA_LONG, name + 8, to.inet6Second);
      blocks.set(JAVA_LONG, name + 16, to.inet6Third);
      headers.set(JAVA_INT, header(index) + NAME_LENGTH, Destination.SOCKADDR_IN6_BYTES);
    } else {
      blocks.set(JAVA_LONG, name, to.inet);
      headers.set(JAVA_INT, header(index) + NAME_LENGTH, Destination.SOCKADDR_IN_BYTES);
    }
  }

  /** Says that the bytes are packets of this size end to end; 0: they are one packet. */
  void segmentSize(int index, int bytes) {
    long header = header(index);
    if (bytes == 0) {
      headers.set(JAVA_LONG, header + CONTROL, 0);
      headers.set(JAVA_LONG, header + CONTROL_LENGTH, 0);
    } else {
      headers.set(JAVA_LONG, header + CONTROL, controlAddress + block(index));
      headers.set(JAVA_LONG, header + CONTROL_LENGTH, CONTROL_SPACE);
      blocks.set(JAVA_SHORT, block(index) + CONTROL_AT + CONTROL_HEADER_BYTES, (short) bytes);
    }
  }

  /** The socket address of a received message: its bytes begin at this offset in {@link #names}. */
  static long nameOffset(int index) {
    return block(index) + NAME_AT;
  }

  /** The memory that socket addresses are in. */
  MemorySegment names() {
    return blocks;
  }

  /** The length of a received message. */
  int length(int index) {
    return headers.get(JAVA_INT, header(index) + MESSAGE_LENGTH);
  }
}
