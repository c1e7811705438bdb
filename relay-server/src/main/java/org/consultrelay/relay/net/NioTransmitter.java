package org.consultrelay.relay.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/** Sends a batch over an NIO channel, packet by packet. */
final class NioTransmitter implements Transmitter {
  private final DatagramChannel channel;
  private final ByteBuffer memory;
  private final PortCounters counters;

  /**
   * Sends over this channel.
   *
   * @param memory a view of the whole of the batch's memory
   */
  NioTransmitter(DatagramChannel channel, ByteBuffer memory, PortCounters counters) {
    this.channel = channel;
    this.memory = memory;
    this.counters = counters;
  }

  @Override
  public void transmit(SendBatch batch) {
    int runs = batch.runs();
    for (int i = 0; i < runs; i++) {
      memory.limit(batch.offset(i) + batch.bytes(i)).position(batch.offset(i));
      counters.sendCalls++;
      try {
        if (channel.send(memory, batch.destination(i).socketAddress()) == 0) {
          counters.drop(DropReason.SEND_BUFFER_FULL, 1);
        } else {
          counters.sentPackets++;
          counters.sentBytes += batch.bytes(i);
        }
      } catch (IOException | RuntimeException e) {
        counters.drop(reason(e), 1);
      }
    }
  }

  /** The JDK hands on the system's text and no number. */
  private static DropReason reason(Exception e) {
    String text = String.valueOf(e.getMessage());
    if (text.contains("ermi")) {
      // "Operation not permitted", "Permission denied"
      return DropReason.FORBIDDEN;
    } else if (text.contains("unreachable") || text.contains("No route")) {
      return DropReason.UNREACHABLE;
    } else if (text.contains("too long") || text.contains("too large")) {
      return DropReason.TOO_LONG;
    } else if (text.contains("refused")) {
      return DropReason.REFUSED;
    }
    return DropReason.OTHER;
  }
}
