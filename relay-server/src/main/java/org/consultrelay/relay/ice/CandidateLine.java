package org.consultrelay.relay.ice;

import java.net.InetAddress;
import org.consultrelay.relay.ice.IceCandidate.TcpType;
import org.consultrelay.relay.ice.IceCandidate.Transport;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * Reads a candidate attribute that a peer has sent (RFC 8839 §5.1). It may be hostile: its length
 * and number of words are bounded, and no name in it is ever looked up.
 */
public sealed interface CandidateLine {
  /** Longest line that is looked at, in characters; browsers' have about 150. */
  int MAX_LENGTH = 1_024;

  /** A candidate that we could use. */
  record Usable(IceCandidate candidate) implements CandidateLine {}

  /** Well-formed, but nothing for us; no reason to complain. */
  record Ignored(Reason reason) implements CandidateLine {}

  /** Against the grammar. */
  record Malformed() implements CandidateLine {}

  /** Why a candidate is passed over. */
  enum Reason {
    /** A browser's hidden local address (RFC 8828): a name that ends in ".local". */
    MDNS_NAME,
    /** Some other name. */
    HOST_NAME,
    /** Neither UDP nor TCP. */
    TRANSPORT,
    /** A type that we do not know. */
    TYPE
  }

  /**
   * Parses a line.
   *
   * @param line with or without "a=" and "candidate:" before it
   */
  static CandidateLine parse(String line) {
    if (line.length() > MAX_LENGTH) {
      return new Malformed();
    }
    String value = line.startsWith("a=") ? line.substring(2) : line;
    value = value.startsWith("candidate:") ? value.substring(10) : value;
    String[] words = value.strip().split(" ", 64);
    if (words.length < 8 || words.length == 64 || !words[6].equals("typ")) {
      return new Malformed();
    }
    long component = number(words[1], 256);
    long priority = number(words[3], 0xFFFF_FFFFL);
    long port = number(words[5], 65_535);
    // Words come in pairs after the type.
    if (!isFoundation(words[0])
        || component < 1
        || priority < 0
        || port < 0
        || (words.length & 1) != 0) {
      return new Malformed();
    }
    Transport transport = transport(words[2]);
    if (transport == null) {
      return new Ignored(Reason.TRANSPORT);
    }
    IceCandidate.Type type = type(words[7]);
    if (type == null) {
      return new Ignored(Reason.TYPE);
    }
    TransportAddress address = address(words[4], (int) port);
    if (address == null) {
      return notAnAddress(words[4]);
    }
    String relatedHost = null;
    long relatedPort = 0;
    TcpType tcpType = null;
    for (int i = 8; i < words.length; i += 2) {
      switch (words[i]) {
        case "raddr" -> relatedHost = words[i + 1];
        case "rport" -> relatedPort = number(words[i + 1], 65_535);
        case "tcptype" -> tcpType = tcpType(words[i + 1]);
        default -> {
          // RFC 8839 §5.1: extensions that are not known are ignored.
        }
      }
    }
    if (relatedPort < 0 || (transport == Transport.TCP && tcpType == null)) {
      return new Malformed();
    }
    return new Usable(
        new IceCandidate(
            words[0],
            (int) component,
            transport,
            priority,
            address,
            type,
            relatedHost == null ? null : address(relatedHost, (int) relatedPort),
            transport == Transport.TCP ? tcpType : null));
  }

  private static CandidateLine notAnAddress(String host) {
    boolean name = !host.isEmpty() && host.length() <= 253;
    for (int i = 0; name && i < host.length(); i++) {
      char c = host.charAt(i);
      name = isAlphanumeric(c) || c == '-' || c == '.';
    }
    if (!name || host.indexOf('.') < 0 || Character.isDigit(host.charAt(host.length() - 1))) {
      return new Malformed();
    }
    return new Ignored(
        host.regionMatches(true, Math.max(0, host.length() - 6), ".local", 0, 6)
            ? Reason.MDNS_NAME
            : Reason.HOST_NAME);
  }

  private static @Nullable Transport transport(String word) {
    if (word.equalsIgnoreCase("udp")) {
      return Transport.UDP;
    }
    return word.equalsIgnoreCase("tcp") ? Transport.TCP : null;
  }

  private static IceCandidate.@Nullable Type type(String word) {
    return switch (word) {
      case "host" -> IceCandidate.Type.HOST;
      case "srflx" -> IceCandidate.Type.SRFLX;
      case "prflx" -> IceCandidate.Type.PRFLX;
      case "relay" -> IceCandidate.Type.RELAY;
      default -> null;
    };
  }

  private static @Nullable TcpType tcpType(String word) {
    return switch (word) {
      case "active" -> TcpType.ACTIVE;
      case "passive" -> TcpType.PASSIVE;
      case "so" -> TcpType.SO;
      default -> null;
    };
  }

  private static boolean isFoundation(String word) {
    if (word.isEmpty() || word.length() > 32) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (!isAlphanumeric(c) && c != '+' && c != '/') {
        return false;
      }
    }
    return true;
  }

  private static boolean isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  /** Decimal digits up to a limit below 10^10; -1 for anything else. */
  private static long number(String word, long limit) {
    if (word.isEmpty() || word.length() > 10) {
      return -1;
    }
    long number = 0;
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      number = number * 10 + (c - '0');
    }
    return number <= limit ? number : -1;
  }

  /** An IP literal in its plain form only: no zone, no short or octal IPv4, no name; or null. */
  private static @Nullable TransportAddress address(String host, int port) {
    boolean colon = host.indexOf(':') >= 0;
    if (host.length() > 45 || (!colon && !isDottedQuad(host))) {
      return null;
    }
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c > '~' || (Character.digit(c, 16) < 0 && c != ':' && c != '.')) {
        return null;
      }
    }
    try {
      return TransportAddress.of(InetAddress.ofLiteral(host), port);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static boolean isDottedQuad(String host) {
    String[] parts = host.split("\\.", 5);
    if (parts.length != 4) {
      return false;
    }
    for (String part : parts) {
      if (number(part, 255) < 0 || (part.length() > 1 && part.charAt(0) == '0')) {
        return false;
      }
    }
    return true;
  }
}
