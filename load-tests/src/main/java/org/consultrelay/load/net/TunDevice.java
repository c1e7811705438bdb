package org.consultrelay.load.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A network interface whose other end is this process: what the system sends by it is read here,
 * and what is written here comes in by it. IP packets without any header before them. It is gone
 * when this is closed or the process ends, wherever it was moved.
 */
final class TunDevice implements AutoCloseable {
  private static final Path DEVICE = Path.of("/dev/net/tun");
  private static final long TUNSETIFF = 0x400454CAL;
  private static final short IFF_TUN_NO_PI = 0x0001 | 0x1000;
  private static final int NAME_BYTES = 16;
  private static final int REQUEST_BYTES = 40;

  private final String name;
  private final int fd;

  private TunDevice(String name, int fd) {
    this.name = name;
    this.fd = fd;
  }

  /**
   * Makes one in this process's network namespace.
   *
   * @param name 15 ASCII characters at most
   * @throws IOException when the kernel has no TUN, the name is taken or we are not root
   */
  static TunDevice open(String name) throws IOException {
    byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
    if (bytes.length >= NAME_BYTES) {
      throw new IllegalArgumentException("name of an interface is too long: " + name);
    }
    if (Files.notExists(DEVICE)) {
      Files.createDirectories(DEVICE.getParent());
      Command.run("mknod", DEVICE.toString(), "c", "10", "200");
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = TunCalls.errnoMemory(arena);
      int fd = TunCalls.open(errno, arena.allocateFrom(DEVICE.toString()));
      if (fd < 0) {
        throw new IOException("cannot open " + DEVICE + ": error " + -fd);
      }
      // struct ifreq: the name, then the flags.
      MemorySegment request = arena.allocate(REQUEST_BYTES, 8);
      MemorySegment.copy(bytes, 0, request, ValueLayout.JAVA_BYTE, 0, bytes.length);
      request.set(ValueLayout.JAVA_SHORT, NAME_BYTES, IFF_TUN_NO_PI);
      int result = TunCalls.ioctl(errno, fd, TUNSETIFF, request);
      if (result < 0) {
        TunCalls.close(fd);
        throw new IOException("cannot make the interface " + name + ": error " + -result);
      }
      return new TunDevice(name, fd);
    }
  }

  String name() {
    return name;
  }

  int fd() {
    return fd;
  }

  @Override
  public void close() {
    TunCalls.close(fd);
  }
}
