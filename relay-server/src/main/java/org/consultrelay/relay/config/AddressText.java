package org.consultrelay.relay.config;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/** IP addresses as literals: nothing here asks a name server. */
final class AddressText {
  // The JDK also takes "7882" for 0.0.30.202; an operator who writes that has made a mistake.
  private static final Pattern DOTTED_QUAD = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

  private AddressText() {}

  /** Reads an IPv4 or IPv6 address, the latter with or without brackets; empty when it is none. */
  static Optional<InetAddress> parse(String text) {
    String literal =
        text.length() > 2 && text.startsWith("[") && text.endsWith("]")
            ? text.substring(1, text.length() - 1)
            : text;
    if (!literal.contains(":") && !DOTTED_QUAD.matcher(literal).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(literal));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whether both are IPv4 or both IPv6. */
  static boolean sameFamily(InetAddress a, InetAddress b) {
    return a instanceof Inet4Address == b instanceof Inet4Address;
  }
}
