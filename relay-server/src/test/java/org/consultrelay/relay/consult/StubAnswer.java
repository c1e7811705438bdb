package org.consultrelay.relay.consult;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An answer that a browser accepts and that leads nowhere: the offer turned round, with a candidate
 * nobody answers.
 */
final class StubAnswer {
  private static final List<String> KEPT =
      List.of(
          "v=",
          "o=",
          "s=",
          "t=",
          "a=group:",
          "a=msid-semantic:",
          "m=",
          "c=",
          "a=mid:",
          "a=rtpmap:",
          "a=fmtp:",
          "a=rtcp-mux",
          "a=rtcp-fb:",
          "a=rtcp-rsize");

  private StubAnswer() {}

  /**
   * Answers an offer.
   *
   * @param candidate where ICE checks are to go
   */
  static String to(String offer, InetSocketAddress candidate) {
    List<String> lines = new ArrayList<>();
    boolean first = true;
    for (String line : offer.lines().toList()) {
      if (line.startsWith("m=") && first) {
        first = false;
        lines.add("a=ice-lite");
      }
      if (KEPT.stream().anyMatch(line::startsWith)) {
        lines.add(line);
      }
      switch (line) {
        case "a=sendonly" -> lines.addAll(section("a=recvonly", candidate));
        case "a=recvonly" -> lines.addAll(section("a=sendonly", candidate));
        default -> {}
      }
    }
    return String.join("\r\n", lines) + "\r\n";
  }

  private static List<String> section(String direction, InetSocketAddress candidate) {
    return List.of(
        direction,
        "a=ice-ufrag:stub",
        "a=ice-pwd:stubstubstubstubstubstub",
        "a=fingerprint:sha-256 " + "00:".repeat(31).toUpperCase(Locale.ROOT) + "00",
        "a=setup:passive",
        "a=candidate:1 1 udp 2130706431 %s %d typ host"
            .formatted(candidate.getAddress().getHostAddress(), candidate.getPort()),
        "a=end-of-candidates");
  }
}
