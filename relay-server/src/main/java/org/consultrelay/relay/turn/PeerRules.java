package org.consultrelay.relay.turn;

import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.consultrelay.relay.wire.Cidr;
import org.consultrelay.relay.wire.TransportAddress;

/**
 * Which peers may be reached through the relay. By default none that the relay can reach and its
 * clients should not: TURN servers that allow those have been used to walk into the networks they
 * stand in. An IPv4 address is judged as such in each of the forms in which IPv6 can carry it
 * (mapped, compatible, translated, 6to4, NAT64, Teredo, ISATAP). What is denied by name or is the
 * relay's own stays denied whatever is allowed. Allocates nothing when asked.
 */
public final class PeerRules {
  private static final Map<PeerVerdict, List<String>> DEFAULTS =
      Map.of(
          PeerVerdict.UNSPECIFIED, List.of("0.0.0.0/8", "::/128"),
          PeerVerdict.LOOPBACK, List.of("127.0.0.0/8", "::1/128"),
          PeerVerdict.LINK_LOCAL, List.of("169.254.0.0/16", "fe80::/10"),
          PeerVerdict.MULTICAST, List.of("224.0.0.0/4", "255.255.255.255/32", "ff00::/8"),
          PeerVerdict.PRIVATE,
              List.of("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10"),
          PeerVerdict.CARRIER, List.of("100.64.0.0/10"),
          PeerVerdict.DOCUMENTATION,
              List.of(
                  "192.0.2.0/24",
                  "198.51.100.0/24",
                  "203.0.113.0/24",
                  "198.18.0.0/15",
                  "2001:db8::/32",
                  "3fff::/20",
                  "2001:2::/48"),
          PeerVerdict.METADATA,
              List.of(
                  "100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32", "fd00:ec2::254/128"),
          PeerVerdict.RESERVED,
              List.of(
                  "192.0.0.0/24",
                  "192.88.99.0/24",
                  "240.0.0.0/4",
                  "64:ff9b:1::/48",
                  "100::/64",
                  "2001:10::/28",
                  "5f00::/16"));

  // In this order: the narrower name of an address first.
  private static final PeerVerdict[] ORDER = {
    PeerVerdict.METADATA,
    PeerVerdict.UNSPECIFIED,
    PeerVerdict.LOOPBACK,
    PeerVerdict.LINK_LOCAL,
    PeerVerdict.MULTICAST,
    PeerVerdict.PRIVATE,
    PeerVerdict.CARRIER,
    PeerVerdict.DOCUMENTATION,
    PeerVerdict.RESERVED
  };
  private static final Cidr[][] BLOCKS = new Cidr[ORDER.length][];

  static {
    for (int i = 0; i < ORDER.length; i++) {
      BLOCKS[i] =
          DEFAULTS.getOrDefault(ORDER[i], List.of()).stream()
              .map(text -> Cidr.parse(text).orElseThrow())
              .toArray(Cidr[]::new);
    }
  }

  private final Cidr[] allow;
  private final Cidr[] deny;
  private final Cidr[] own;

  private PeerRules(Cidr[] allow, Cidr[] deny, Cidr[] own) {
    this.allow = allow;
    this.deny = deny;
    this.own = own;
  }

  /**
   * Rules besides the default ones.
   *
   * @param allow blocks that are allowed although they are not by default
   * @param deny blocks that are refused in any case
   */
  public static PeerRules of(Collection<Cidr> allow, Collection<Cidr> deny) {
    return new PeerRules(allow.toArray(Cidr[]::new), deny.toArray(Cidr[]::new), new Cidr[] {});
  }

  /** The same, with these hosts as the relay's own, which no allowance opens. */
  public PeerRules withOwn(Collection<InetAddress> hosts) {
    return new PeerRules(
        allow,
        deny,
        hosts.stream()
            .map(host -> TransportAddress.of(host, 0))
            .map(host -> new Cidr(host.high(), host.low(), 128))
            .toArray(Cidr[]::new));
  }

  /**
   * Judges a peer's address.
   *
   * @param high as {@link TransportAddress#high()}
   * @param low as {@link TransportAddress#low()}
   */
  public PeerVerdict verdict(long high, long low) {
    PeerVerdict verdict = one(high, low);
    if (high == 0 && low >>> 32 == 0xFFFF) {
      return verdict;
    }
    // Both the address as written and the IPv4 address within must be allowed.
    if (verdict == PeerVerdict.ALLOWED) {
      verdict = embedded(high, low);
    }
    return verdict;
  }

  private PeerVerdict embedded(long high, long low) {
    int top = (int) (high >>> 32);
    if (high == 0 && low >>> 32 == 0) {
      return ipv4((int) low); // IPv4-compatible (RFC 4291 §2.5.5.1)
    }
    if (high == 0 && low >>> 32 == 0xFFFF_0000L) {
      return ipv4((int) low); // IPv4-translated (RFC 2765 §2.1)
    }
    if (top >>> 16 == 0x2002) {
      return ipv4((int) (high >>> 16)); // 6to4 (RFC 3056)
    }
    if (high == 0x0064_FF9B_0000_0000L) {
      return ipv4((int) low); // NAT64 (RFC 6052)
    }
    if (high >>> 16 == 0x0064_FF9B_0001L) {
      return localNat64(high, low);
    }
    if (top == 0x2001_0000) {
      // Teredo (RFC 4380): its server, and the client with all bits turned over.
      return worst(ipv4((int) high), ipv4((int) ~low));
    }
    long isatap = low >>> 32;
    if (isatap == 0x0000_5EFEL || isatap == 0x0200_5EFEL) {
      return ipv4((int) low); // ISATAP (RFC 5214)
    }
    return PeerVerdict.ALLOWED;
  }

  /**
   * NAT64 within a network (RFC 8215): where the IPv4 address stands depends on a prefix length
   * that only the network knows (RFC 6052 §2.2), so each place must hold one that is allowed, or
   * none.
   */
  private PeerVerdict localNat64(long high, long low) {
    int by48 = (int) (((high & 0xFFFF) << 16) | ((low >>> 40) & 0xFFFF));
    int by56 = (int) (((high & 0xFF) << 24) | ((low >>> 32) & 0xFF_FFFF));
    int by64 = (int) (low >>> 24);
    int by96 = (int) low;
    if (names(by48) || names(by56) || names(by64) || names(by96)) {
      return worst(worst(ifNamed(by48), ifNamed(by56)), worst(ifNamed(by64), ifNamed(by96)));
    }
    return PeerVerdict.UNSPECIFIED;
  }

  private PeerVerdict ifNamed(int address) {
    return names(address) ? ipv4(address) : PeerVerdict.ALLOWED;
  }

  /** Whether an IPv4 address is outside 0.0.0.0/8, which names no host. */
  private static boolean names(int address) {
    return address >>> 24 != 0;
  }

  private static PeerVerdict worst(PeerVerdict a, PeerVerdict b) {
    return a == PeerVerdict.ALLOWED ? b : a;
  }

  private PeerVerdict ipv4(int address) {
    return one(0, TransportAddress.mapped(address));
  }

  private PeerVerdict one(long high, long low) {
    if (in(own, high, low)) {
      return PeerVerdict.OWN;
    }
    if (in(deny, high, low)) {
      return PeerVerdict.DENIED;
    }
    if (in(allow, high, low)) {
      return PeerVerdict.ALLOWED;
    }
    for (int i = 0; i < BLOCKS.length; i++) {
      if (in(BLOCKS[i], high, low)) {
        return ORDER[i];
      }
    }
    return PeerVerdict.ALLOWED;
  }

  private static boolean in(Cidr[] blocks, long high, long low) {
    for (Cidr block : blocks) {
      if (block.contains(high, low)) {
        return true;
      }
    }
    return false;
  }
}
