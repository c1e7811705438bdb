package org.consultrelay.relay.signal.livekit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.HashMap;
import java.util.Map;

/**
 * Stands between clients and a relay's media port, passes on every datagram, and measures how long
 * the relay takes to answer, as seen from its port: what the relay waits for, and what clients do
 * in the meantime, does not count.
 */
final class DatagramTap implements AutoCloseable {
  /**
   * How long the relay had something to answer, in nanoseconds.
   *
   * @param ice the sum of the times from each connectivity check to its answer, of all before the
   *     handshake
   * @param dtls the sum of the times from the last packet of a flight of the client's to the last
   *     of the relay's
   */
  record Share(long ice, long dtls) {}

  private static final int LONGEST = 2_048;
  private static final int CHANGE_CIPHER_SPEC = 20;
  private static final int HANDSHAKE = 22;

  private final InetSocketAddress relay;
  private final Selector selector = Selector.open();
  private final DatagramChannel front;
  private final Map<SocketAddress, DatagramChannel> backs = new HashMap<>();
  private final Map<String, Long> checks = new HashMap<>();
  private final ByteBuffer packet = ByteBuffer.allocateDirect(LONGEST);
  private final Thread thread;
  private long ice;
  private long dtls;
  private long lastHandshake;

  /** Before a media port; runs until it is closed. */
  DatagramTap(InetSocketAddress relay) throws IOException {
    this.relay = relay;
    front = open(new InetSocketAddress(relay.getAddress(), 0), null);
    thread = Thread.ofPlatform().daemon().name("datagram-tap").start(this::run);
  }

  /** Where clients are to send to. */
  int port() throws IOException {
    return ((InetSocketAddress) front.getLocalAddress()).getPort();
  }

  /** What was measured since the last time. */
  synchronized Share take() {
    Share share = new Share(ice, dtls);
    ice = 0;
    dtls = 0;
    lastHandshake = 0;
    checks.clear();
    return share;
  }

  private DatagramChannel open(SocketAddress address, SocketAddress client) throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    channel.bind(address);
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ, client);
    return channel;
  }

  private void run() {
    try {
      while (true) {
        selector.select(key -> {
          try {
            pass((DatagramChannel) key.channel(), (SocketAddress) key.attachment());
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
        if (!selector.isOpen()) {
          return;
        }
      }
    } catch (ClosedSelectorException closed) {
      // The end.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All that is there; {@code client} is null for what comes from clients. */
  private void pass(DatagramChannel from, SocketAddress client) throws IOException {
    for (SocketAddress sender = from.receive(packet.clear());
        sender != null;
        sender = from.receive(packet.clear())) {
      packet.flip();
      measure(client == null, System.nanoTime());
      if (client != null) {
        front.send(packet, client);
      } else {
        DatagramChannel back = backs.get(sender);
        if (back == null) {
          back = open(new InetSocketAddress(relay.getAddress(), 0), sender);
          backs.put(sender, back);
        }
        back.send(packet, relay);
      }
    }
  }

  private synchronized void measure(boolean fromClient, long now) {
    if (!packet.hasRemaining()) {
      return;
    }
    int first = packet.get(0) & 0xFF;
    if (first < 4 && packet.limit() >= 20) {
      check(fromClient, now);
    } else if (first == CHANGE_CIPHER_SPEC || first == HANDSHAKE) {
      if (!fromClient && lastHandshake != 0) {
        dtls += now - lastHandshake;
      }
      lastHandshake = now;
    }
  }

  private void check(boolean fromClient, long now) {
    byte[] transaction = new byte[12];
    packet.get(8, transaction);
    String id = java.util.HexFormat.of().formatHex(transaction);
    if (fromClient && lastHandshake == 0) {
      checks.putIfAbsent(id, now);
    } else if (!fromClient) {
      Long asked = checks.remove(id);
      if (asked != null) {
        ice += now - asked;
      }
    }
  }

  @Override
  public void close() throws IOException {
    selector.close();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    front.close();
    for (DatagramChannel back : backs.values()) {
      back.close();
    }
  }
}
