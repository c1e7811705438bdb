package org.consultrelay.relay.sctp;

/**
 * One data channel: a stream of messages each way (RFC 8831 §6). Made by {@link DataChannels#open}
 * or by the peer. Belongs to the loop of its {@link DataChannels}.
 */
public final class DataChannel {
  private final int streamId;
  private final String label;
  private final String protocol;
  private final Reliability reliability;

  DataChannel(int streamId, String label, String protocol, Reliability reliability) {
    this.streamId = streamId;
    this.label = label;
    this.protocol = protocol;
    this.reliability = reliability;
  }

  /** The stream's number, 0 to 65,534; of another channel later when this one is closed. */
  public int streamId() {
    return streamId;
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
    return false;
  }

  /**
   * Sends a message. Never blocks.
   *
   * @param binary false when the payload is UTF-8 text
   * @param payload any length, also none; kept until acknowledged and so not to be changed, but the
   *     same array may be sent to many
   */
  public Sending send(boolean binary, byte[] payload, long nowNanos) {
    return Sending.NOT_OPEN;
  }

  /** Bytes handed to {@link #send} and not yet acknowledged or given up. */
  public long bufferedBytes() {
    return 0;
  }

  /**
   * Closes both directions once what was sent is delivered (RFC 8831 §6.7). {@link
   * DataChannels.Listener#closed} follows when the peer has done the same. The second time, does
   * nothing.
   */
  public void close(long nowNanos) {}
}
