package org.consultrelay.relay.transport;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.sfu.MediaOutlet;
import org.consultrelay.relay.srtp.SrtpSender;
import org.consultrelay.relay.wire.Bytes;
import org.consultrelay.relay.wire.PacketSink;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where one peer's packets leave: encrypted into the sink of the path that the peer's chosen pair
 * is on. Open while there are keys and a pair.
 */
final class SrtpOutlet implements MediaOutlet {
  /** The most that SRTP and SRTCP add to a packet, in bytes: a tag of 16 and an index of 4. */
  private static final int SRTP_OVERHEAD = 20;

  private @Nullable SrtpSender sender;
  private @Nullable PacketSink sink;
  private @Nullable TransportAddress destination;
  private int path;

  /** From now on packets go there. */
  void sendTo(TransportAddress remote, int itsPath, @Nullable PacketSink itsSink) {
    sink = itsSink;
    destination = itsSink == null ? null : remote;
    path = itsPath;
  }

  /** Nothing goes there any more; if packets went there, they go nowhere. */
  void leave(TransportAddress remote, int itsPath) {
    if (destination != null && path == itsPath && destination.equals(remote)) {
      destination = null;
    }
  }

  /** Where packets go; null for nowhere. */
  @Nullable TransportAddress destination() {
    return destination;
  }

  /** The path that they go by. */
  int path() {
    return path;
  }

  /** Whether there is somewhere to send to. */
  boolean hasDestination() {
    return destination != null;
  }

  /** Keys are agreed. The sender is closed with the outlet. */
  void open(SrtpSender keys) {
    sender = keys;
  }

  /** Sends a datagram as it is; drops it when there is nowhere to send to. */
  void sendPlain(byte[] datagram, int length) {
    PacketSink to = sink;
    if (to != null && destination != null) {
      long at = to.claim(length);
      Bytes.copy(MemorySegment.ofArray(datagram), 0, to.memory(), at, length);
      to.commit(length);
    }
  }

  /** Gives up the keys. The second time, does nothing. */
  void close() {
    if (sender != null) {
      sender.close();
      sender = null;
    }
  }

  @Override
  public boolean isOpen() {
    return sender != null && destination != null;
  }

  @Override
  public MemorySegment memory() {
    return openSink().memory();
  }

  @Override
  public long claim(int length) {
    return openSink().claim(length + SRTP_OVERHEAD);
  }

  @Override
  public void sendRtp(
      long at,
      int headerLength,
      MemorySegment source,
      long payloadOffset,
      int payloadLength,
      int ssrc,
      long index) {
    PacketSink to = openSink();
    SrtpSender keys = sender;
    if (keys != null && destination != null) {
      to.commit(
          keys.protectRtp(
              to.memory(), at, headerLength, source, payloadOffset, payloadLength, ssrc, index));
    }
  }

  @Override
  public void sendRtcp(long at, int length) {
    PacketSink to = openSink();
    SrtpSender keys = sender;
    if (keys != null && destination != null) {
      to.commit(keys.protectRtcp(to.memory(), at, length));
    }
  }

  private PacketSink openSink() {
    PacketSink to = sink;
    if (to == null) {
      throw new IllegalStateException("not open");
    }
    return to;
  }
}
