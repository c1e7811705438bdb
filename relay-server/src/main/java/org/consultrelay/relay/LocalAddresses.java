package org.consultrelay.relay;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.consultrelay.relay.config.NetConfig;

/** Which addresses of the machine media is served on. */
final class LocalAddresses {
  private LocalAddresses() {}

  /**
   * The configured ones, or else every address of every interface that is up, IPv4 first; loopback
   * only where there is nothing else.
   */
  static List<InetAddress> toBind(NetConfig net) throws SocketException {
    if (!net.bind().isEmpty()) {
      return net.bind();
    }
    List<InetAddress> ipv4 = new ArrayList<>();
    List<InetAddress> ipv6 = new ArrayList<>();
    List<InetAddress> loopback = new ArrayList<>();
    for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      if (!each.isUp()) {
        continue;
      }
      for (InetAddress address : Collections.list(each.getInetAddresses())) {
        if (address.isLoopbackAddress()) {
          loopback.add(address);
        } else if (!address.isLinkLocalAddress() && !address.isMulticastAddress()) {
          (address instanceof Inet4Address ? ipv4 : ipv6).add(address);
        }
      }
    }
    List<InetAddress> all = new ArrayList<>(ipv4);
    all.addAll(ipv6);
    return all.isEmpty() ? loopback : all;
  }
}
