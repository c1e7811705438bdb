package org.consultrelay.relay.doctor;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.consultrelay.relay.config.PortRange;
import org.consultrelay.relay.config.RelayConfig;

/** Whether TURN can relay, and for whom. */
final class TurnChecks {
  private static final int LOOKED_AT = 32;

  private TurnChecks() {}

  static List<Finding> all(RelayConfig config, Machine machine) {
    if (!config.turn().enabled()) {
      return List.of(
          Finding.warning(
              "turn",
              "is off",
              "clients whose network lets no other UDP out stay out; set turn.udpPort, tcpPort,"
                  + " tlsPort"));
    }
    List<Finding> findings = new ArrayList<>();
    int secrets = config.turn().secrets().size();
    findings.add(
        secrets == 0
            ? Finding.warning(
                "turn.secrets",
                "there is none: only this relay's own participants can use TURN",
                "set one if other applications are to (openssl rand -base64 33)")
            : Finding.ok("turn.secrets", secrets == 1 ? "there is one" : "there are " + secrets));
    findings.add(relayPorts(config, machine));
    return findings;
  }

  private static Finding relayPorts(RelayConfig config, Machine machine) {
    PortRange range = config.turn().relayPorts();
    int first = config.net().mediaPort();
    int loops = config.net().onePort() ? 1 : config.net().loops();
    if (first != 0 && first <= range.last() && first + loops - 1 >= range.first()) {
      return Finding.problem(
          "turn.relayPorts",
          range + " include the media ports from " + first + " on",
          "choose a range without them");
    }
    int size = range.last() - range.first() + 1;
    int step = Math.max(1, size / LOOKED_AT);
    int looked = 0;
    int taken = 0;
    InetAddress address = AddressChecks.bound(config, machine).getFirst();
    for (int port = range.first(); port <= range.last(); port += step) {
      looked++;
      if (machine.whyNotBound(false, address, port).isPresent()) {
        taken++;
      }
    }
    String seen = "%d of %d looked at are taken (%s)".formatted(taken, looked, range);
    if (taken == looked) {
      return Finding.problem("turn.relayPorts", seen, "choose a range that is free");
    }
    return 2 * taken > looked
        ? Finding.warning("turn.relayPorts", seen, "choose a range that is free")
        : Finding.ok("turn.relayPorts", seen);
  }
}
