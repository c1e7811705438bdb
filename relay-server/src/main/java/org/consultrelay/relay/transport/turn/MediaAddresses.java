package org.consultrelay.relay.transport.turn;

import java.util.ArrayList;
import java.util.List;
import org.consultrelay.relay.wire.AddressMap;
import org.consultrelay.relay.wire.TransportAddress;

/**
 * The media addresses of all loops, as peers see them: what TURN clients reach by the short way.
 * Made before the loops use it, not changed after.
 */
public final class MediaAddresses {
  private final AddressMap<Integer> numbers = new AddressMap<>();
  private final List<TransportAddress> addresses = new ArrayList<>();
  private final int paths;
  private final boolean onePort;

  /**
   * The addresses of the loops.
   *
   * @param byLoop for each loop, in the order of its UDP ports
   * @param onePort whether all loops have the same
   */
  public MediaAddresses(List<List<TransportAddress>> byLoop, boolean onePort) {
    this.paths = byLoop.getFirst().size();
    this.onePort = onePort;
    for (List<TransportAddress> each : onePort ? byLoop.subList(0, 1) : byLoop) {
      if (each.size() != paths) {
        throw new IllegalArgumentException("loops with different numbers of ports");
      }
      for (TransportAddress address : each) {
        numbers.put(address, addresses.size());
        addresses.add(address);
      }
    }
  }

  /** The number of an address; -1 when it is none of media's. Allocates nothing. */
  int find(long high, long low, int port) {
    Integer number = numbers.get(high, low, port);
    return number == null ? -1 : number;
  }

  /** The address of a number. */
  TransportAddress address(int number) {
    return addresses.get(number);
  }

  /** How many UDP ports a loop has. */
  int paths() {
    return paths;
  }

  /** The UDP port, counted from 0, that a number stands for on its loop. */
  int path(int number) {
    return number % paths;
  }

  /** The number of a loop's UDP port. */
  int number(int loop, int path) {
    return onePort ? path : loop * paths + path;
  }
}
