package org.consultrelay.relay.net;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoOps;
import io.netty.channel.nio.NioSelectableChannelIoHandle;
import io.netty.util.concurrent.Future;
import io.vertx.core.internal.ContextInternal;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import org.consultrelay.relay.wire.SlotPool;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * A port over an NIO channel: for machines without our own sockets, and to compare with. One system
 * call for each datagram, no segmentation; the JDK allocates an address when senders alternate. A
 * datagram that fills a slot to the last byte is taken for a truncated one, because NIO does not
 * tell.
 */
final class NioPort implements LoopPort {
  private static final int MAX_DATAGRAMS = 256;

  private final MediaLoop loop;
  private final IoEventLoop eventLoop;
  private final DatagramChannel channel;
  private final TransportAddress localAddress;
  private final SocketBuffers granted;
  private final SendBatch batch;
  private final PortCounters counters = new PortCounters();
  private final FailureLog failures = new FailureLog("a port or a datagram handler");
  private final @Nullable ByteBuffer[] slotBuffers;
  private final ByteBuffer scratch = ByteBuffer.allocateDirect(1);
  private int slot = -1;
  private @Nullable SocketAddress lastRemote;
  private TransportAddress remote = new TransportAddress(0, 0, 0);
  private @Nullable IoRegistration registration;
  private boolean closed;

  private NioPort(
      MediaLoop loop,
      IoEventLoop eventLoop,
      DatagramChannel channel,
      boolean ipv4Only,
      LoopOptions options,
      Arena arena)
      throws IOException {
    this.loop = loop;
    this.eventLoop = eventLoop;
    this.channel = channel;
    this.localAddress = TransportAddress.of((InetSocketAddress) channel.getLocalAddress());
    this.granted =
        new SocketBuffers(
            channel.getOption(StandardSocketOptions.SO_RCVBUF),
            channel.getOption(StandardSocketOptions.SO_SNDBUF));
    this.slotBuffers = new ByteBuffer[loop.slots().slots()];
    var memory = arena.allocate(options.sendBatchBytes(), 64);
    this.batch =
        new SendBatch(
            memory,
            new NioTransmitter(channel, memory.asByteBuffer(), counters),
            counters,
            ipv4Only,
            false);
  }

  /** Opens and binds. On the loop's thread. The arena outlives the port. */
  static NioPort open(
      MediaLoop loop,
      IoEventLoop eventLoop,
      TransportAddress local,
      LoopOptions options,
      Arena arena)
      throws IOException {
    boolean ipv4Only = local.isIpv4();
    DatagramChannel channel =
        DatagramChannel.open(ipv4Only ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
    try {
      channel.configureBlocking(false);
      SocketBuffers asked = options.buffers();
      if (asked.receiveBytes() > 0) {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, asked.receiveBytes());
      }
      if (asked.sendBytes() > 0) {
        channel.setOption(StandardSocketOptions.SO_SNDBUF, asked.sendBytes());
      }
      if (options.sharedPort()) {
        share(channel);
      }
      bind(channel, local);
      return new NioPort(loop, eventLoop, channel, ipv4Only, options, arena);
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  private static void share(DatagramChannel channel) throws IOException {
    if (!channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)) {
      throw new IOException("this system cannot share a UDP port between loops");
    }
    channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
  }

  private static void bind(DatagramChannel channel, TransportAddress local) throws IOException {
    try {
      channel.bind(local.toSocketAddress());
    } catch (IOException e) {
      BindException named =
          new BindException(
              "cannot bind UDP "
                  + local.hostAddress()
                  + " port "
                  + local.port()
                  + ": "
                  + e.getMessage());
      named.initCause(e);
      throw named;
    }
  }

  @Override
  public void start(DatagramHandler handler) throws IOException {
    Future<IoRegistration> future = eventLoop.register(new Handle(handler));
    // On the loop's own thread a registration is done, or has failed, when the call returns.
    if (!future.isSuccess()) {
      throw new IOException("cannot register a UDP channel with the event loop", future.cause());
    }
    IoRegistration registered = future.getNow();
    this.registration = registered;
    registered.submit(NioIoOps.READ);
  }

  /** What the event loop's selector calls. */
  private final class Handle extends NioSelectableChannelIoHandle<DatagramChannel> {
    private final DatagramHandler handler;

    Handle(DatagramHandler handler) {
      super(channel);
      this.handler = handler;
    }

    @Override
    protected void handle(DatagramChannel readable, SelectionKey key) {
      onReadable(handler);
    }

    @Override
    public void close() {
      NioPort.this.close();
    }
  }

  private void onReadable(DatagramHandler handler) {
    if (closed) {
      return;
    }
    ContextInternal outer = loop.beginTurn();
    int count = 0;
    try {
      while (count < MAX_DATAGRAMS && receive(handler)) {
        count++;
      }
    } catch (Throwable failure) {
      failures.add(failure);
    } finally {
      loop.endTurn(outer, handler, counters, count);
    }
  }

  /** Takes one datagram out of the channel; false when there is none. */
  private boolean receive(DatagramHandler handler) throws IOException {
    if (slot < 0) {
      slot = loop.slots().claim();
    }
    boolean noSlot = slot < 0;
    ByteBuffer into = noSlot ? scratch : buffer(slot);
    into.clear();
    counters.receiveCalls++;
    SocketAddress from = channel.receive(into);
    if (from == null) {
      return false;
    }
    int length = into.position();
    if (noSlot) {
      counters.drop(DropReason.NO_SLOT, 1);
      return true;
    }
    if (length == SlotPool.CAPACITY) {
      counters.drop(DropReason.TRUNCATED, 1);
      return true;
    }
    // Most often the sender is the same as before; its numbers need not be made again.
    if (!from.equals(lastRemote)) {
      lastRemote = from;
      remote = TransportAddress.of((InetSocketAddress) from);
    }
    counters.receivedPackets++;
    counters.receivedBytes += length;
    deliver(handler, length);
    return true;
  }

  private void deliver(DatagramHandler handler, int length) {
    try {
      if (handler.onDatagram(
          slot,
          SlotPool.offset(slot),
          length,
          remote.high(),
          remote.low(),
          remote.port(),
          loop.nowNanos())) {
        slot = -1;
      }
    } catch (Throwable failure) {
      counters.handlerFailures++;
      failures.add(failure);
    }
  }

  private ByteBuffer buffer(int number) {
    ByteBuffer buffer = slotBuffers[number];
    if (buffer == null) {
      buffer = slots().memory().asSlice(SlotPool.offset(number), SlotPool.CAPACITY).asByteBuffer();
      slotBuffers[number] = buffer;
    }
    return buffer;
  }

  @Override
  public TransportAddress localAddress() {
    return localAddress;
  }

  @Override
  public SlotPool slots() {
    return loop.slots();
  }

  @Override
  public SendBatch sendBatch() {
    return batch;
  }

  @Override
  public void flush() {
    if (!closed) {
      batch.flush();
    }
  }

  @Override
  public PortCounters counters() {
    return counters;
  }

  @Override
  public String io() {
    return "nio";
  }

  @Override
  public SocketBuffers granted() {
    return granted;
  }

  @Override
  public boolean segmentation() {
    return false;
  }

  @Override
  public boolean forbidsFragments() {
    return false;
  }

  @Override
  public void forbidFragments(boolean forbid) {
    // It never says that it could.
  }

  @Override
  public void reportErrors() {
    // NIO does not tell.
  }

  @Override
  public void sample() {
    // NIO has nothing to tell about what the kernel dropped.
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (registration != null) {
      registration.cancel();
    }
    if (slot >= 0) {
      loop.slots().release(slot);
    }
    try {
      channel.close();
    } catch (IOException e) {
      failures.add(e);
    }
  }
}
