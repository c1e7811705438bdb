package org.consultrelay.relay.net;

import io.netty.channel.epoll.Epoll;
import org.jspecify.annotations.Nullable;

/**
 * Whether this machine has what our own sockets need: Linux on x86-64 or aarch64 (whose structures
 * we know), native access for {@code java.lang.foreign}, Netty's epoll. Native code is touched only
 * after the system's name has been looked at.
 */
final class LinuxSupport {
  private static final @Nullable String WHY_NOT = probe();

  private LinuxSupport() {}

  /** Whether system calls can be made. */
  static boolean available() {
    return WHY_NOT == null;
  }

  /** Why not, in words; null when they can. */
  static @Nullable String whyNot() {
    return WHY_NOT;
  }

  /** Whether Netty's epoll is there too. */
  static boolean epollAvailable() {
    return available() && Epoll.isAvailable();
  }

  private static @Nullable String probe() {
    String system = System.getProperty("os.name", "");
    String machine = System.getProperty("os.arch", "");
    if (!system.equals("Linux")) {
      return "the system is " + system + ", not Linux";
    }
    if (!machine.equals("amd64") && !machine.equals("aarch64")) {
      return "the machine is " + machine + ", not amd64 or aarch64";
    }
    try {
      long address = LinuxCalls.mmap(4096);
      if (address == -1) {
        return "no memory can be mapped";
      }
      LinuxCalls.munmap(address, 4096);
      return null;
    } catch (LinkageError | RuntimeException e) {
      return "system calls cannot be bound: " + e;
    }
  }
}
