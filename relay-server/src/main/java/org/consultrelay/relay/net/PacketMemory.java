package org.consultrelay.relay.net;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Off-heap memory for packets. */
final class PacketMemory {
  private PacketMemory() {}

  /**
   * Memory that lives as long as the arena. On Linux it is address space only, of which the kernel
   * backs what is touched; elsewhere at most {@link LoopOptions#EAGER_SLOT_BYTES}, taken at once.
   */
  static MemorySegment reserve(long bytes, Arena arena) {
    return LinuxSupport.available()
        ? map(bytes, arena)
        : arena.allocate(Math.min(bytes, LoopOptions.EAGER_SLOT_BYTES), 64);
  }

  @SuppressWarnings("restricted")
  private static MemorySegment map(long bytes, Arena arena) {
    long address = LinuxCalls.mmap(bytes);
    if (address == -1) {
      throw new OutOfMemoryError("cannot map " + bytes + " bytes for packets");
    }
    LinuxCalls.adviseHugePages(address, bytes);
    return MemorySegment.ofAddress(address)
        .reinterpret(bytes, arena, memory -> LinuxCalls.munmap(memory.address(), bytes));
  }
}
