package org.consultrelay.load.turn;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.consultrelay.relay.wire.TransportAddress;

/**
 * A TURN server to load over UDP.
 *
 * @param server where it listens
 * @param login how clients log in
 */
public record TurnTarget(TransportAddress server, TurnLogin login) {
  private static final int DEFAULT_PORT = 3478;
  private static final Pattern URL =
      Pattern.compile(
          "turn:(?<host>\\[[0-9a-fA-F:.]+]|[^:?\\[\\]/@]+)(:(?<port>\\d{1,5}))?"
              + "(\\?transport=(?<transport>\\w+))?");

  /**
   * From a URL (RFC 7065) as {@code turn:192.0.2.1:3478} or {@code
   * turn:relay.example?transport=udp}.
   *
   * @throws IllegalArgumentException in one line, when it is no such URL, is not over UDP, or its
   *     name has no address
   */
  public static TurnTarget of(String url, TurnLogin login) {
    Matcher matcher = URL.matcher(url);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("must be as turn:192.0.2.1:3478, is " + url);
    }
    String transport = matcher.group("transport");
    if (transport != null && !transport.equals("udp")) {
      throw new IllegalArgumentException("the driver speaks UDP only, not " + transport);
    }
    String digits = matcher.group("port");
    int port = digits == null ? DEFAULT_PORT : Integer.parseInt(digits);
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("there is no port " + port);
    }
    try {
      InetAddress host = InetAddress.getByName(matcher.group("host"));
      return new TurnTarget(TransportAddress.of(host, port), login);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("no address for " + matcher.group("host"), e);
    }
  }
}
