package org.consultrelay.relay.turn;

import java.util.Locale;

/** What {@link PeerRules} say of a peer. Its label is a metric's value. */
public enum PeerVerdict {
  /** May be reached. */
  ALLOWED,
  /** Names no host (0.0.0.0/8, ::). */
  UNSPECIFIED,
  /** The relay's own machine (127.0.0.0/8, ::1). */
  LOOPBACK,
  /** Of one link only (169.254.0.0/16, fe80::/10), and where clouds keep their metadata. */
  LINK_LOCAL,
  /** Many hosts at once, or all. */
  MULTICAST,
  /** Within an organisation (RFC 1918, fc00::/7, fec0::/10). */
  PRIVATE,
  /** Within a carrier (100.64.0.0/10). */
  CARRIER,
  /** For documents and benchmarks. */
  DOCUMENTATION,
  /** Where clouds keep their metadata outside of link-local blocks. */
  METADATA,
  /** Nobody's (240.0.0.0/4, 100::/64 and others). */
  RESERVED,
  /** The relay's own addresses or its cluster's. */
  OWN,
  /** In a block that the operator denies. */
  DENIED;

  /** The verdict as a metric's label value, such as {@code link_local}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
