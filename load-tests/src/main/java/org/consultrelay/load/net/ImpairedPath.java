package org.consultrelay.load.net;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * One direction in real time: a thread reads what one device sends, holds it as long as an {@link
 * ImpairedQueue} says, and writes it to the other device.
 */
final class ImpairedPath implements AutoCloseable {
  private static final short POLLIN = 1;
  private static final int MAX_PACKET = 65_536;
  private static final int READ_AT_ONCE = 64;
  private static final long LONGEST_WAIT_NANOS = 500_000_000;

  private final int from;
  private final int to;
  private final int bell;
  private final Thread thread;
  private final ImpairedQueue<byte[]> queue;

  // What only the thread uses.
  private final Arena arena = Arena.ofShared();
  private final MemorySegment errno = TunCalls.errnoMemory(arena);
  private final MemorySegment buffer = arena.allocate(MAX_PACKET, 8);
  private final MemorySegment polled = arena.allocate(16, 8);
  private final MemorySegment time = arena.allocate(16, 8);

  private volatile boolean closed;
  private volatile @Nullable Throwable broken;

  /** Starts; the devices stay the caller's and must stay open until this is closed. */
  ImpairedPath(String name, TunDevice from, TunDevice to, long seed) {
    this.from = from.fd();
    this.to = to.fd();
    this.queue = new ImpairedQueue<>(seed);
    this.bell = TunCalls.eventfd(errno);
    if (bell < 0) {
      arena.close();
      throw new IllegalStateException("no eventfd: error " + -bell);
    }
    // struct pollfd { int fd; short events; short revents; }
    polled.set(ValueLayout.JAVA_INT, 0, this.from);
    polled.set(ValueLayout.JAVA_SHORT, 4, POLLIN);
    polled.set(ValueLayout.JAVA_INT, 8, bell);
    polled.set(ValueLayout.JAVA_SHORT, 12, POLLIN);
    ring();
    this.thread = Thread.ofPlatform().name(name).daemon().start(this::run);
  }

  void set(Impairment impairment) {
    synchronized (queue) {
      queue.set(impairment, System.nanoTime());
      if (!closed) {
        ring();
      }
    }
  }

  Impairment impairment() {
    synchronized (queue) {
      return queue.impairment();
    }
  }

  LineCounts counts() {
    Throwable cause = broken;
    if (cause != null) {
      throw new IllegalStateException("the line broke", cause);
    }
    synchronized (queue) {
      return queue.counts(System.nanoTime());
    }
  }

  private void run() {
    try {
      while (!closed) {
        await(deliver());
        take();
      }
    } catch (RuntimeException | Error e) {
      broken = e;
    }
  }

  /** Writes what has arrived; returns when the next will have. */
  private long deliver() {
    while (true) {
      byte[] packet;
      synchronized (queue) {
        packet = queue.poll(System.nanoTime());
        if (packet == null) {
          return queue.nextNanos();
        }
      }
      MemorySegment.copy(packet, 0, buffer, ValueLayout.JAVA_BYTE, 0, packet.length);
      int result = TunCalls.write(errno, to, buffer, packet.length);
      if (result < 0 && closed) {
        return ImpairedQueue.NEVER;
      }
      // Other failures are the receiving system's, as of an interface that is down: a lost packet.
    }
  }

  private void await(long until) {
    long nanos = LONGEST_WAIT_NANOS;
    if (until != ImpairedQueue.NEVER) {
      nanos = Math.clamp(until - System.nanoTime(), 0, LONGEST_WAIT_NANOS);
    }
    time.set(ValueLayout.JAVA_LONG, 0, 0);
    time.set(ValueLayout.JAVA_LONG, 8, nanos);
    int result = TunCalls.ppoll(errno, polled, 2, time);
    if (result < 0 && result != -TunCalls.EINTR) {
      throw new IllegalStateException("ppoll: error " + -result);
    }
    if (polled.get(ValueLayout.JAVA_SHORT, 14) != 0) {
      int _ = TunCalls.read(errno, bell, buffer, 8);
    }
  }

  private void take() {
    for (int i = 0; i < READ_AT_ONCE; i++) {
      int length = TunCalls.read(errno, from, buffer, MAX_PACKET);
      if (length <= 0) {
        return;
      }
      if (!counts(length)) {
        continue;
      }
      byte[] packet = buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
      synchronized (queue) {
        queue.offer(packet, length, System.nanoTime());
      }
    }
  }

  /** Whether it is somebody's packet: the system itself sends IPv6 and multicast on its own. */
  private boolean counts(int length) {
    int destination = 16;
    return length >= 20
        && (buffer.get(ValueLayout.JAVA_BYTE, 0) & 0xF0) == 0x40
        && (buffer.get(ValueLayout.JAVA_BYTE, destination) & 0xF0) < 0xE0;
  }

  private void ring() {
    try (Arena mine = Arena.ofConfined()) {
      MemorySegment one = mine.allocateFrom(ValueLayout.JAVA_LONG, 1);
      int _ = TunCalls.write(TunCalls.errnoMemory(mine), bell, one, 8);
    }
  }

  /** Stops; what is under way is lost. */
  @Override
  public void close() {
    synchronized (queue) {
      if (closed) {
        return;
      }
      closed = true;
      ring();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    TunCalls.close(bell);
    arena.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
