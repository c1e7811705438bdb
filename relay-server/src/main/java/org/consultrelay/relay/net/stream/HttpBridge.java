package org.consultrelay.relay.net.stream;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Hands HTTP that came by a shared port on to the HTTP door of this process, which is told the
 * client's address in a PROXY header (version 2). Reads no faster than the other side writes.
 */
final class HttpBridge extends ChannelInboundHandlerAdapter {
  private static final byte[] SIGNATURE = {
    0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A
  };

  private final InetSocketAddress door;
  private final InetSocketAddress client;
  private final Queue<Object> early = new ArrayDeque<>();
  private @Nullable Channel behind;

  HttpBridge(InetSocketAddress door, InetSocketAddress client) {
    this.door = door;
    this.client = client;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    Channel front = ctx.channel();
    front.config().setAutoRead(false);
    boolean epoll =
        front.eventLoop() instanceof IoEventLoop io && io.isCompatible(EpollIoHandle.class);
    ChannelFuture _ =
        new Bootstrap()
            .group(front.eventLoop())
            .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.AUTO_READ, false)
            .handler(new Copy(front))
            .connect(door)
            .addListener(
                (ChannelFutureListener)
                    connected -> {
                      if (!connected.isSuccess()) {
                        ChannelFuture _ = front.close();
                        return;
                      }
                      Channel to = connected.channel();
                      if (!front.isActive()) {
                        ChannelFuture _ = to.close(); // who knocked is gone already
                        return;
                      }
                      behind = to;
                      ChannelFuture _ = to.write(header());
                      for (Object each : early) {
                        ChannelFuture _ = to.write(each);
                      }
                      early.clear();
                      to.flush();
                      front.config().setAutoRead(true);
                      to.config().setAutoRead(true);
                    });
  }

  private ByteBuf header() {
    byte[] source = client.getAddress().getAddress();
    boolean ipv4 = client.getAddress() instanceof Inet4Address;
    ByteBuffer header = ByteBuffer.allocate(16 + 2 * source.length + 4);
    header.put(SIGNATURE).put((byte) 0x21).put((byte) (ipv4 ? 0x11 : 0x21));
    header.putShort((short) (2 * source.length + 4));
    header.put(source).put(source).putShort((short) client.getPort()).putShort((short) 0);
    return Unpooled.wrappedBuffer(header.flip());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    Channel to = behind;
    if (to == null) {
      early.add(message);
    } else {
      ChannelFuture _ = to.writeAndFlush(message);
      if (!to.isWritable()) {
        ctx.channel().config().setAutoRead(false);
      }
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (behind != null) {
      behind.config().setAutoRead(ctx.channel().isWritable());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    early.forEach(ReferenceCountUtil::release);
    early.clear();
    if (behind != null) {
      ChannelFuture _ =
          behind.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ChannelFuture _ = ctx.close();
  }

  /** The way back. */
  private static final class Copy extends ChannelInboundHandlerAdapter {
    private final Channel front;

    Copy(Channel front) {
      this.front = front;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ChannelFuture _ = front.writeAndFlush(message);
      if (!front.isWritable()) {
        ctx.channel().config().setAutoRead(false);
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      front.config().setAutoRead(ctx.channel().isWritable());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      ChannelFuture _ =
          front.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ChannelFuture _ = ctx.close();
    }
  }
}
