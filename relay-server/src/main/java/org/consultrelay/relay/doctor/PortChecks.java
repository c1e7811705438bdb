package org.consultrelay.relay.doctor;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.consultrelay.relay.config.RelayConfig;

/** Whether the ports can be had. */
final class PortChecks {
  private static final String CHECK = "ports";

  private final RelayConfig config;
  private final Machine machine;
  private final List<InetAddress> media;
  private final List<Finding> findings = new ArrayList<>();
  private int free;

  private PortChecks(RelayConfig config, Machine machine) {
    this.config = config;
    this.machine = machine;
    this.media = AddressChecks.bound(config, machine);
  }

  static List<Finding> all(RelayConfig config, Machine machine) {
    if (machine.relayAnswers(config.ops().host(), config.ops().port())) {
      return List.of(
          Finding.ok(
              CHECK,
              "a relay runs here and has them (operations on port " + config.ops().port() + ")"));
    }
    PortChecks checks = new PortChecks(config, machine);
    checks.look();
    if (checks.findings.isEmpty()) {
      checks.findings.add(Finding.ok(CHECK, "all " + checks.free + " that are asked for are free"));
    }
    return checks.findings;
  }

  private void look() {
    look("http.port", true, List.of(config.http().host()), config.http().port());
    look("ops.port", true, List.of(config.ops().host()), config.ops().port());
    int loops = config.net().onePort() ? 1 : config.net().loops();
    for (int i = 0; i < loops; i++) {
      look("net.mediaPort", false, media, config.net().mediaPort(i));
    }
    look("tcp.icePort", true, media, config.tcp().icePort());
    look("turn.udpPort", false, media, config.turn().udpPort());
    look("turn.tcpPort", true, media, config.turn().tcpPort());
    if (config.http().tls().isPresent()) {
      look("turn.tlsPort", true, media, config.turn().tlsPort());
      look("turn.tlsPort", false, media, config.turn().tlsPort());
      look("tcp.tlsPort", true, media, config.tcp().tlsPort());
    }
  }

  private void look(String key, boolean tcp, List<InetAddress> addresses, OptionalInt port) {
    if (port.isPresent()) {
      look(key, tcp, addresses, port.getAsInt());
    }
  }

  private void look(String key, boolean tcp, List<InetAddress> addresses, int port) {
    if (port == 0) {
      return;
    }
    for (InetAddress address : addresses) {
      Optional<String> why = machine.whyNotBound(tcp, address, port);
      if (why.isPresent()) {
        String where =
            "%s %s port %d".formatted(tcp ? "TCP" : "UDP", address.getHostAddress(), port);
        findings.add(
            Finding.problem(CHECK, where + " cannot be had: " + why.get(), remedy(key, why.get())));
        return;
      }
    }
    free++;
  }

  private static String remedy(String key, String why) {
    String words = why.toLowerCase(Locale.ROOT);
    if (words.contains("permission")) {
      return "grant CAP_NET_BIND_SERVICE, or set " + key + " to a port from 1024 on";
    }
    if (words.contains("assign")) {
      return "name an address that this machine has";
    }
    return "stop what uses it (ss -lntup tells), or set " + key + " to another";
  }
}
