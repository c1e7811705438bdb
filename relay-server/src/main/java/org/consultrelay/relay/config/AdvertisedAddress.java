package org.consultrelay.relay.config;

import java.net.InetAddress;
import java.util.Optional;

/**
 * An address that peers see, for machines behind 1:1 NAT.
 *
 * @param publicAddress what ICE candidates carry
 * @param bound the bound address it stands for; empty: every bound address of its family
 */
public record AdvertisedAddress(InetAddress publicAddress, Optional<InetAddress> bound) {
  /** Whether a candidate on this bound address is to carry {@link #publicAddress()} instead. */
  public boolean standsFor(InetAddress boundAddress) {
    return bound
        .map(boundAddress::equals)
        .orElseGet(() -> AddressText.sameFamily(publicAddress, boundAddress));
  }
}
