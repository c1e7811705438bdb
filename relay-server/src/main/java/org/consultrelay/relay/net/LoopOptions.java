package org.consultrelay.relay.net;

import java.net.InetAddress;
import java.util.List;
import org.consultrelay.relay.wire.SlotPool;

/**
 * What a media loop is started with.
 *
 * @param index the loop's number, from 0
 * @param bindAddresses local addresses; the loop has one socket for each, all with the same port
 *     number. Empty: the wildcard, one dual-stack socket where there is IPv6
 * @param port the UDP port; 0 lets the system choose, for tests
 * @param sharedPort whether other loops bind the same port: then the kernel spreads what comes in
 *     over them by the sender's address (SO_REUSEPORT)
 * @param io which sockets
 * @param buffers the socket buffers to ask the kernel for
 * @param slotBytes memory for packet slots in bytes. On Linux it is address space that costs only
 *     what is touched; elsewhere at most {@link #EAGER_SLOT_BYTES} are taken, at once
 * @param sendBatchBytes memory of each port's send batch in bytes; small enough to stay in a core's
 *     second-level cache
 */
public record LoopOptions(
    int index,
    List<InetAddress> bindAddresses,
    int port,
    boolean sharedPort,
    IoMode io,
    SocketBuffers buffers,
    long slotBytes,
    int sendBatchBytes) {
  /** The default of {@link #slotBytes}. */
  public static final long DEFAULT_SLOT_BYTES = 256L << 20;

  /** The most that is taken for slots where memory cannot be reserved without being used. */
  public static final long EAGER_SLOT_BYTES = 32L << 20;

  /** The default of {@link #sendBatchBytes}. */
  public static final int DEFAULT_SEND_BATCH_BYTES = 256 << 10;

  private static final int FEWEST_SLOTS = 256;

  /** Checks the numbers. */
  public LoopOptions {
    bindAddresses = List.copyOf(bindAddresses);
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port " + port);
    }
    if (slotBytes < (long) FEWEST_SLOTS * SlotPool.STRIDE) {
      throw new IllegalArgumentException(
          "slot memory of " + slotBytes + " bytes holds fewer than " + FEWEST_SLOTS + " packets");
    }
    if (sendBatchBytes < 65_536 || sendBatchBytes > 16 << 20) {
      throw new IllegalArgumentException(
          "send batch of " + sendBatchBytes + " bytes, not 64 KiB to 16 MiB");
    }
  }

  /** The defaults: wildcard address, best sockets there are. */
  public static LoopOptions of(int index, int port) {
    return new LoopOptions(
        index,
        List.of(),
        port,
        false,
        IoMode.AUTO,
        SocketBuffers.DEFAULT,
        DEFAULT_SLOT_BYTES,
        DEFAULT_SEND_BATCH_BYTES);
  }

  /** The same with other addresses. */
  public LoopOptions withBindAddresses(List<InetAddress> addresses) {
    return new LoopOptions(
        index, addresses, port, sharedPort, io, buffers, slotBytes, sendBatchBytes);
  }

  /** The same with a port that other loops bind too. */
  public LoopOptions withSharedPort(boolean shared) {
    return new LoopOptions(
        index, bindAddresses, port, shared, io, buffers, slotBytes, sendBatchBytes);
  }

  /** The same with other sockets. */
  public LoopOptions withIo(IoMode mode) {
    return new LoopOptions(
        index, bindAddresses, port, sharedPort, mode, buffers, slotBytes, sendBatchBytes);
  }

  /** The same with other socket buffers. */
  public LoopOptions withBuffers(SocketBuffers asked) {
    return new LoopOptions(
        index, bindAddresses, port, sharedPort, io, asked, slotBytes, sendBatchBytes);
  }

  /** The same with other slot memory, in bytes. */
  public LoopOptions withSlotBytes(long bytes) {
    return new LoopOptions(
        index, bindAddresses, port, sharedPort, io, buffers, bytes, sendBatchBytes);
  }

  /** The same with another send batch, in bytes. */
  public LoopOptions withSendBatchBytes(int bytes) {
    return new LoopOptions(index, bindAddresses, port, sharedPort, io, buffers, slotBytes, bytes);
  }
}
