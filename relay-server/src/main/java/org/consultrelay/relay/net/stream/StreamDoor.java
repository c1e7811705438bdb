package org.consultrelay.relay.net.stream;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.consultrelay.relay.wire.Cidr;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * A TCP port behind which connections come to media loops: each loop listens for itself where the
 * system can share a port between them (SO_REUSEPORT), else the first one does.
 */
public final class StreamDoor {
  private final List<Channel> listeners;
  private final int port;

  private StreamDoor(List<Channel> listeners, int port) {
    this.listeners = listeners;
    this.port = port;
  }

  /**
   * What all doors of a relay share.
   *
   * @param gate how many connections there may be
   * @param proxies whose PROXY headers are believed, and demanded
   * @param handshakes runs what is slow about TLS handshakes
   * @param patience for the PROXY header, the handshake and the first byte, all together
   */
  public record Rules(
      ConnectionGate gate, List<Cidr> proxies, Executor handshakes, Duration patience) {
    /** The usual {@link #patience}. */
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Copies the list. */
    public Rules {
      proxies = List.copyOf(proxies);
    }

    boolean isProxy(InetAddress address) {
      TransportAddress from = TransportAddress.of(address, 0);
      for (Cidr each : proxies) {
        if (each.contains(from.high(), from.low())) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * Opens a port on some addresses.
   *
   * @param hosts the addresses to listen on
   * @param port TCP; 0 takes a free one
   * @param ports for each loop what takes the connections
   * @param certificates for TLS; null for none
   * @param http where HTTP is handed on to that comes by the same port; null when it is not taken
   * @throws IOException with one line, when an address cannot be had
   */
  public static StreamDoor open(
      List<InetAddress> hosts,
      int port,
      List<StreamPort> ports,
      Rules rules,
      @Nullable Certificates certificates,
      @Nullable InetSocketAddress http)
      throws IOException {
    List<Channel> listeners = new ArrayList<>();
    int number = port;
    try {
      for (InetAddress host : hosts) {
        requireFree(host, number);
        for (StreamPort each : ports) {
          EventLoop loop = each.loop().context().nettyEventLoop();
          boolean epoll = loop instanceof IoEventLoop io && io.isCompatible(EpollIoHandle.class);
          Channel listener =
              listen(loop, epoll, host, number, new Arrival(each, rules, certificates, http));
          listeners.add(listener);
          number = ((InetSocketAddress) listener.localAddress()).getPort();
          if (!epoll) {
            break;
          }
        }
      }
      return new StreamDoor(listeners, number);
    } catch (IOException e) {
      closeAll(listeners);
      throw e;
    }
  }

  /**
   * Loops share a port, and so could another process of this user without either of them noticing:
   * asks as one who does not share.
   */
  private static void requireFree(InetAddress host, int port) throws IOException {
    try (ServerSocketChannel alone = ServerSocketChannel.open()) {
      alone.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      alone.bind(new InetSocketAddress(host, port));
    } catch (IOException e) {
      throw refused(host, port, e);
    }
  }

  private static IOException refused(InetAddress host, int port, Exception cause) {
    return new IOException(
        "cannot bind TCP " + host.getHostAddress() + " port " + port + ": " + cause.getMessage(),
        cause);
  }

  private static Channel listen(
      EventLoop loop, boolean epoll, InetAddress host, int port, ChannelHandler arrival)
      throws IOException {
    ServerBootstrap server =
        new ServerBootstrap()
            .group(loop, loop)
            .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 1_024)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(StreamPort.MOST_WAITING / 2, StreamPort.MOST_WAITING))
            .childHandler(arrival);
    if (epoll) {
      server.option(UnixChannelOption.SO_REUSEPORT, true);
    }
    try {
      return server.bind(new InetSocketAddress(host, port)).sync().channel();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (Exception e) {
      throw refused(host, port, e);
    }
  }

  /** The port listened on. */
  public int port() {
    return port;
  }

  /** Takes no more connections. */
  public void close() {
    closeAll(listeners);
  }

  private static void closeAll(List<Channel> listeners) {
    for (Channel each : listeners) {
      // Nobody waits for it: a listener is closed at once, or with its loop.
      ChannelFuture _ = each.close();
    }
  }

  /** Sets up each connection on its way to a loop. */
  @ChannelHandler.Sharable
  private static final class Arrival extends ChannelInitializer<Channel> {
    private final StreamPort port;
    private final Rules rules;
    private final @Nullable Certificates certificates;
    private final @Nullable InetSocketAddress http;

    Arrival(
        StreamPort port,
        Rules rules,
        @Nullable Certificates certificates,
        @Nullable InetSocketAddress http) {
      this.port = port;
      this.rules = rules;
      this.certificates = certificates;
      this.http = http;
    }

    @Override
    protected void initChannel(Channel channel) {
      Newcomer newcomer =
          new Newcomer(
              port, rules, certificates, http, (InetSocketAddress) channel.remoteAddress());
      if (rules.isProxy(((InetSocketAddress) channel.remoteAddress()).getAddress())) {
        channel.pipeline().addLast(new HAProxyMessageDecoder());
      }
      channel.pipeline().addLast(Newcomer.NAME, newcomer);
    }
  }
}
