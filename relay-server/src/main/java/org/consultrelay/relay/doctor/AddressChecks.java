package org.consultrelay.relay.doctor;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.consultrelay.relay.config.AdvertisedAddress;
import org.consultrelay.relay.config.RelayConfig;

/** Whether clients are told addresses that they can reach. */
final class AddressChecks {
  private static final String CHECK = "addresses";

  private AddressChecks() {}

  static List<Finding> all(RelayConfig config, Machine machine) {
    List<Finding> findings = new ArrayList<>();
    List<InetAddress> bound = bound(config, machine);
    List<InetAddress> told = bound.stream().map(each -> told(config, each)).distinct().toList();
    if (!config.dev()) {
      route(machine, findings);
      reachable(bound, told, machine, findings);
    }
    if (findings.isEmpty()) {
      String how = config.dev() ? " (development mode: this machine only)" : "";
      findings.add(Finding.ok(CHECK, "clients are told " + text(told) + how));
    }
    if (!config.ops().host().isLoopbackAddress()) {
      findings.add(
          Finding.warning(
              "operations",
              "metrics, health and drain listen on "
                  + config.ops().host().getHostAddress()
                  + ", and have no password",
              "let the firewall keep TCP "
                  + config.ops().port()
                  + " closed to the world, or set ops.host: 127.0.0.1"));
    }
    return findings;
  }

  /** The addresses that media is bound to. */
  static List<InetAddress> bound(RelayConfig config, Machine machine) {
    List<InetAddress> bound =
        config.net().bind().isEmpty() ? machine.addresses() : config.net().bind();
    return bound.isEmpty() ? List.of(InetAddress.getLoopbackAddress()) : bound;
  }

  private static InetAddress told(RelayConfig config, InetAddress bound) {
    for (AdvertisedAddress each : config.net().advertise()) {
      if (each.standsFor(bound)) {
        return each.publicAddress();
      }
    }
    return bound;
  }

  private static void route(Machine machine, List<Finding> findings) {
    if (machine.sourceAddress().isEmpty()) {
      findings.add(
          Finding.warning(
              "route",
              "packets to the internet have nowhere to go",
              "give the machine a default route, unless all clients are on its own networks"));
    }
  }

  private static void reachable(
      List<InetAddress> bound, List<InetAddress> told, Machine machine, List<Finding> findings) {
    if (told.stream().allMatch(InetAddress::isLoopbackAddress)) {
      findings.add(
          Finding.problem(
              CHECK,
              "clients are told " + text(told) + ", which nobody else reaches",
              "set net.bind to an address of the network that clients are on"));
      return;
    }
    if (told.stream().anyMatch(each -> !isPrivate(each))) {
      return;
    }
    Optional<InetAddress> open =
        machine.addresses().stream()
            .filter(each -> !isPrivate(each) && !bound.contains(each))
            .findFirst();
    findings.add(
        open.map(address ->
                Finding.warning(
                    CHECK,
                    "clients are told "
                        + text(told)
                        + ", but this machine has the public "
                        + address.getHostAddress(),
                    "add it to net.bind"))
            .orElseGet(() ->
                Finding.warning(
                    CHECK,
                    "clients are told "
                        + text(told)
                        + ", which can be reached from the same network only",
                    "set net.advertise to the public address (1:1 NAT, as in most clouds), unless"
                        + " nobody comes from outside")));
  }

  /** Whether an address means nothing on the internet. */
  static boolean isPrivate(InetAddress address) {
    byte[] bytes = address.getAddress();
    boolean carrier =
        address instanceof Inet4Address && bytes[0] == 100 && (bytes[1] & 0xC0) == 0x40;
    boolean uniqueLocal = bytes.length == 16 && (bytes[0] & 0xFE) == 0xFC;
    return carrier
        || uniqueLocal
        || address.isSiteLocalAddress()
        || address.isLinkLocalAddress()
        || address.isLoopbackAddress();
  }

  private static String text(List<InetAddress> addresses) {
    return addresses.stream().map(InetAddress::getHostAddress).collect(Collectors.joining(", "));
  }
}
