package org.consultrelay.relay.net;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.consultrelay.relay.wire.TransportAddress;

/**
 * A peer's transport address, made ready to send to: the {@code sockaddr} bytes as numbers that are
 * stored with the message, so that there is nothing to free and nothing to outlive. Make one when a
 * peer's address becomes known and keep it; making one allocates. One loop's thread.
 */
public final class Destination {
  static final short AF_INET = 2;
  static final short AF_INET6 = 10;
  static final int SOCKADDR_IN_BYTES = 16;
  static final int SOCKADDR_IN6_BYTES = 28;

  private final TransportAddress address;
  private final boolean ipv4;
  private final InetSocketAddress socketAddress;

  /** The first 8 bytes of a sockaddr_in in the machine's order; the other 8 are zero. */
  final long inet;

  /** The four times 8 bytes of a sockaddr_in6; an IPv4 address is mapped. */
  final long inet6First;

  final long inet6Second;
  final long inet6Third;

  /**
   * False once the kernel refused a run for this destination (its path takes shorter packets than
   * the interface): then packets go one by one.
   */
  boolean segmentation = true;

  private Destination(TransportAddress address) {
    this.address = address;
    this.ipv4 = address.isIpv4();
    this.socketAddress = address.toSocketAddress();
    ByteBuffer sockaddr = ByteBuffer.allocate(24).order(ByteOrder.nativeOrder());
    sockaddr.putShort(0, AF_INET);
    sockaddr.order(ByteOrder.BIG_ENDIAN).putShort(2, (short) address.port());
    sockaddr.putInt(4, address.ipv4());
    this.inet = sockaddr.order(ByteOrder.nativeOrder()).getLong(0);
    sockaddr.putShort(0, AF_INET6).putInt(4, 0);
    sockaddr.order(ByteOrder.BIG_ENDIAN).putLong(8, address.high()).putLong(16, address.low());
    sockaddr.order(ByteOrder.nativeOrder());
    this.inet6First = sockaddr.getLong(0);
    this.inet6Second = sockaddr.getLong(8);
    this.inet6Third = sockaddr.getLong(16);
  }

  /** Makes the address ready. IPv6 scope identifiers are not carried: no link-local peers. */
  public static Destination of(TransportAddress address) {
    return new Destination(address);
  }

  /** The address. */
  public TransportAddress address() {
    return address;
  }

  boolean isIpv4() {
    return ipv4;
  }

  InetSocketAddress socketAddress() {
    return socketAddress;
  }

  /** The address, redacted. */
  @Override
  public String toString() {
    return address.toString();
  }
}
