package org.consultrelay.relay.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.consultrelay.relay.net.MessageLayout.CONTROL;
import static org.consultrelay.relay.net.MessageLayout.CONTROL_LENGTH;
import static org.consultrelay.relay.net.MessageLayout.FLAGS;
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
 * An array of {@code struct mmsghdr} to receive into, as x86-64 and aarch64 Linux lay it out. Each
 * has a first place for its bytes that may change, a second that is always there for what the first
 * does not hold, and room for a socket address and for the control message of {@code UDP_GRO}: the
 * kernel may hand over a run of packets from one sender as one message.
 */
final class ReceiveHeaders {
  /** The most bytes of one message: what UDP can carry. */
  static final int MESSAGE_BYTES = 65_536;

  // What belongs to a header sits in a block of its own: two iovecs, address, control message.
  private static final int BLOCK_BYTES = 96;
  private static final int SECOND_IOV_AT = 16;
  private static final int NAME_AT = 32;
  private static final int CONTROL_AT = 64;
  private static final int CONTROL_BYTES = 24;
  private static final long CONTROL_MESSAGE_BYTES = 20;
  private static final int UDP_GRO = 104;

  private final int count;
  private final int first;
  private final MemorySegment headers;
  private final MemorySegment blocks;
  private final MemorySegment runs;

  /**
   * Headers whose first places are not yet there.
   *
   * @param count how many
   * @param first the bytes that a first place holds
   */
  ReceiveHeaders(int count, int first, Arena arena) {
    this.count = count;
    this.first = first;
    headers = arena.allocate((long) count * HEADER_BYTES, 64);
    blocks = arena.allocate((long) count * BLOCK_BYTES, 64);
    // Reserved, not touched: only what runs really fill becomes memory.
    runs = PacketMemory.reserve(Math.multiplyExact(count, first + MESSAGE_BYTES), arena);
    for (int i = 0; i < count; i++) {
      long header = header(i);
      long block = block(i);
      headers.set(JAVA_LONG, header, blocks.address() + block + NAME_AT);
      headers.set(JAVA_LONG, header + IOV, blocks.address() + block);
      headers.set(JAVA_LONG, header + IOV_LENGTH, 2);
      headers.set(JAVA_LONG, header + CONTROL, blocks.address() + block + CONTROL_AT);
      blocks.set(JAVA_LONG, block + 8, first);
      blocks.set(JAVA_LONG, block + SECOND_IOV_AT, runs.address() + run(i) + first);
      blocks.set(JAVA_LONG, block + SECOND_IOV_AT + 8, MESSAGE_BYTES - first);
    }
    reset(count);
  }

  private static long block(int index) {
    return (long) index * BLOCK_BYTES;
  }

  /** Where the run of a message stands in {@link #runs()}, but for its first place. */
  long run(int index) {
    return (long) index * (first + MESSAGE_BYTES);
  }

  /** The memory of second places, each behind room for the first. */
  MemorySegment runs() {
    return runs;
  }

  /** Where the headers are, for a system call. */
  long address() {
    return headers.address();
  }

  /** Makes the first so many ready for the next call, which has written into them. */
  void reset(int used) {
    for (int i = 0; i < used && i < count; i++) {
      headers.set(JAVA_LONG, header(i) + CONTROL_LENGTH, CONTROL_BYTES);
      // An IPv4 socket has left the length of its addresses, and the next may be an IPv6 one.
      headers.set(JAVA_INT, header(i) + NAME_LENGTH, NAME_BYTES);
    }
  }

  /** Points the first place. */
  void place(int index, long address) {
    blocks.set(JAVA_LONG, block(index), address);
  }

  /** The socket address of a message: its bytes begin at this offset in {@link #names}. */
  static long nameOffset(int index) {
    return block(index) + NAME_AT;
  }

  /** The memory that socket addresses are in. */
  MemorySegment names() {
    return blocks;
  }

  /** The flags of a message. */
  int flags(int index) {
    return headers.get(JAVA_INT, header(index) + FLAGS);
  }

  /** The bytes of a message. */
  int length(int index) {
    return headers.get(JAVA_INT, header(index) + MESSAGE_LENGTH);
  }

  /** The bytes of each packet of a run but the last, which may be shorter; 0: it is one packet. */
  int segmentSize(int index) {
    long control = block(index) + CONTROL_AT;
    if (headers.get(JAVA_LONG, header(index) + CONTROL_LENGTH) < CONTROL_MESSAGE_BYTES
        || blocks.get(JAVA_INT, control + 8) != SOL_UDP
        || blocks.get(JAVA_INT, control + 12) != UDP_GRO) {
      return 0;
    }
    return blocks.get(JAVA_INT, control + 16);
  }
}
