package org.consultrelay.relay.sfu;

import org.consultrelay.relay.rtp.RtpHeaderWriter;
import org.consultrelay.relay.wire.SlotPool;

/**
 * What came in during one turn of a loop and goes out at its end. Packets are gathered by layer and
 * then forwarded subscriber by subscriber: so all that a subscriber gets of a frame's burst is
 * encrypted with warm keys, stands together, and can leave as one segmented message.
 */
public final class ForwardingTurn {
  /** The most packets gathered before a turn is forwarded early. */
  static final int CAPACITY = 256;

  private final SlotPool pool;
  private final MediaCounters counters;
  private final MediaPacket[] packets = new MediaPacket[CAPACITY];
  private final Layer[] layers = new Layer[CAPACITY];
  private final VideoCap videoCap = new VideoCap();
  private final RtpHeaderWriter headerWriter = new RtpHeaderWriter();
  private int packetCount;
  private int layerCount;

  /**
   * A turn for one loop.
   *
   * @param pool where the loop's packets stand
   * @param counters the loop's counters
   */
  public ForwardingTurn(SlotPool pool, MediaCounters counters) {
    this.pool = pool;
    this.counters = counters;
    for (int i = 0; i < CAPACITY; i++) {
      packets[i] = new MediaPacket();
    }
  }

  /** The loop's counters. */
  public MediaCounters counters() {
    return counters;
  }

  /** How far video is cut down on this loop. */
  public VideoCap videoCap() {
    return videoCap;
  }

  /** Writes the headers of all that leaves: one for the loop is in the cache, one each is not. */
  RtpHeaderWriter headerWriter() {
    return headerWriter;
  }

  SlotPool pool() {
    return pool;
  }

  /**
   * The flyweight for the next packet. It counts as taken only once an endpoint has accepted it.
   *
   * @param slot the slot that the packet stands in
   */
  public MediaPacket next(int slot, long nowNanos) {
    if (packetCount == CAPACITY) {
      end(nowNanos);
    }
    MediaPacket packet = packets[packetCount];
    packet.inSlot(slot);
    return packet;
  }

  /** Takes the packet that {@link #next} gave; the layer lists it already. */
  void take(Layer layer, boolean firstOfLayer) {
    packetCount++;
    if (firstOfLayer) {
      layers[layerCount++] = layer;
    }
  }

  /**
   * Forwards all that was gathered and gives the slots on or back. A failure in one layer is a bug;
   * it does not cost the others their packets, nor the loop its slots, and is thrown at the end.
   */
  public void end(long nowNanos) {
    int count = layerCount;
    layerCount = 0;
    packetCount = 0;
    RuntimeException failure = null;
    for (int i = 0; i < count; i++) {
      try {
        layers[i].forward(nowNanos);
      } catch (RuntimeException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
