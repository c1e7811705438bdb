package org.consultrelay.load.middle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Stands between participants and one UDP port of a relay as a NAT does: every participant has a
 * socket of its own towards the relay. Does to both directions what their faults say. One thread.
 */
final class UdpMiddle implements AutoCloseable {
  private static final int SOCKET_BUFFER = 4 << 20;
  private static final int MAX_DATAGRAM = 2_048;

  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  private record Held(
      long dueNanos, long order, Side to, @Nullable SocketAddress client, byte[] bytes)
      implements Comparable<Held> {
    @Override
    public int compareTo(Held other) {
      int byTime = Long.compare(dueNanos - other.dueNanos, 0);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  /** A channel, and for the relay's side whose it is. */
  private record Side(DatagramChannel channel, @Nullable SocketAddress client) {}

  private final Selector selector = Selector.open();
  private final FaultyLink up;
  private final FaultyLink down;
  private final AtomicReference<@Nullable InetSocketAddress> relay = new AtomicReference<>();
  private final Side front;
  private final Map<SocketAddress, Side> backs = new HashMap<>();
  private final PriorityQueue<Held> held = new PriorityQueue<>();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_DATAGRAM);
  private final Thread thread;
  private long order;
  private volatile boolean closed;

  /**
   * Opens the port.
   *
   * @param up faults of what participants send
   * @param down faults of what the relay sends
   */
  UdpMiddle(FaultyLink up, FaultyLink down) throws IOException {
    this.up = up;
    this.down = down;
    front = new Side(channel(), null);
    front.channel().register(selector, SelectionKey.OP_READ, front);
    thread = Thread.ofPlatform().daemon().name("udp-middle").start(this::run);
  }

  private static DatagramChannel channel() throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER);
    channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER);
    channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    channel.configureBlocking(false);
    return channel;
  }

  /** Where participants send to. */
  InetSocketAddress address() {
    try {
      return (InetSocketAddress) front.channel().getLocalAddress();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Says where the relay's port is. */
  void relayAt(InetSocketAddress address) {
    relay.set(address);
  }

  private void run() {
    try {
      while (!closed) {
        Held next = held.peek();
        long wait = next == null ? 100_000_000 : next.dueNanos() - System.nanoTime();
        if (wait > 0) {
          selector.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(wait)));
        } else {
          selector.selectNow();
        }
        // By hand: backs are registered while the keys are walked.
        for (SelectionKey key : selector.selectedKeys().toArray(SelectionKey[]::new)) {
          receive((Side) key.attachment());
        }
        selector.selectedKeys().clear();
        release();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void receive(Side side) throws IOException {
    for (buffer.clear(); ; buffer.clear()) {
      SocketAddress from;
      try {
        from = side.channel().receive(buffer);
      } catch (PortUnreachableException e) {
        continue;
      }
      if (from == null) {
        return;
      }
      byte[] bytes = new byte[buffer.flip().remaining()];
      buffer.get(bytes);
      if (bytes.length < 2) {
        continue;
      }
      SocketAddress client = side.client();
      if (client == null) {
        take(up, back(from), null, bytes);
      } else {
        take(down, front, client, bytes);
      }
    }
  }

  private Side back(SocketAddress client) throws IOException {
    Side known = backs.get(client);
    if (known == null) {
      known = new Side(channel(), client);
      known.channel().register(selector, SelectionKey.OP_READ, known);
      backs.put(client, known);
    }
    return known;
  }

  private void take(FaultyLink link, Side to, @Nullable SocketAddress client, byte[] bytes) {
    long due = System.nanoTime() + link.delayNanos();
    switch (link.fate(bytes[0] & 0xFF, bytes[1] & 0xFF)) {
      case DROP -> {}
      case PASS -> held.add(new Held(due, order++, to, client, bytes));
      case TWICE -> {
        held.add(new Held(due, order++, to, client, bytes));
        held.add(new Held(due, order++, to, client, bytes));
      }
      case ALTER -> {
        bytes[bytes.length / 2] ^= 1;
        held.add(new Held(due, order++, to, client, bytes));
      }
    }
  }

  private void release() throws IOException {
    InetSocketAddress target = relay.get();
    for (Held next = held.peek();
        next != null && next.dueNanos() - System.nanoTime() <= 0;
        next = held.peek()) {
      held.remove();
      SocketAddress to = next.client() == null ? target : next.client();
      if (to != null) {
        next.to().channel().send(ByteBuffer.wrap(next.bytes()), to);
      }
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    selector.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    front.channel().close();
    for (Side back : backs.values()) {
      back.channel().close();
    }
    selector.close();
  }
}
