package org.consultrelay.relay.net;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The system call that sends messages; a seam, so that tests can let it fail. */
interface SendCall {
  /** Sends up to {@code count} messages: how many, or -1. Allocates nothing. */
  int send(long headers, int count);

  /** The same, but a failure is minus the error number. */
  int sendOrErrno(long headers, int count);

  /** The real one. */
  static SendCall of(int fd, Arena arena) {
    MemorySegment errno = LinuxCalls.errnoMemory(arena);
    return new SendCall() {
      @Override
      public int send(long headers, int count) {
        return LinuxCalls.sendmmsg(fd, headers, count);
      }

      @Override
      public int sendOrErrno(long headers, int count) {
        return LinuxCalls.sendmmsg(errno, fd, headers, count);
      }
    };
  }
}
