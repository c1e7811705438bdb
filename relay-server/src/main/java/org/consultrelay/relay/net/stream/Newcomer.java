package org.consultrelay.relay.net.stream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * A connection of which nothing is known yet: waits for its proxy's header, its TLS handshake and
 * its first byte, for as long as the rules allow, and gives way to what it then turns out to be.
 */
final class Newcomer extends ChannelInboundHandlerAdapter {
  static final String NAME = "newcomer";

  private final StreamPort port;
  private final StreamDoor.Rules rules;
  private final @Nullable Certificates certificates;
  private final @Nullable InetSocketAddress http;
  private InetSocketAddress remote;
  private @Nullable InetAddress entered;
  private @Nullable ScheduledFuture<?> patience;
  private boolean taken;

  Newcomer(
      StreamPort port,
      StreamDoor.Rules rules,
      @Nullable Certificates certificates,
      @Nullable InetSocketAddress http,
      InetSocketAddress remote) {
    this.port = port;
    this.rules = rules;
    this.certificates = certificates;
    this.http = http;
    this.remote = remote;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    patience =
        ctx.executor()
            .schedule(
                () -> refuse(ctx, StreamEnd.TOO_SLOW),
                rules.patience().toNanos(),
                TimeUnit.NANOSECONDS);
    // Gone is gone, whoever has the connection then.
    ctx.channel()
        .closeFuture()
        .addListener(_ -> {
          if (entered != null) {
            rules.gate().leave(entered);
          }
        });
    if (ctx.pipeline().get(HAProxyMessageDecoder.class) == null) {
      enter(ctx);
    }
  }

  /** The address is known: is there room for one more from there? */
  private void enter(ChannelHandlerContext ctx) {
    StreamEnd full = rules.gate().enter(remote.getAddress());
    if (full != null) {
      refuse(ctx, full);
      return;
    }
    entered = remote.getAddress();
    if (certificates != null) {
      SslHandler tls = certificates.context().newHandler(ctx.alloc(), rules.handshakes());
      tls.setHandshakeTimeoutMillis(0); // our own patience covers it
      ctx.pipeline().addBefore(NAME, null, tls);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    switch (message) {
      case HAProxyMessage header -> {
        try {
          onProxied(ctx, header);
        } finally {
          header.release();
        }
      }
      case ByteBuf bytes when bytes.isReadable() && !taken -> first(ctx, bytes);
      default -> io.netty.util.ReferenceCountUtil.release(message);
    }
  }

  private void onProxied(ChannelHandlerContext ctx, HAProxyMessage header) {
    String source = header.sourceAddress();
    if (source != null) {
      try {
        remote = new InetSocketAddress(InetAddress.ofLiteral(source), header.sourcePort());
      } catch (IllegalArgumentException e) {
        refuse(ctx, StreamEnd.GARBAGE);
        return;
      }
    }
    enter(ctx);
  }

  private void first(ChannelHandlerContext ctx, ByteBuf bytes) {
    taken = true;
    stopWaiting();
    int first = bytes.getUnsignedByte(bytes.readerIndex());
    InetSocketAddress to = http;
    // What comes next comes to the replacement, and so does what came now.
    ChannelInboundHandlerAdapter next =
        to != null && first >= 'A' && first <= 'Z'
            ? new HttpBridge(to, remote)
            : new StreamConnection(port, TransportAddress.of(remote));
    ctx.pipeline().replace(this, "taken", next);
    try {
      next.channelRead(ctx.pipeline().context(next), bytes);
    } catch (Exception e) {
      ChannelFuture _ = ctx.close();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent done && !done.isSuccess()) {
      refuse(ctx, StreamEnd.TLS_FAILED);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    refuse(ctx, StreamEnd.GARBAGE);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    refuse(ctx, StreamEnd.CLOSED);
  }

  private void refuse(ChannelHandlerContext ctx, StreamEnd reason) {
    if (!taken) {
      taken = true;
      stopWaiting();
      port.counters().end(reason);
      ChannelFuture _ = ctx.close();
    }
  }

  private void stopWaiting() {
    if (patience != null) {
      patience.cancel(false);
      patience = null;
    }
  }
}
