package org.consultrelay.relay.net.stream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.consultrelay.relay.wire.Bytes;
import org.consultrelay.relay.wire.PacketSink;
import org.consultrelay.relay.wire.SlotPool;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a {@link StreamPort}: cuts what comes in into packets, frames what goes out.
 * Who does not read loses packets, not the relay memory. On the loop's thread.
 */
public final class StreamConnection extends ChannelInboundHandlerAdapter implements PacketSink {
  private static final int CHUNK = 16 << 10;
  private static final long STALLED = 30_000_000_000L;

  private final StreamPort port;
  private final TransportAddress remote;
  private final int prefix;

  /** The beginning of a packet whose rest has not come yet. */
  private byte @Nullable [] begun;

  private int begunLength;
  private @Nullable ChannelHandlerContext context;
  private @Nullable ByteBuf out;
  private @Nullable Object attachment;
  private boolean dropping;
  private boolean ended;
  private StreamEnd reason = StreamEnd.CLOSED;
  private int received;
  private long lastHeard;
  private long stalledSince;
  private boolean encrypted;

  StreamConnection(StreamPort port, TransportAddress remote) {
    this.port = port;
    this.remote = remote;
    this.prefix = port.framing().skipped();
    this.lastHeard = port.loop().nowNanos();
  }

  /** Where it comes from; the client behind a proxy that we trust. */
  public TransportAddress remote() {
    return remote;
  }

  /** Whether it is TLS. */
  public boolean isEncrypted() {
    return encrypted;
  }

  /** What the handler keeps with it. */
  public @Nullable Object attachment() {
    return attachment;
  }

  /** Keeps something with it. */
  public void attach(Object object) {
    attachment = object;
  }

  /** Ends it: what it was for is over. */
  public void close() {
    end(StreamEnd.DONE);
  }

  private void end(StreamEnd why) {
    ChannelHandlerContext to = context;
    if (!ended && to != null) {
      ended = true;
      reason = why;
      to.close();
    }
  }

  // ---- what comes in

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    encrypted = ctx.pipeline().get(SslHandler.class) != null;
    port.opened(this);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ended = true;
    if (out != null) {
      out.release();
      out = null;
    }
    port.counters().end(reason);
    port.closed(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // A reset connection, or TLS that went wrong: nothing of it is ours to tell.
    ctx.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    try {
      port.beginTurn();
      lastHeard = port.loop().nowNanos();
      received = 0;
      read(in);
      port.endTurn(received);
    } finally {
      in.release();
    }
  }

  private void read(ByteBuf in) {
    while (!ended && in.isReadable()) {
      byte[] first = begun;
      if (first != null) {
        int wanted =
            begunLength < StreamFraming.HEADER
                ? StreamFraming.HEADER
                : port.framing().frame(u16(first, 0), u16(first, 2));
        if (!fits(wanted)) {
          return;
        }
        int more = Math.min(wanted - begunLength, in.readableBytes());
        in.readBytes(first, begunLength, more);
        begunLength += more;
        if (begunLength >= StreamFraming.HEADER && begunLength >= frameOf(first)) {
          deliver(null, first, begunLength);
          begunLength = 0;
          begun = null;
        }
      } else {
        int readable = in.readableBytes();
        int at = in.readerIndex();
        int wanted =
            readable < StreamFraming.HEADER
                ? StreamFraming.HEADER
                : port.framing().frame(in.getUnsignedShort(at), in.getUnsignedShort(at + 2));
        if (!fits(wanted)) {
          return;
        }
        if (readable < wanted) {
          begun = new byte[prefix + SlotPool.CAPACITY + StreamFraming.HEADER];
          begunLength = readable;
          in.readBytes(begun, 0, readable);
        } else {
          deliver(in, null, wanted);
          in.skipBytes(wanted);
        }
      }
    }
  }

  private int frameOf(byte[] first) {
    int frame = port.framing().frame(u16(first, 0), u16(first, 2));
    return frame < 0 ? 0 : frame;
  }

  private boolean fits(int frame) {
    if (frame < 0 || frame - prefix > SlotPool.CAPACITY) {
      end(StreamEnd.GARBAGE);
      return false;
    }
    return true;
  }

  private void deliver(@Nullable ByteBuf in, byte @Nullable [] whole, int frame) {
    int length = frame - prefix;
    if (length <= 0) {
      return; // an empty frame says that somebody is there
    }
    received++;
    port.counters().receivedPackets.increment();
    port.counters().receivedBytes.add(length);
    int slot = port.pool().claim();
    if (slot < 0) {
      port.counters().noSlot.increment();
      return;
    }
    long offset = SlotPool.offset(slot);
    ByteBuffer into = port.slotBytes();
    into.limit((int) offset + length).position((int) offset);
    if (in != null) {
      in.getBytes(in.readerIndex() + prefix, into);
    } else if (whole != null) {
      into.put(whole, prefix, length);
    }
    into.clear();
    boolean kept = false;
    try {
      kept = port.handler().onPacket(this, slot, offset, length, port.loop().nowNanos());
    } finally {
      if (!kept) {
        port.pool().release(slot);
      }
    }
  }

  private static int u16(byte[] bytes, int at) {
    return (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
  }

  /** Whether it still is of use; it ends when not. */
  void check(long nowNanos, long idleNanos) {
    ChannelHandlerContext to = context;
    if (to == null || to.channel().isWritable()) {
      stalledSince = 0;
    } else if (stalledSince == 0) {
      stalledSince = nowNanos;
    } else if (nowNanos - stalledSince > STALLED) {
      end(StreamEnd.STALLED);
    }
    if (nowNanos - lastHeard > idleNanos) {
      end(StreamEnd.IDLE);
    }
  }

  // ---- what goes out

  @Override
  public MemorySegment memory() {
    return port.scratch();
  }

  @Override
  public long claim(int maxLength) {
    ChannelHandlerContext to = context;
    dropping =
        ended
            || to == null
            || !to.channel().isWritable()
            || maxLength > StreamPort.MOST_PACKET - prefix;
    return prefix;
  }

  @Override
  public void commit(int length) {
    ChannelHandlerContext to = context;
    if (dropping || to == null) {
      port.counters().dropped.increment();
      return;
    }
    if (prefix > 0) {
      Bytes.put16(port.scratch(), 0, length);
    }
    int whole = prefix + length;
    ByteBuf into = out;
    if (into == null) {
      into = to.alloc().directBuffer(CHUNK);
      out = into;
      port.dirty(this);
    }
    ByteBuffer from = port.scratchBytes();
    from.limit(whole).position(0);
    into.writeBytes(from);
    from.clear();
    port.counters().sentPackets.increment();
    port.counters().sentBytes.add(length);
    if (into.readableBytes() >= CHUNK) {
      // Not flushed yet, but counted as waiting, so that a burst cannot go past the bound.
      out = null;
      to.write(into, to.voidPromise());
      port.dirty(this);
    }
  }

  void flush() {
    ChannelHandlerContext to = context;
    ByteBuf last = out;
    out = null;
    if (to == null || ended) {
      if (last != null) {
        last.release();
      }
    } else if (last != null) {
      to.writeAndFlush(last, to.voidPromise());
    } else {
      to.flush();
    }
  }
}
