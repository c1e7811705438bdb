package org.consultrelay.relay.net;

import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.nio.NioIoHandle;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.consultrelay.relay.wire.TransportAddress;

/** Opens ports of the one kind that a loop has. */
@FunctionalInterface
interface PortOpener {
  /** Opens a port and binds it. On the loop's thread. The arena outlives the port. */
  LoopPort open(
      MediaLoop loop,
      IoEventLoop eventLoop,
      TransportAddress local,
      LoopOptions options,
      Arena arena)
      throws IOException;

  /**
   * The kind of port for this setting on this event loop.
   *
   * @throws IOException when what is demanded cannot be
   */
  static PortOpener choose(IoMode mode, IoEventLoop eventLoop) throws IOException {
    // Names of our own sockets' classes come after the check: elsewhere they must not be loaded.
    boolean epoll = LinuxSupport.epollAvailable() && eventLoop.isCompatible(EpollIoHandle.class);
    boolean nio = eventLoop.isCompatible(NioIoHandle.class);
    if (epoll && mode != IoMode.NIO) {
      return LinuxPort.opener();
    }
    if (nio && mode != IoMode.EPOLL) {
      return NioPort::open;
    }
    String whyNot = LinuxSupport.whyNot();
    throw new IOException(
        mode == IoMode.NIO
            ? "net.io: nio needs a Vert.x instance without its native transport"
            : "net.io: "
                + mode
                + " is not possible: "
                + (whyNot == null ? "the Vert.x event loops are not epoll's" : whyNot));
  }

  /**
   * The addresses to bind, without port. An IPv6 wildcard takes IPv4 in, so beside it the IPv4
   * wildcard is left out; nothing named means the widest wildcard that there is.
   */
  default List<TransportAddress> locals(LoopOptions options) {
    TransportAddress any6 = new TransportAddress(0, 0, 0);
    TransportAddress any4 = TransportAddress.ipv4(0, 0);
    List<TransportAddress> locals = new ArrayList<>();
    options.bindAddresses().forEach(address -> locals.add(TransportAddress.of(address, 0)));
    if (locals.contains(any6)) {
      locals.remove(any4);
    }
    if (locals.isEmpty()) {
      locals.add(Inet6.available() ? any6 : any4);
    }
    return locals;
  }
}
