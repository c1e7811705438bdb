package org.consultrelay.relay.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.BindException;
import org.consultrelay.relay.wire.Bytes;
import org.consultrelay.relay.wire.TransportAddress;

/** A non-blocking UDP socket of our own: opened, bound, its buffers set. */
final class LinuxSocket implements AutoCloseable {
  private static final int SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0x800 | 0x80000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_SNDBUF = 7;
  private static final int SO_RCVBUF = 8;
  private static final int SO_REUSEPORT = 15;
  private static final int SO_SNDBUFFORCE = 32;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int SO_MEMINFO = 55;
  private static final int MEMINFO_BYTES = 36;
  private static final int MEMINFO_DROPS_AT = 32;
  private static final int SOL_UDP = 17;
  private static final int UDP_GRO = 104;
  private static final int IPPROTO_IPV6 = 41;
  private static final int IPV6_V6ONLY = 26;

  private static final int IPV6_MTU_DISCOVER = 23;
  private static final int IPV6_RECVERR = 25;
  private static final int IPPROTO_IP = 0;
  private static final int IP_RECVERR = 11;
  private static final int IP_MTU_DISCOVER = 10;

  // What IP_MTU_DISCOVER and IPV6_MTU_DISCOVER may be.
  private static final int DONT = 0;
  private static final int DO = 2;
  private static final int OMIT = 5;

  private final int fd;
  private final boolean inet6;
  private final TransportAddress localAddress;
  private final SocketBuffers granted;
  private final MemorySegment memoryInfo = Arena.ofAuto().allocate(MEMINFO_BYTES, 8);
  private final MemorySegment memoryInfoLength = Arena.ofAuto().allocate(8, 8);
  private boolean closed;

  private LinuxSocket(int fd, boolean inet6, SocketBuffers asked) throws IOException {
    this.fd = fd;
    this.inet6 = inet6;
    this.localAddress = readLocalAddress();
    this.granted =
        new SocketBuffers(
            grow(SO_RCVBUFFORCE, SO_RCVBUF, asked.receiveBytes()),
            grow(SO_SNDBUFFORCE, SO_SNDBUF, asked.sendBytes()));
  }

  /** As the other one, with an address of its own. */
  static LinuxSocket open(TransportAddress local, SocketBuffers asked) throws IOException {
    return open(local, asked, false);
  }

  /**
   * Opens and binds a socket. IPv4 addresses get an IPv4 socket; the IPv6 wildcard a dual-stack
   * one; other IPv6 addresses one for IPv6 only.
   *
   * @param local the address to bind; its port may be 0
   * @param shared whether other sockets of this process share the address (SO_REUSEPORT)
   * @throws BindException with one line of why, when the address cannot be had
   */
  static LinuxSocket open(TransportAddress local, SocketBuffers asked, boolean shared)
      throws IOException {
    boolean inet6 = !local.isIpv4();
    int fd =
        LinuxCalls.socket(
            inet6 ? Destination.AF_INET6 : Destination.AF_INET, SOCK_DGRAM_NONBLOCK_CLOEXEC);
    if (fd < 0) {
      throw new IOException("no UDP socket: " + LinuxCalls.strerror(-fd));
    }
    try {
      if (inet6) {
        boolean wildcard = local.high() == 0 && local.low() == 0;
        check(
            "IPV6_V6ONLY", LinuxCalls.setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, wildcard ? 0 : 1));
      }
      if (shared) {
        check("SO_REUSEPORT", LinuxCalls.setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, 1));
      }
      bind(fd, local, inet6);
      return new LinuxSocket(fd, inet6, asked);
    } catch (IOException | RuntimeException e) {
      LinuxCalls.close(fd);
      throw e;
    }
  }

  private static void bind(int fd, TransportAddress local, boolean inet6) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MessageHeaders scratch = new MessageHeaders(1, arena);
      scratch.destination(0, Destination.of(local), inet6);
      int result =
          LinuxCalls.bind(
              fd,
              scratch.names().address() + MessageHeaders.nameOffset(0),
              inet6 ? Destination.SOCKADDR_IN6_BYTES : Destination.SOCKADDR_IN_BYTES);
      if (result < 0) {
        throw new BindException(
            "cannot bind UDP "
                + local.hostAddress()
                + " port "
                + local.port()
                + ": "
                + LinuxCalls.strerror(-result));
      }
    }
  }

  private static void check(String what, int result) throws IOException {
    if (result < 0) {
      throw new IOException(what + ": " + LinuxCalls.strerror(-result));
    }
  }

  private TransportAddress readLocalAddress() throws IOException {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment name = scratch.allocate(32, 8);
      MemorySegment length = scratch.allocateFrom(JAVA_INT, 32);
      check("getsockname", LinuxCalls.getsockname(fd, name.address(), length.address()));
      return new TransportAddress(high(name, 0), low(name, 0), port(name, 0));
    }
  }

  /** Asks for a buffer size, beyond the system's limit if we may, and reads what was granted. */
  private int grow(int forced, int plain, int bytes) throws IOException {
    if (bytes > 0 && LinuxCalls.setsockopt(fd, SOL_SOCKET, forced, bytes) < 0) {
      check("socket buffer", LinuxCalls.setsockopt(fd, SOL_SOCKET, plain, bytes));
    }
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment value = scratch.allocate(JAVA_INT);
      MemorySegment length = scratch.allocateFrom(JAVA_INT, 4);
      LinuxCalls.getsockopt(fd, SOL_SOCKET, plain, value.address(), length.address());
      return value.get(JAVA_INT, 0) / 2;
    }
  }

  /**
   * From now on the kernel may hand over several packets of one sender as one message (UDP generic
   * receive offload). Kernels before 5.0 do not know it, and go on packet by packet.
   */
  void receiveRuns() {
    LinuxCalls.setsockopt(fd, SOL_UDP, UDP_GRO, 1);
  }

  /**
   * Whether packets must not be fragmented. Where they may be, an IPv4 socket leaves DF out without
   * regard to the path (IP_PMTUDISC_OMIT: with IP_PMTUDISC_DONT it would not hear that an earlier
   * packet with DF was too long); an IPv6 one cuts to what the path takes, for routers do not.
   */
  void forbidFragments(boolean forbid) {
    int omit = LinuxCalls.setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, forbid ? DO : OMIT);
    if (omit < 0 && !forbid) {
      LinuxCalls.setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, DONT);
    }
    if (inet6) {
      LinuxCalls.setsockopt(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, forbid ? DO : DONT);
    }
  }

  /** From now on what the network says about packets is kept for {@link ErrorQueue}. */
  void reportErrors() {
    LinuxCalls.setsockopt(fd, IPPROTO_IP, IP_RECVERR, 1);
    if (inet6) {
      LinuxCalls.setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, 1);
    }
  }

  int fd() {
    return fd;
  }

  /** Whether the socket is of the IPv6 family, so that addresses are sockaddr_in6. */
  boolean inet6() {
    return inet6;
  }

  TransportAddress localAddress() {
    return localAddress;
  }

  SocketBuffers granted() {
    return granted;
  }

  /** How many datagrams the kernel dropped because the receive buffer was full; -1: unknown. */
  long kernelDrops() {
    memoryInfoLength.set(JAVA_INT, 0, MEMINFO_BYTES);
    int result =
        LinuxCalls.getsockopt(
            fd, SOL_SOCKET, SO_MEMINFO, memoryInfo.address(), memoryInfoLength.address());
    return result < 0 ? -1 : memoryInfo.get(JAVA_INT, MEMINFO_DROPS_AT) & 0xFFFF_FFFFL;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      LinuxCalls.close(fd);
    }
  }

  /** The first half of the address in a sockaddr_in or sockaddr_in6, IPv4 mapped. */
  static long high(MemorySegment names, long offset) {
    return names.get(JAVA_SHORT, offset) == Destination.AF_INET6 ? Bytes.i64(names, offset + 8) : 0;
  }

  /** The second half of the address in a sockaddr_in or sockaddr_in6, IPv4 mapped. */
  static long low(MemorySegment names, long offset) {
    return names.get(JAVA_SHORT, offset) == Destination.AF_INET6
        ? Bytes.i64(names, offset + 16)
        : TransportAddress.mapped(Bytes.i32(names, offset + 4));
  }

  /** The port in a sockaddr_in or sockaddr_in6. */
  static int port(MemorySegment names, long offset) {
    return Bytes.u16(names, offset + 2);
  }
}
