package org.consultrelay.relay.net.stream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.internal.ContextInternal;
import java.io.IOException;
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
public final class StreamConnection extends ChannelInboundHandlerAdapter
    implements PacketSink, FrameCutter.Packets {
  private static final int CHUNK = 16 << 10;

  /** A time that does not come. */
  private static final long NOT = Long.MIN_VALUE;

  private final StreamPort port;
  private final TransportAddress remote;
  private final int prefix;

  private final FrameCutter cutter;
  private final long openedAt;
  private @Nullable ChannelHandlerContext context;
  private @Nullable ByteBuf out;
  private @Nullable Object attachment;
  private boolean dropping;
  private boolean ended;
  private StreamEnd reason = StreamEnd.CLOSED;
  private boolean proven;
  private boolean encrypted;
  private int received;
  private long lastHeard;
  private long begunAt = NOT;
  private long stalledAt = NOT;

  /** Where it stands among its port's connections; the port's to use. */
  int index;

  StreamConnection(StreamPort port, TransportAddress remote) {
    this.port = port;
    this.remote = remote;
    this.prefix = port.framing().skipped();
    this.cutter = new FrameCutter(port.framing());
    this.openedAt = port.loop().nowNanos();
    this.lastHeard = openedAt;
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

  /** It has shown that it may be here: {@link StreamLimits#proof} is fulfilled. */
  public void proven() {
    proven = true;
  }

  /** Whether the calling thread is the one that everything here belongs to. Any thread. */
  boolean isOnItsLoop() {
    return port.loop().onLoop();
  }

  /** The loop's time in nanoseconds. */
  public long nowNanos() {
    return port.loop().nowNanos();
  }

  /** Ends it: what it was for is over. What was sent leaves before. */
  public void close() {
    end(StreamEnd.DONE);
  }

  private void end(StreamEnd why) {
    ChannelHandlerContext to = context;
    if (!ended && to != null) {
      reason = why;
      flush();
      ended = true;
      ChannelFuture _ = to.close();
    }
  }

  // ---- what comes in

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    SslHandler tls = ctx.pipeline().get(SslHandler.class);
    encrypted = tls != null;
    if (tls != null) {
      // Some clients, coturn's own among them, take what one TLS record holds for one message.
      tls.setWrapDataSize(0);
    }
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
    // A reset connection, or TLS that went wrong: nothing of it is ours to tell, unless it is a
    // bug.
    if (!(cause instanceof IOException || cause instanceof DecoderException)) {
      port.failed(cause);
    }
    ChannelFuture _ = ctx.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    ContextInternal outer = port.loop().beginTurn();
    long now = port.loop().nowNanos();
    lastHeard = now;
    received = 0;
    try {
      read(in);
    } finally {
      in.release();
      if (!cutter.isWithinPacket()) {
        begunAt = NOT;
      } else if (received > 0 || begunAt == NOT) {
        begunAt = now;
      }
      port.endTurn(outer, received);
    }
  }

  private void read(ByteBuf in) {
    while (!ended && in.isReadable()) {
      int length = port.readPiece(in);
      if (!cutter.take(port.piece(), 0, length, this)) {
        end(StreamEnd.GARBAGE);
      }
    }
  }

  @Override
  public boolean packet(MemorySegment memory, long at, int length) {
    received++;
    port.counters().receivedPackets.increment();
    port.counters().receivedBytes.add(length);
    SlotPool slots = port.loop().slots();
    int slot = slots.claim();
    if (slot < 0) {
      port.counters().noSlot.increment();
      return true;
    }
    long offset = SlotPool.offset(slot);
    Bytes.copy(memory, at, slots.memory(), offset, length);
    boolean kept = false;
    try {
      kept = port.handler().onPacket(this, slot, offset, length, port.loop().nowNanos());
    } catch (RuntimeException | Error failure) {
      // Costs this one packet, as with datagrams.
      port.failed(failure);
    }
    if (!kept) {
      slots.release(slot);
    }
    return !ended;
  }

  /** Whether it still is of use; it ends when not. */
  void check(long nowNanos, StreamLimits limits) {
    ChannelHandlerContext to = context;
    if (to == null || to.channel().isWritable()) {
      stalledAt = NOT;
    } else if (stalledAt == NOT) {
      stalledAt = nowNanos;
    } else if (nowNanos - stalledAt > limits.stalled()) {
      end(StreamEnd.STALLED);
    }
    if (nowNanos - lastHeard > limits.idle()) {
      end(StreamEnd.IDLE);
    } else if (begunAt != NOT && nowNanos - begunAt > limits.packet()) {
      end(StreamEnd.TOO_SLOW);
    } else if (!proven && nowNanos - openedAt > limits.proof()) {
      end(StreamEnd.STRANGER);
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
      into = to.alloc().directBuffer(encrypted ? whole : CHUNK);
      out = into;
      port.dirty(this);
    }
    ByteBuffer from = port.scratchBytes();
    from.limit(whole).position(0);
    into.writeBytes(from);
    from.clear();
    port.counters().sentPackets.increment();
    port.counters().sentBytes.add(length);
    if (encrypted || into.readableBytes() >= CHUNK) {
      // Not flushed yet, but counted as waiting, so that a burst cannot go past the bound.
      out = null;
      ChannelFuture _ = to.write(into, to.voidPromise());
      port.dirty(this);
    }
  }

  /** Bytes that wait to be read by the other side, beyond what the kernel keeps. */
  long waiting() {
    ChannelHandlerContext to = context;
    ChannelOutboundBuffer buffer = to == null ? null : to.channel().unsafe().outboundBuffer();
    return (buffer == null ? 0 : buffer.totalPendingWriteBytes())
        + (out == null ? 0 : out.readableBytes());
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
      ChannelFuture _ = to.writeAndFlush(last, to.voidPromise());
    } else {
      to.flush();
    }
  }
}
