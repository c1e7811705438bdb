package org.consultrelay.relay.sctp;

/**
 * One data channel: a stream of messages each way (RFC 8831 §6). Made by {@link DataChannels#open}
 * or by the peer. Belongs to the loop of its {@link DataChannels}.
 */
public final class DataChannel {
  enum State {
    /** Opened by us; the peer has not answered. */
    OPENING,
    OPEN,
    /** One side has closed it, and not everything has been said about that. */
    CLOSING,
    CLOSED
  }

  private final DataChannels owner;
  private final OutgoingMessage.Stream stream;
  private final boolean ours;
  private final String label;
  private final String protocol;
  private final Reliability reliability;

  State state;

  /** Whether we have asked for a reset of our side, and whether that is done. */
  boolean resetAsked;

  boolean outgoingReset;

  /** Whether the peer has reset its side. */
  boolean incomingReset;

  /** In the middle of a message in deprecated parts, which is dropped to its end. */
  boolean skipping;

  DataChannel(DataChannels owner, OutgoingMessage.Stream stream, boolean ours, Dcep.Open open) {
    this.owner = owner;
    this.stream = stream;
    this.ours = ours;
    this.label = open.label();
    this.protocol = open.protocol();
    this.reliability = open.reliability();
    this.state = ours ? State.OPENING : State.OPEN;
  }

  /** The stream's number, 0 to 65,534; of another channel later when this one is closed. */
  public int streamId() {
    return stream.id;
  }

  /** What the one who opened it calls it. Hostile when that was the peer. */
  public String label() {
    return label;
  }

  /** The subprotocol, often empty. Hostile when the peer opened the channel. */
  public String protocol() {
    return protocol;
  }

  /** What holds for messages both ways. */
  public Reliability reliability() {
    return reliability;
  }

  /** Whether {@link #send} takes messages. */
  public boolean isOpen() {
    return state == State.OPEN;
  }

  /**
   * Sends a message. Never blocks.
   *
   * @param binary false when the payload is UTF-8 text
   * @param payload any length, also none; kept until acknowledged and so not to be changed, but the
   *     same array may be sent to many
   */
  public Sending send(boolean binary, byte[] payload, long nowNanos) {
    return owner.send(this, binary, payload, nowNanos);
  }

  /** Bytes handed to {@link #send} and not yet acknowledged or given up. */
  public long bufferedBytes() {
    return state == State.CLOSED ? 0 : stream.bufferedBytes;
  }

  /**
   * Closes both directions once what was sent is delivered (RFC 8831 §6.7); what comes meanwhile is
   * dropped. {@link DataChannels.Listener#closed} follows when the peer has done the same, which
   * may be within the call. The second time, does nothing.
   */
  public void close(long nowNanos) {
    owner.close(this, nowNanos);
  }

  OutgoingMessage.Stream stream() {
    return stream;
  }

  boolean isOurs() {
    return ours;
  }
}
