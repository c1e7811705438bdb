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
     * A channel can be sent on: the peer has opened it, or answered {@link DataChannels#open}.
     * Comes once at most for each channel, before everything else about it.
     */
    void opened(DataChannel channel);

    /**
     * A whole message.
     *
     * @param binary as the peer said; if not, the payload is to be UTF-8, which nobody has checked
     * @param payload 0 to {@link SctpLimits#maxMessageSize} bytes; the listener's to keep
     */
    void message(DataChannel channel, boolean binary, byte[] payload);

    /**
     * A channel was closed, by the peer or by {@link DataChannel#close}, or was never opened
     * because the peer refused it. Comes once at most, and is the last about it.
     */
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

  private static final long MILLI = 1_000_000L;
  private static final byte[] EMPTY = {0}; // SCTP has no empty messages (RFC 8831 §6.6)

  private final long remoteMaxMessageSize;
  private final SctpLimits limits;
  private final SctpCounters counters;
  private final Association association;
  private final ChannelTable channels;
  private long now;

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
   * @param deadlines told when {@link #deadline} may have become earlier by a call of a channel's
   *     or of this object's
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
      Listener listener) {
    this.remoteMaxMessageSize = remoteMaxMessageSize == 0 ? Long.MAX_VALUE : remoteMaxMessageSize;
    this.limits = limits;
    this.counters = counters;
    this.channels = new ChannelTable(evenStreams, counters, listener);
    this.association =
        new Association(
            remotePort,
            limits,
            random,
            counters,
            outlet,
            deadlines,
            new ChannelEvents(this, channels, limits, counters, listener));
  }

  /** Begins the handshake, unless the peer has. Call once, when DTLS is connected. */
  public void start(long nowNanos) {
    now = nowNanos;
    association.start(nowNanos);
  }

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
    now = nowNanos;
    byte[] message = Dcep.write(new Dcep.Open(label, protocol, reliability));
    Dcep.Open open = Dcep.read(message, limits.labelLength());
    if (open == null) {
      throw new IllegalArgumentException("label or protocol is too long");
    }
    if (channels.ours() == limits.channels()) {
      throw new IllegalStateException("there are " + channels.ours() + " channels of ours");
    }
    int id = channels.freeStream();
    DataChannel channel = new DataChannel(this, association.streams().get(id), true, open);
    if (association.isEnded() || id >= association.outgoingStreams()) {
      channel.state = DataChannel.State.CLOSED;
      return channel;
    }
    channels.add(channel);
    control(channel, message);
    return channel;
  }

  /** Whether messages can get through: the handshake is over and the association is not ending. */
  public boolean isUp() {
    return association.isUp();
  }

  /** Bytes of all channels handed to send and not yet acknowledged or given up. */
  public long bufferedBytes() {
    return association.bufferedBytes();
  }

  /** Takes a packet: the data of one DTLS record. Anything may be in it. */
  public void onPacket(MemorySegment memory, long offset, int length, long nowNanos) {
    now = nowNanos;
    association.onPacket(memory, offset, length, nowNanos);
  }

  /** When {@link #onDeadline} wants to be called next; {@link Long#MAX_VALUE} for never. */
  public long deadline() {
    return association.deadline();
  }

  /** Does what is due at {@code nowNanos}; harmless if nothing is. */
  public void onDeadline(long nowNanos) {
    now = nowNanos;
    association.onDeadline(nowNanos);
  }

  /**
   * Ends the association in good order: what was sent is delivered first (RFC 9260 §9.2). {@link
   * Listener#failed} follows with {@link SctpFailure#SHUT_DOWN}.
   */
  public void shutdown(long nowNanos) {
    now = nowNanos;
    association.shutdown(nowNanos);
  }

  /** Ends the association at once; the peer is told with ABORT. No callback follows. */
  public void close(long nowNanos) {
    association.close(nowNanos);
    channels.forgetAll();
  }

  // ---- for channels and for what the association tells

  Sending send(DataChannel channel, boolean binary, byte[] payload, long nowNanos) {
    now = nowNanos;
    if (!channel.isOpen() || !association.isUp()) {
      return counters.refused(Sending.NOT_OPEN);
    }
    if (payload.length > remoteMaxMessageSize
        || payload.length > limits.sendBuffer() - SctpLimits.MESSAGE_OVERHEAD) {
      return counters.refused(Sending.TOO_LARGE);
    }
    if (!association.hasRoom(payload.length)) {
      return counters.refused(Sending.BUFFER_FULL);
    }
    boolean empty = payload.length == 0;
    int protocol = empty ? Dcep.STRING_EMPTY : Dcep.STRING;
    if (binary) {
      protocol = empty ? Dcep.BINARY_EMPTY : Dcep.BINARY;
    }
    Reliability.Delivery delivery = channel.reliability().delivery();
    counters.messagesSent++;
    counters.bytesSent += payload.length;
    association.send(
        new OutgoingMessage(
            channel.stream(),
            channel.reliability().ordered(),
            protocol,
            empty ? EMPTY : payload,
            delivery instanceof Reliability.MaxLifetime(long millis)
                ? nowNanos + millis * MILLI
                : Long.MAX_VALUE,
            delivery instanceof Reliability.MaxRetransmits(long count) ? count : Long.MAX_VALUE),
        nowNanos);
    return Sending.ACCEPTED;
  }

  void close(DataChannel channel, long nowNanos) {
    now = nowNanos;
    if (channel.state == DataChannel.State.OPENING || channel.isOpen()) {
      reset(channel);
    }
  }

  /** Resets our side of a channel, which then is closing. */
  void reset(DataChannel channel) {
    channel.state = DataChannel.State.CLOSING;
    channel.resetAsked = true;
    if (!association.reset(channel.streamId(), now)) {
      // Not up yet, or a peer that cannot close channels: it is closed here.
      association.streams().drop(channel.streamId());
      association.streams().forget(channel.streamId());
      channels.finish(channel);
    }
  }

  /** Resets our side of a stream that no channel has. */
  void reset(int stream) {
    association.reset(stream, now);
  }

  OutgoingStreams streams() {
    return association.streams();
  }

  /** Streams that we may send on. */
  int outgoingStreams() {
    return association.outgoingStreams();
  }

  /** Sends what is said of a channel itself. */
  void control(DataChannel channel, byte[] message) {
    association.send(
        new OutgoingMessage(
            channel.stream(), true, Dcep.CONTROL, message, Long.MAX_VALUE, Long.MAX_VALUE),
        now);
  }
}
