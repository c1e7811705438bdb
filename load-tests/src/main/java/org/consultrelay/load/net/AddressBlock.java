package org.consultrelay.load.net;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;

/**
 * Eight addresses of 10.199.0.0/16, of which the first four are a line's network. Tests of the
 * relay take theirs there too: whoever finds the first address on an interface looks further.
 *
 * @param number 0 to 8191
 */
record AddressBlock(int number) {
  private static final int BLOCKS = 8192;

  /** The first from this one on, around, that no interface of ours has. */
  static AddressBlock free(int from) {
    for (int i = 0; i < BLOCKS; i++) {
      AddressBlock block = new AddressBlock(Math.floorMod(from + i, BLOCKS));
      try {
        if (NetworkInterface.getByInetAddress(InetAddress.getByName(block.host())) == null) {
          return block;
        }
      } catch (SocketException | UnknownHostException e) {
        throw new IllegalStateException("cannot list the network interfaces", e);
      }
    }
    throw new IllegalStateException("all of 10.199.0.0/16 is in use");
  }

  /** This machine's address, of a network of four. */
  String host() {
    return address(1);
  }

  /** The client's address, of the same network. */
  String client() {
    return address(2);
  }

  private String address(int last) {
    int low = number * 8 + last;
    return "10.199." + (low >> 8) + "." + (low & 255);
  }
}
