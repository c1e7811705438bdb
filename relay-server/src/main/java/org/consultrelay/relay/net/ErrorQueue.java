package org.consultrelay.relay.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.consultrelay.relay.net.MessageLayout.CONTROL;
import static org.consultrelay.relay.net.MessageLayout.CONTROL_LENGTH;
import static org.consultrelay.relay.net.MessageLayout.HEADER_BYTES;
import static org.consultrelay.relay.net.MessageLayout.NAME_BYTES;
import static org.consultrelay.relay.net.MessageLayout.NAME_LENGTH;
import static org.consultrelay.relay.net.MessageLayout.header;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the network said about packets that left by a socket ({@code IP_RECVERR}), for all
 * ports of a loop in turn: an array of {@code struct mmsghdr}, each with room for the address that
 * the packet was going to and for a {@code struct sock_extended_err}. What the packet was is not
 * read.
 */
final class ErrorQueue {
  /** The most that is read at once; what is left makes the socket report again. */
  private static final int BATCH = 32;

  // What belongs to a header sits in a block of its own: address, control message.
  private static final int BLOCK_BYTES = 160;
  private static final int CONTROL_AT = 32;
  private static final int CONTROL_BYTES = 128;

  // struct cmsghdr { size_t len; int level; int type; } and what is in it
  private static final int LEVEL_AT = CONTROL_AT + 8;
  private static final int TYPE_AT = CONTROL_AT + 12;
  private static final int ERROR_AT = CONTROL_AT + 16;
  private static final long CONTROL_MESSAGE_BYTES = 32;
  private static final int IPPROTO_IP = 0;
  private static final int IP_RECVERR = 11;
  private static final int IPPROTO_IPV6 = 41;
  private static final int IPV6_RECVERR = 25;

  // Who said it.
  private static final int LOCAL = 1;
  private static final int ICMP = 2;
  private static final int ICMP6 = 3;

  private static final int UNREACHABLE = 3;
  private static final int FRAGMENTATION_NEEDED = 4;
  private static final int PACKET_TOO_BIG6 = 2;

  private final MemorySegment headers;
  private final MemorySegment blocks;

  // Who this host's last word in a batch was about.
  private long lastLocalHigh;
  private long lastLocalLow;

  ErrorQueue(Arena arena) {
    headers = arena.allocate((long) BATCH * HEADER_BYTES, 64);
    blocks = arena.allocate((long) BATCH * BLOCK_BYTES, 64);
    for (int i = 0; i < BATCH; i++) {
      long block = blocks.address() + (long) i * BLOCK_BYTES;
      headers.set(JAVA_LONG, header(i), block);
      headers.set(JAVA_LONG, header(i) + CONTROL, block + CONTROL_AT);
    }
  }

  /**
   * Reads one batch and hands it over.
   *
   * @param tooLong where a packet was going that this host found too long: an IPv4 socket does not
   *     name its port; null when there was none
   */
  void drain(int fd, @Nullable Destination tooLong, DatagramHandler handler, long nowNanos) {
    for (int i = 0; i < BATCH; i++) {
      long header = header(i);
      headers.set(JAVA_INT, header + NAME_LENGTH, NAME_BYTES);
      headers.set(JAVA_LONG, header + CONTROL_LENGTH, CONTROL_BYTES);
    }
    lastLocalHigh = 0;
    lastLocalLow = 0;
    int count = LinuxCalls.recvErrors(fd, headers.address(), BATCH);
    for (int i = 0; i < count; i++) {
      if (headers.get(JAVA_LONG, header(i) + CONTROL_LENGTH) >= CONTROL_MESSAGE_BYTES) {
        tell((long) i * BLOCK_BYTES, tooLong, handler, nowNanos);
      }
    }
  }

  private void tell(
      long block, @Nullable Destination tooLong, DatagramHandler handler, long nowNanos) {
    int level = blocks.get(JAVA_INT, block + LEVEL_AT);
    int kind = blocks.get(JAVA_INT, block + TYPE_AT);
    if (!(level == IPPROTO_IP && kind == IP_RECVERR)
        && !(level == IPPROTO_IPV6 && kind == IPV6_RECVERR)) {
      return;
    }
    long high = LinuxSocket.high(blocks, block);
    long low = LinuxSocket.low(blocks, block);
    int port = LinuxSocket.port(blocks, block);
    // struct sock_extended_err { u32 errno; u8 origin, type, code, pad; u32 info; u32 data; }
    long error = block + ERROR_AT;
    int type = Bytes.u8(blocks, error + 5);
    int code = Bytes.u8(blocks, error + 6);
    boolean ipv6;
    switch (Bytes.u8(blocks, error + 4)) {
      case ICMP -> ipv6 = false;
      case ICMP6 -> ipv6 = true;
      case LOCAL -> {
        // A packet that is tried again is found too long again.
        if (blocks.get(JAVA_INT, error) != Errno.EMSGSIZE
            || (high == lastLocalHigh && low == lastLocalLow)) {
          return;
        }
        lastLocalHigh = high;
        lastLocalLow = low;
        // This host is the first hop: it says what a router would.
        ipv6 = !new TransportAddress(high, low, port).isIpv4();
        type = ipv6 ? PACKET_TOO_BIG6 : UNREACHABLE;
        code = ipv6 ? 0 : FRAGMENTATION_NEEDED;
        if (port == 0 && tooLong != null && isTo(tooLong.address(), high, low)) {
          port = tooLong.address().port();
        }
      }
      default -> {
        return;
      }
    }
    boolean ofLength =
        ipv6 ? type == PACKET_TOO_BIG6 : type == UNREACHABLE && code == FRAGMENTATION_NEEDED;
    int mtu = ofLength ? blocks.get(JAVA_INT, error + 8) : 0;
    handler.onIcmp(high, low, port, type, code, mtu, nowNanos);
  }

  private static boolean isTo(TransportAddress address, long high, long low) {
    return address.high() == high && address.low() == low;
  }
}
