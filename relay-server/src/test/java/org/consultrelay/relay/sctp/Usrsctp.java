package org.consultrelay.relay.sctp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The usrsctp library (Debian's libusrsctp2), which was Chromium's and still is Firefox's SCTP, in
 * this process: its packets go in and out by calls (AF_CONN), and its timers run when told to.
 */
@SuppressWarnings("restricted")
final class Usrsctp {
  /** Where a socket's packets go. */
  interface Exit {
    void packet(byte[] bytes);
  }

  static final int AF_CONN = 123;
  static final int IPPROTO_SCTP = 132;

  private static final int SOCK_STREAM = 1;

  private static @Nullable Usrsctp loaded;
  private static boolean tried;

  private final SymbolLookup library;
  private final Map<Long, Exit> exits = new HashMap<>();
  private long lastAddress = 0x1000;

  final MethodHandle socket;
  final MethodHandle setNonBlocking;
  final MethodHandle setOption;
  final MethodHandle bind;
  final MethodHandle listen;
  final MethodHandle accept;
  final MethodHandle connect;
  final MethodHandle send;
  final MethodHandle receive;
  final MethodHandle shutdown;
  final MethodHandle close;
  private final MethodHandle input;
  private final MethodHandle timers;
  private final MethodHandle register;
  private final MethodHandle deregister;

  /** The library, or null where it is not installed. */
  static synchronized @Nullable Usrsctp get() {
    if (!tried) {
      tried = true;
      try {
        loaded = new Usrsctp(SymbolLookup.libraryLookup("libusrsctp.so.2", Arena.global()));
      } catch (IllegalArgumentException e) {
        loaded = null;
      }
    }
    return loaded;
  }

  private Usrsctp(SymbolLookup library) {
    this.library = library;
    MethodHandle init = function("usrsctp_init_nothreads", null, JAVA_SHORT, ADDRESS, ADDRESS);
    socket =
        function(
            "usrsctp_socket",
            ADDRESS,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            ADDRESS,
            ADDRESS,
            JAVA_INT,
            ADDRESS);
    setNonBlocking = function("usrsctp_set_non_blocking", JAVA_INT, ADDRESS, JAVA_INT);
    setOption =
        function("usrsctp_setsockopt", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    bind = function("usrsctp_bind", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
    listen = function("usrsctp_listen", JAVA_INT, ADDRESS, JAVA_INT);
    accept = function("usrsctp_accept", ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    connect = function("usrsctp_connect", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
    send =
        function(
            "usrsctp_sendv",
            JAVA_LONG,
            ADDRESS,
            ADDRESS,
            JAVA_LONG,
            ADDRESS,
            JAVA_INT,
            ADDRESS,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT);
    receive =
        function(
            "usrsctp_recvv",
            JAVA_LONG,
            ADDRESS,
            ADDRESS,
            JAVA_LONG,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS);
    shutdown = function("usrsctp_shutdown", JAVA_INT, ADDRESS, JAVA_INT);
    close = function("usrsctp_close", null, ADDRESS);
    input = function("usrsctp_conninput", null, ADDRESS, ADDRESS, JAVA_LONG, JAVA_BYTE);
    timers = function("usrsctp_handle_timers", null, JAVA_INT);
    register = function("usrsctp_register_address", null, ADDRESS);
    deregister = function("usrsctp_deregister_address", null, ADDRESS);
    try {
      MethodHandle output =
          MethodHandles.lookup()
              .bind(
                  this,
                  "output",
                  MethodType.methodType(
                      int.class,
                      MemorySegment.class,
                      MemorySegment.class,
                      long.class,
                      byte.class,
                      byte.class));
      MemorySegment upcall =
          Linker.nativeLinker()
              .upcallStub(
                  output,
                  FunctionDescriptor.of(
                      JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, JAVA_BYTE, JAVA_BYTE),
                  Arena.global());
      init.invokeExact((short) 0, upcall, MemorySegment.NULL);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private MethodHandle function(
      String name, @Nullable MemoryLayout result, MemoryLayout... arguments) {
    return Linker.nativeLinker()
        .downcallHandle(
            library.findOrThrow(name),
            result == null
                ? FunctionDescriptor.ofVoid(arguments)
                : FunctionDescriptor.of(result, arguments));
  }

  @SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // called from C, by name
  private int output(
      MemorySegment address, MemorySegment packet, long length, byte tos, byte dontFragment) {
    Exit exit = exits.get(address.address());
    if (exit != null) {
      exit.packet(packet.reinterpret(length).toArray(ValueLayout.JAVA_BYTE));
    }
    return 0;
  }

  /** A number that stands for a path, the packets of which leave there. */
  MemorySegment open(Exit exit) {
    MemorySegment address = MemorySegment.ofAddress(++lastAddress);
    exits.put(lastAddress, exit);
    try {
      register.invokeExact(address);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    return address;
  }

  void close(MemorySegment address) {
    exits.remove(address.address());
    try {
      deregister.invokeExact(address);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  MemorySegment socket() {
    try {
      MemorySegment made =
          (MemorySegment)
              socket.invokeExact(
                  AF_CONN,
                  SOCK_STREAM,
                  IPPROTO_SCTP,
                  MemorySegment.NULL,
                  MemorySegment.NULL,
                  0,
                  MemorySegment.NULL);
      if (made.equals(MemorySegment.NULL)) {
        throw new AssertionError("no socket");
      }
      return made;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** A packet arrives. */
  void input(MemorySegment address, byte[] packet) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocateFrom(ValueLayout.JAVA_BYTE, packet);
      input.invokeExact(address, copy, (long) packet.length, (byte) 0);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Lets time pass. */
  void advance(int milliseconds) {
    try {
      timers.invokeExact(milliseconds);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
