package org.consultrelay.relay.config;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/** What no key can check alone. */
final class CrossChecks {
  private CrossChecks() {}

  /** Ports must exist and be apart. */
  static void ports(RelayConfig config, SettingReader settings) {
    int http = config.http().port();
    int ops = config.ops().port();
    if (http != 0 && http == ops) {
      settings.mistake(
          "ops.port", ops + " is taken by http.port", "use another one, such as " + (ops + 1));
    }
    int first = config.net().mediaPort();
    int loops = config.net().onePort() ? 1 : config.net().loops();
    if (first == 0) {
      return;
    }
    int last = first + loops - 1;
    if (last > 65_535) {
      settings.mistake(
          "net.mediaPort",
          first + " leaves no room for the ports of " + loops + " loops",
          "use at most " + (65_536 - loops) + " (one port per loop, counted up)");
      return;
    }
    // UDP and TCP ports do not collide in the kernel, but they do in firewall rules and in heads.
    apart(settings, first, last, "http.port", http);
    apart(settings, first, last, "ops.port", ops);
  }

  private static void apart(SettingReader settings, int first, int last, String key, int port) {
    if (port >= first && port <= last) {
      settings.mistake(
          "net.mediaPort",
          "its ports " + first + " to " + last + " (one per loop) include " + key + ", " + port,
          "use a range without it");
    }
  }

  /** No two doors listen at one place, and what is encrypted has a certificate. */
  static void doors(RelayConfig config, SettingReader settings) {
    boolean encrypted = config.http().tls().isPresent();
    if (config.tcp().tlsPort().isPresent() && !encrypted) {
      settings.mistake(
          "tcp.tlsPort",
          "needs a certificate",
          "name one in http.tls.certificate and its key in http.tls.key, or leave this off");
    }
    Map<Integer, String> taken = new HashMap<>();
    if (isBeside(config.http().host(), config)) {
      taken.put(config.http().port(), "http.port");
    }
    if (isBeside(config.ops().host(), config)) {
      taken.putIfAbsent(config.ops().port(), "ops.port");
    }
    apart(settings, taken, "tcp.icePort", config.tcp().icePort());
    apart(settings, taken, "turn.tcpPort", config.turn().tcpPort());
    if (encrypted) {
      apart(settings, taken, "tcp.tlsPort", config.tcp().tlsPort());
      apart(settings, taken, "turn.tlsPort", config.turn().tlsPort());
    }
  }

  /** Whether media's addresses, on which the other doors are, include this one. */
  private static boolean isBeside(InetAddress host, RelayConfig config) {
    return host.isAnyLocalAddress()
        || (config.net().bind().isEmpty()
            ? !host.isLoopbackAddress()
            : config.net().bind().contains(host));
  }

  private static void apart(
      SettingReader settings, Map<Integer, String> taken, String key, OptionalInt port) {
    if (port.isEmpty() || port.getAsInt() == 0) {
      return;
    }
    String before = taken.putIfAbsent(port.getAsInt(), key);
    if (before != null) {
      settings.mistake(key, port.getAsInt() + " is taken by " + before, "use another one, or off");
    }
  }

  /** With keys that everyone knows, nothing but this machine may be let in. */
  static void loopback(RelayConfig config, SettingReader settings) {
    loopback(settings, "http.host", config.http().host());
    loopback(settings, "ops.host", config.ops().host());
    for (InetAddress address : config.net().bind()) {
      loopback(settings, "net.bind", address);
    }
  }

  private static void loopback(SettingReader settings, String key, InetAddress address) {
    if (!address.isLoopbackAddress()) {
      settings.mistake(
          key,
          address.getHostAddress() + " can be reached from other machines, in development mode",
          "use 127.0.0.1 or ::1, or drop --dev and configure keys");
    }
  }
}
