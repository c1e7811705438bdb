package org.consultrelay.relay.wire;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * An IP address and a port (RFC 8445 §4's "transport address"), as numbers: no look-up, no name. An
 * IPv4 address is held in its IPv4-mapped IPv6 form (RFC 4291 §2.5.5.2), so one comparison serves
 * both families.
 *
 * @param high the first 64 bits of the IPv6 form
 * @param low the last 64 bits of the IPv6 form
 * @param port 0 to 65,535
 */
public record TransportAddress(long high, long low, int port) {
  private static final long MAPPED_PREFIX = 0x0000_FFFF_0000_0000L;

  /** Checks the port. */
  public TransportAddress {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port " + port);
    }
  }

  /** An IPv4 address from its 32 bits. */
  public static TransportAddress ipv4(int address, int port) {
    return new TransportAddress(0, mapped(address), port);
  }

  /** The low half of the IPv4-mapped form of an IPv4 address. */
  public static long mapped(int ipv4) {
    return MAPPED_PREFIX | (ipv4 & 0xFFFF_FFFFL);
  }

  /** From an address of the JDK's, which must be resolved. */
  public static TransportAddress of(InetAddress address, int port) {
    byte[] bytes = address.getAddress();
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return bytes.length == 4
        ? ipv4(buffer.getInt(), port)
        : new TransportAddress(buffer.getLong(), buffer.getLong(), port);
  }

  /** From a socket address of the JDK's, which must be resolved. */
  public static TransportAddress of(InetSocketAddress address) {
    return of(address.getAddress(), address.getPort());
  }

  /** Whether this is an IPv4 address (IPv4-mapped form). */
  public boolean isIpv4() {
    return high == 0 && low >>> 32 == 0xFFFF;
  }

  /** The 32 bits of an IPv4 address; meaningless unless {@link #isIpv4()}. */
  public int ipv4() {
    return (int) low;
  }

  /** The same host, another port. */
  public TransportAddress withPort(int otherPort) {
    return new TransportAddress(high, low, otherPort);
  }

  /** As an address of the JDK's; an {@link Inet4Address} for IPv4. Allocates. */
  public InetAddress toInetAddress() {
    ByteBuffer buffer =
        isIpv4()
            ? ByteBuffer.allocate(4).putInt(ipv4())
            : ByteBuffer.allocate(16).putLong(high).putLong(low);
    try {
      return InetAddress.getByAddress(buffer.array());
    } catch (UnknownHostException e) {
      throw new AssertionError("4 or 16 bytes are always an address", e);
    }
  }

  /** As a socket address of the JDK's. Allocates. */
  public InetSocketAddress toSocketAddress() {
    return new InetSocketAddress(toInetAddress(), port);
  }

  /** The host in full, as in SDP candidates. Never for logs: {@link #toString()} is for those. */
  public String hostAddress() {
    return toInetAddress().getHostAddress();
  }

  /** A well-mixed hash of the three numbers, the one that {@link AddressMap} uses. */
  static int hash(long high, long low, int port) {
    long h = (high * 31 + low) * 31 + port;
    h *= 0x9E37_79B9_7F4A_7C15L;
    return (int) (h >>> 32);
  }

  @Override
  public int hashCode() {
    return hash(high, low, port);
  }

  /** The address with its host part left out (first 16 bits of IPv4, 32 of IPv6), safe to log. */
  @Override
  public String toString() {
    if (isIpv4()) {
      int host = ipv4();
      return (host >>> 24) + "." + (host >>> 16 & 0xFF) + ".x.x:" + port;
    }
    return "["
        + Long.toHexString(high >>> 48)
        + ":"
        + Long.toHexString(high >>> 32 & 0xFFFF)
        + "::x]:"
        + port;
  }
}
