package org.consultrelay.relay.net;

/**
 * Sizes of a UDP socket's buffers in bytes, asked for or granted. Linux counts its own bookkeeping
 * double; what is here is the size before doubling, as in {@code net.core.rmem_max}.
 *
 * @param receiveBytes of the receive buffer; 0 when asking: leave the system's default
 * @param sendBytes of the send buffer; 0 when asking: leave the system's default
 */
public record SocketBuffers(int receiveBytes, int sendBytes) {
  /** 4 MiB each: about 50 ms of a loop's traffic at 80 MB/s. */
  public static final SocketBuffers DEFAULT = new SocketBuffers(4 << 20, 4 << 20);

  /** Checks the sizes. */
  public SocketBuffers {
    if (receiveBytes < 0 || sendBytes < 0) {
      throw new IllegalArgumentException(
          "socket buffers of " + receiveBytes + " and " + sendBytes + " bytes");
    }
  }

  /** Whether either buffer is smaller than was asked for. */
  public boolean lessThan(SocketBuffers asked) {
    return receiveBytes < asked.receiveBytes || sendBytes < asked.sendBytes;
  }
}
