package org.consultrelay.relay.wire;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A block of addresses, such as {@code 10.0.0.0/8} or {@code 2001:db8::/32} (RFC 4632 §3.1, RFC
 * 4291 §2.3). An IPv4 block is held in its IPv4-mapped form, so it holds IPv4 addresses only.
 *
 * @param high the first 64 bits, as in {@link TransportAddress#high()}
 * @param low the last 64 bits, as in {@link TransportAddress#low()}
 * @param bits how many bits of the 128 are fixed
 */
public record Cidr(long high, long low, int bits) {
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,3}(?:\\.\\d{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)(?:/(\\d{1,3}))?");
  private static final int MAPPED_BITS = 96;

  /** Checks that nothing is set beyond the fixed bits. */
  public Cidr {
    if (bits < 0 || bits > 128) {
      throw new IllegalArgumentException("a prefix of " + bits + " bits");
    }
    if ((high & ~highMask(bits)) != 0 || (low & ~lowMask(bits)) != 0) {
      throw new IllegalArgumentException("an address with bits beyond the prefix");
    }
  }

  /**
   * Reads a block, or a single address as a block of one. Asks no name server.
   *
   * @return empty when it is none: also when bits are set beyond the prefix ({@code 10.0.0.1/8}),
   *     because then the writer and we may mean different things
   */
  public static Optional<Cidr> parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    String literal = form.group(1);
    boolean ipv6 = literal.contains(":");
    try {
      TransportAddress address = TransportAddress.of(InetAddress.ofLiteral(literal), 0);
      int most = ipv6 ? 128 : 32;
      int prefix = form.group(2) == null ? most : Integer.parseInt(form.group(2));
      if (prefix > most || (ipv6 && address.isIpv4())) {
        return Optional.empty();
      }
      return Optional.of(
          new Cidr(address.high(), address.low(), ipv6 ? prefix : MAPPED_BITS + prefix));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whether an address, as in {@link TransportAddress}, is in the block. Allocates nothing. */
  public boolean contains(long addressHigh, long addressLow) {
    return ((addressHigh ^ high) & highMask(bits)) == 0
        && ((addressLow ^ low) & lowMask(bits)) == 0;
  }

  private static long highMask(int bits) {
    return bits == 0 ? 0 : bits >= 64 ? -1 : -1L << (64 - bits);
  }

  private static long lowMask(int bits) {
    return bits <= 64 ? 0 : -1L << (128 - bits);
  }
}
