package org.consultrelay.relay.net;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The Linux system calls that we need, through libc. Addresses are plain numbers, so that a call
 * allocates nothing. Loading this class binds the symbols: only {@link LinuxSupport} decides
 * whether it is touched.
 *
 * <p>Calls return what libc returns, or minus the error number where they say so. Capturing {@code
 * errno} costs an allocation: the packet path calls without and asks again when a call has failed.
 */
@SuppressWarnings("restricted")
final class LinuxCalls {
  static final int MSG_DONTWAIT = 0x40;

  private static final int MSG_ERRQUEUE = 0x2000;

  /** On Linux it is one thread that has the number. */
  private static final int PRIO_PROCESS = 0;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");

  private static final FunctionDescriptor RECVMMSG_TYPE =
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final FunctionDescriptor SENDMMSG_TYPE =
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
  private static final FunctionDescriptor GETSOCKOPT_TYPE =
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);

  private static final MethodHandle RECVMMSG = bind("recvmmsg", RECVMMSG_TYPE);
  private static final MethodHandle SENDMMSG = bind("sendmmsg", SENDMMSG_TYPE);
  private static final MethodHandle RECVMMSG_ERRNO = bind("recvmmsg", RECVMMSG_TYPE, ERRNO);
  private static final MethodHandle SENDMMSG_ERRNO = bind("sendmmsg", SENDMMSG_TYPE, ERRNO);
  private static final MethodHandle GETSOCKOPT = bind("getsockopt", GETSOCKOPT_TYPE);

  private static final MethodHandle SOCKET =
      bind("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT), ERRNO);
  private static final MethodHandle BIND =
      bind("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT), ERRNO);
  private static final MethodHandle SETSOCKOPT =
      bind(
          "setsockopt",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT),
          ERRNO);
  private static final MethodHandle GETSOCKNAME =
      bind("getsockname", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG), ERRNO);
  private static final MethodHandle POLL =
      bind("poll", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT), ERRNO);
  private static final MethodHandle CLOSE =
      bind("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle MMAP =
      bind(
          "mmap",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
  private static final MethodHandle MADVISE =
      bind("madvise", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
  private static final MethodHandle MUNMAP =
      bind("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle SETPRIORITY =
      bind("setpriority", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle STRERROR =
      bind("strerror", FunctionDescriptor.of(ADDRESS, JAVA_INT));

  private LinuxCalls() {}

  private static MethodHandle bind(String name, FunctionDescriptor type, Linker.Option... options) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, options);
  }

  /**
   * Gives a thread of this process a nice value (setpriority(2)).
   *
   * @param thread the system's number of it; 0: the one that calls
   * @param value 0 to 19: higher comes later
   * @return 0, or -1 when the system refuses
   */
  static int setNice(int thread, int value) {
    try {
      return (int) SETPRIORITY.invokeExact(PRIO_PROCESS, thread, value);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Memory for the error number of the calls that take it. */
  static MemorySegment errnoMemory(Arena arena) {
    return arena.allocate(Linker.Option.captureStateLayout());
  }

  /** Receives up to {@code count} messages without waiting: how many, or -1. */
  static int recvmmsg(int fd, long headers, int count) {
    try {
      return (int) RECVMMSG.invokeExact(fd, headers, count, MSG_DONTWAIT, 0L);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Receives up to {@code count} messages without waiting: how many, or minus the error number. */
  static int recvmmsg(MemorySegment errno, int fd, long headers, int count) {
    try {
      return orErrno(
          (int) RECVMMSG_ERRNO.invokeExact(errno, fd, headers, count, MSG_DONTWAIT, 0L), errno);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Takes up to {@code count} messages out of the socket's error queue: how many, or -1. */
  static int recvErrors(int fd, long headers, int count) {
    try {
      return (int) RECVMMSG.invokeExact(fd, headers, count, MSG_DONTWAIT | MSG_ERRQUEUE, 0L);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Sends up to {@code count} messages without waiting: how many, or -1. */
  static int sendmmsg(int fd, long headers, int count) {
    try {
      return (int) SENDMMSG.invokeExact(fd, headers, count, MSG_DONTWAIT);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Sends up to {@code count} messages without waiting: how many, or minus the error number. */
  static int sendmmsg(MemorySegment errno, int fd, long headers, int count) {
    try {
      return orErrno(
          (int) SENDMMSG_ERRNO.invokeExact(errno, fd, headers, count, MSG_DONTWAIT), errno);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Reads a socket option: 0, or -1. */
  static int getsockopt(int fd, int level, int name, long value, long length) {
    try {
      return (int) GETSOCKOPT.invokeExact(fd, level, name, value, length);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** A new descriptor, or minus the error number. */
  static int socket(int domain, int type) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = errnoMemory(arena);
      return orErrno((int) SOCKET.invokeExact(errno, domain, type, 0), errno);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** 0, or minus the error number. */
  static int bind(int fd, long address, int length) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = errnoMemory(arena);
      return orErrno((int) BIND.invokeExact(errno, fd, address, length), errno);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** 0, or minus the error number. */
  static int setsockopt(int fd, int level, int name, int value) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = errnoMemory(arena);
      long pointer = arena.allocateFrom(JAVA_INT, value).address();
      return orErrno((int) SETSOCKOPT.invokeExact(errno, fd, level, name, pointer, 4), errno);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** 0, or minus the error number. */
  static int getsockname(int fd, long address, long length) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = errnoMemory(arena);
      return orErrno((int) GETSOCKNAME.invokeExact(errno, fd, address, length), errno);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Waits until the descriptor is readable: 1, 0 after the time, or minus the error number. */
  static int awaitReadable(int fd, int millis) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = errnoMemory(arena);
      // struct pollfd { int fd; short events; short revents; }, POLLIN is 1
      MemorySegment entry = arena.allocateFrom(JAVA_INT, fd, 1);
      return orErrno((int) POLL.invokeExact(errno, entry.address(), 1L, millis), errno);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Closes a descriptor; its result tells nothing that could be acted on. */
  static void close(int fd) {
    try {
      int _ = (int) CLOSE.invokeExact(fd);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Private memory that is there but costs nothing until it is touched: its address, or -1. */
  static long mmap(long bytes) {
    int readWrite = 3;
    int privateAnonymousNoReserve = 0x02 | 0x20 | 0x4000;
    try {
      return (long) MMAP.invokeExact(0L, bytes, readWrite, privateAnonymousNoReserve, -1, 0L);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /**
   * Asks for huge pages where memory is touched: thousands of packets in pages of 4 KiB miss the
   * translation look-aside buffer at each of them. A kernel that will not just goes on.
   */
  static void adviseHugePages(long address, long bytes) {
    int hugePages = 14;
    try {
      int _ = (int) MADVISE.invokeExact(address, bytes, hugePages);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Gives memory back. */
  static void munmap(long address, long bytes) {
    try {
      int _ = (int) MUNMAP.invokeExact(address, bytes);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** What an error number means, in the system's words. */
  static String strerror(int errno) {
    try {
      MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
      return text.reinterpret(256).getString(0) + " (errno " + errno + ")";
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  private static int orErrno(int result, MemorySegment errno) {
    return result >= 0 ? result : -errno.get(JAVA_INT, 0);
  }

  private static AssertionError impossible(Throwable thrown) {
    return new AssertionError("a system call does not throw", thrown);
  }
}
