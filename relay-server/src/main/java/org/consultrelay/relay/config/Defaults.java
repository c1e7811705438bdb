package org.consultrelay.relay.config;

import java.net.InetAddress;

/** Addresses that several keys default to. */
final class Defaults {
  /** Every IPv4 address of the machine. */
  static final InetAddress ANY = InetAddress.ofLiteral("0.0.0.0");

  /** The machine itself. */
  static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  private Defaults() {}
}
