package org.consultrelay.relay.sctp;

import java.lang.foreign.MemorySegment;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;

/**
 * The data channels of one peer connection, over one SCTP association.
 *
 * <p>Lives on a loop: every method is called there and every callback comes there, sometimes within
 * a call of the caller's own. A callback may call any method. {@code nowNanos} is the loop's {@link
 * System#nanoTime()}.
 */
public final class DataChannels {
  /** Hears of the channels. All calls come on the loop. */
  public interface Listener {
    /**
     * A channel can be sent on: the peer has opened it, or answered {@link DataChannels#open}. Comes
     * once at most for each channel, before everything else about it.
     */
    void opened(DataChannel channel);

    /**
     * A whole message.
     *
     * @param binary as the peer said; if not, the payload is to be UTF-8, which nobody has checked
     * @param payload 0 to {@link SctpLimits#maxMessageSize} bytes; the listener's to keep
     */
    void message(DataChannel channel, boolean binary, byte[] payload);

    /** A channel was closed, by the peer or by {@link DataChannel#close}. Comes once at most. */
    void closed(DataChannel channel);

    /**
     * The association is over and every channel with it; no {@link #closed} follows. Comes once at
     * most, and not when the peer connection itself ends.
     */
    void failed(SctpFailure reason);
  }

  /** Where packets go. */
  @FunctionalInterface
  public interface Outlet {
    /** Sends the first {@code length} bytes, {@link #MAX_PACKET} at most; valid during the call. */
    void packet(MemorySegment memory, int length);
  }

  /** Our SCTP port, for {@code a=sctp-port} (RFC 8841 §5). */
  public static final int PORT = 5_000;

  /**
   * No packet of ours is longer. IPv6's minimum MTU of 1,280 less IPv6, UDP, DTLS (37) and TURN's
   * channel header (4), in whole words: there is no need to find out about the path (RFC 8831 §5).
   */
  public static final int MAX_PACKET = 1_188;

  /**
   * An association, not yet started. Packets of the peer may come before it is.
   *
   * @param evenStreams whether channels of ours have even stream numbers, as those of the DTLS
   *     client have (RFC 8832 §6)
   * @param remotePort the peer's {@code a=sctp-port}, 1 to 65,535
   * @param remoteMaxMessageSize the peer's {@code a=max-message-size}; 0 for any length
   * @param limits what it may hold
   * @param random for tags and first numbers; must be a secure one outside tests
   * @param counters the loop's
   * @param outlet where packets go
   * @param deadlines told when {@link #deadline} became earlier by a call from outside
   * @param listener hears of the channels
   */
  public DataChannels(
      boolean evenStreams,
      int remotePort,
      long remoteMaxMessageSize,
      SctpLimits limits,
      RandomGenerator random,
      SctpCounters counters,
      Outlet outlet,
      LongConsumer deadlines,
      Listener listener) {}

  /** Begins the handshake. Call once, when DTLS is connected. */
  public void start(long nowNanos) {}

  /**
   * Opens a channel (RFC 8832 §6); {@link Listener#opened} follows when the peer has agreed. May be
   * called before the association is up. When it is over, the channel never opens.
   *
   * @param label what the application calls it
   * @param protocol a subprotocol, often empty
   * @throws IllegalArgumentException if label or protocol are longer than the limit
   * @throws IllegalStateException if there are as many channels of ours as the limit allows
   */
  public DataChannel open(String label, String protocol, Reliability reliability, long nowNanos) {
    throw new UnsupportedOperationException();
  }

  /** Whether the handshake is over and the association has not ended. */
  public boolean isUp() {
    return false;
  }

  /** Bytes of all channels handed to send and not yet acknowledged or given up. */
  public long bufferedBytes() {
    return 0;
  }

  /** Takes a packet: the data of one DTLS record. Anything may be in it. */
  public void onPacket(MemorySegment memory, long offset, int length, long nowNanos) {}

  /** When {@link #onDeadline} wants to be called next; {@link Long#MAX_VALUE} for never. */
  public long deadline() {
    return Long.MAX_VALUE;
  }

  /** Does what is due at {@code nowNanos}; harmless if nothing is. */
  public void onDeadline(long nowNanos) {}

  /**
   * Ends the association in good order: what was sent is delivered first (RFC 9260 §9.2). {@link
   * Listener#failed} follows with {@link SctpFailure#SHUT_DOWN}.
   */
  public void shutdown(long nowNanos) {}

  /** Ends the association at once; the peer is told with ABORT. No callback follows. */
  public void close(long nowNanos) {}
}
