package org.consultrelay.load.net;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The system calls of Linux that a TUN device takes, through libc. Results are libc's, or minus the
 * error number.
 */
@SuppressWarnings("restricted")
final class TunCalls {
  static final int EINTR = 4;
  static final int EAGAIN = 11;

  private static final int O_RDWR_NONBLOCK_CLOEXEC = 2 | 0x800 | 0x80000;
  private static final int EFD_NONBLOCK_CLOEXEC = 0x800 | 0x80000;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");

  private static final MethodHandle OPEN =
      bind(
          "open",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
          ERRNO,
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle IOCTL =
      bind(
          "ioctl",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
          ERRNO,
          Linker.Option.firstVariadicArg(2));
  private static final FunctionDescriptor TRANSFER =
      FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle READ = bind("read", TRANSFER, ERRNO);
  private static final MethodHandle WRITE = bind("write", TRANSFER, ERRNO);
  private static final MethodHandle PPOLL =
      bind("ppoll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS), ERRNO);
  private static final MethodHandle EVENTFD =
      bind("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT), ERRNO);
  private static final MethodHandle CLOSE =
      bind("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  private TunCalls() {}

  private static MethodHandle bind(String name, FunctionDescriptor type, Linker.Option... options) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, options);
  }

  /** Memory for the error number, which every call here but close takes. */
  static MemorySegment errnoMemory(Arena arena) {
    return arena.allocate(Linker.Option.captureStateLayout());
  }

  /** Opens a file to read and write without waiting. */
  static int open(MemorySegment errno, MemorySegment path) {
    try {
      return orErrno((int) OPEN.invokeExact(errno, path, O_RDWR_NONBLOCK_CLOEXEC), errno);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int ioctl(MemorySegment errno, int fd, long request, MemorySegment argument) {
    try {
      return orErrno((int) IOCTL.invokeExact(errno, fd, request, argument), errno);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int read(MemorySegment errno, int fd, MemorySegment buffer, long length) {
    try {
      return orErrno((int) (long) READ.invokeExact(errno, fd, buffer, length), errno);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int write(MemorySegment errno, int fd, MemorySegment buffer, long length) {
    try {
      return orErrno((int) (long) WRITE.invokeExact(errno, fd, buffer, length), errno);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** A counter that can be waited for. */
  static int eventfd(MemorySegment errno) {
    try {
      return orErrno((int) EVENTFD.invokeExact(errno, 0, EFD_NONBLOCK_CLOEXEC), errno);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /**
   * Waits for descriptors.
   *
   * @param entries of struct pollfd, so many
   * @param time a struct timespec
   */
  static int ppoll(MemorySegment errno, MemorySegment entries, long count, MemorySegment time) {
    try {
      return orErrno(
          (int) PPOLL.invokeExact(errno, entries, count, time, MemorySegment.NULL), errno);
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

  private static int orErrno(int result, MemorySegment errno) {
    return result >= 0 ? result : -errno.get(JAVA_INT, 0);
  }

  private static AssertionError impossible(Throwable thrown) {
    return new AssertionError("a system call does not throw", thrown);
  }
}
