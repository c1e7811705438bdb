package org.consultrelay.load.turn;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import org.consultrelay.relay.wire.Bytes;
import org.consultrelay.relay.wire.TransportAddress;

/**
 * A UDP socket of Linux that sends from any address of this machine, another with each packet, and
 * gets what comes back to all of them. The whole of 127.0.0.0/8 is this machine, so it looks like
 * sixteen million hosts to a server on loopback, and needs no privilege. One thread.
 */
final class AnySourceSocket implements AutoCloseable {
  private static final int AF_INET = 2;
  private static final int SOCK_DGRAM = 2;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVBUF = 8;
  private static final int IP_PKTINFO = 8;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int RECEIVE_BUFFER = 4 << 20;
  private static final int CAPACITY = 2_048;

  // Layouts of 64-bit Linux: sockaddr_in; msghdr with iovec; cmsghdr with in_pktinfo.
  private static final int NAME_BYTES = 16;
  private static final int CONTROL_BYTES = 32;
  private static final int CONTROL_USED = 28;
  private static final int SOURCE_AT = 20;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment name = arena.allocate(NAME_BYTES, 8);
  private final MemorySegment control = arena.allocate(CONTROL_BYTES, 8);
  private final MemorySegment vector = arena.allocate(16, 8);
  private final MemorySegment message = arena.allocate(56, 8);
  private final MemorySegment out = arena.allocate(CAPACITY, 8);
  private final MemorySegment in = arena.allocate(CAPACITY, 8);
  private final int descriptor;

  /**
   * Opens one that sends to a server.
   *
   * @param server an IPv4 address
   */
  AnySourceSocket(TransportAddress server) throws IOException {
    if (!server.isIpv4()) {
      throw new IOException("spoofed sources are IPv4 only");
    }
    name.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
    descriptor = call(Calls.SOCKET, AF_INET, SOCK_DGRAM, 0);
    if (descriptor < 0) {
      throw new IOException("no socket");
    }
    MemorySegment size = arena.allocateFrom(ValueLayout.JAVA_INT, RECEIVE_BUFFER);
    try {
      int set = (int) Calls.SETSOCKOPT.invokeExact(descriptor, SOL_SOCKET, SO_RCVBUF, size, 4);
      int bound = (int) Calls.BIND.invokeExact(descriptor, name, NAME_BYTES);
      if (set < 0 || bound < 0) {
        close();
        throw new IOException("a socket cannot be bound");
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    Bytes.put16(name, 2, server.port());
    Bytes.put32(name, 4, server.ipv4());
    control.set(ValueLayout.JAVA_LONG, 0, CONTROL_USED);
    control.set(ValueLayout.JAVA_INT, 8, 0); // IPPROTO_IP
    control.set(ValueLayout.JAVA_INT, 12, IP_PKTINFO);
    vector.set(ValueLayout.ADDRESS, 0, out);
    message.set(ValueLayout.ADDRESS, 0, name);
    message.set(ValueLayout.JAVA_INT, 8, NAME_BYTES);
    message.set(ValueLayout.ADDRESS, 16, vector);
    message.set(ValueLayout.JAVA_LONG, 24, 1);
    message.set(ValueLayout.ADDRESS, 32, control);
    message.set(ValueLayout.JAVA_LONG, 40, CONTROL_BYTES);
  }

  /** System calls; the class is loaded when the first socket is made. */
  private static final class Calls {
    private static final Linker LINKER = Linker.nativeLinker();
    static final MethodHandle SOCKET = ints("socket", 3);
    static final MethodHandle CLOSE = ints("close", 1);
    static final MethodHandle BIND =
        handle(
            "bind",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    static final MethodHandle SETSOCKOPT =
        handle(
            "setsockopt",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    static final MethodHandle SENDMSG =
        handle(
            "sendmsg",
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    static final MethodHandle RECV =
        handle(
            "recv",
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT));

    private static MethodHandle ints(String call, int count) {
      ValueLayout[] arguments = new ValueLayout[count];
      Arrays.fill(arguments, ValueLayout.JAVA_INT);
      return handle(call, FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
    }

    @SuppressWarnings("restricted")
    private static MethodHandle handle(String call, FunctionDescriptor descriptor) {
      return LINKER.downcallHandle(LINKER.defaultLookup().find(call).orElseThrow(), descriptor);
    }
  }

  private static int call(MethodHandle handle, int a, int b, int c) {
    try {
      return (int) handle.invokeExact(a, b, c);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Where the next packet is written. */
  MemorySegment out() {
    return out;
  }

  /**
   * Sends what is in {@link #out()}.
   *
   * @param source an IPv4 address of this machine
   * @return whether the system took it
   */
  boolean send(int source, int length) {
    Bytes.put32(control, SOURCE_AT, source);
    vector.set(ValueLayout.JAVA_LONG, 8, length);
    try {
      return (long) Calls.SENDMSG.invokeExact(descriptor, message, MSG_DONTWAIT) == length;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** What was received last. */
  MemorySegment in() {
    return in;
  }

  /**
   * Receives a packet into {@link #in()}. Returns its length in bytes; negative when none is there.
   */
  int receive() {
    try {
      return (int) (long) Calls.RECV.invokeExact(descriptor, in, (long) CAPACITY, MSG_DONTWAIT);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      int ignored = (int) Calls.CLOSE.invokeExact(descriptor);
      assert ignored <= 0;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    arena.close();
  }
}
