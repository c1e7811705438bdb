package org.consultrelay.relay.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import org.consultrelay.relay.wire.TransportAddress;

/** Whether this host has IPv6 switched on. */
final class Inet6 {
  private static final boolean AVAILABLE = probe();

  private Inet6() {}

  /** Whether a socket can be bound to the IPv6 wildcard. */
  static boolean available() {
    return AVAILABLE;
  }

  private static boolean probe() {
    try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET6)) {
      channel.bind(new InetSocketAddress(new TransportAddress(0, 0, 0).toInetAddress(), 0));
      return true;
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
