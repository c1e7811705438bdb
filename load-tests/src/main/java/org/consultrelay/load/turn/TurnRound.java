package org.consultrelay.load.turn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one measurement of one server brought.
 *
 * @param figures by name, in the order to print them; the first is what servers are compared by
 * @param bottleneck what would have to be faster for more
 * @param failures why this measurement is not to be believed; empty when it is
 */
record TurnRound(Map<String, Double> figures, Bottleneck bottleneck, List<String> failures) {
  /** What is in the way of more. */
  enum Bottleneck {
    /** The server, as it should be. */
    SERVER,
    /** This tester: then the server's best is not known. */
    DRIVER,
    /** Neither: the window's round trips, or whoever else uses the machine. */
    NEITHER,
    /** Nothing: the load is a given rate. */
    RATE
  }

  /** A thread with this share of its time taken has no more to give. */
  private static final double FULL = 0.85;

  /** Copies. */
  TurnRound {
    figures = new LinkedHashMap<>(figures);
    failures = List.copyOf(failures);
  }

  /** Who is busier, and full, is in the way. */
  static Bottleneck bottleneck(double serverBusy, double driverBusy) {
    if (Math.max(serverBusy, driverBusy) < FULL) {
      return Bottleneck.NEITHER;
    }
    return driverBusy > serverBusy && serverBusy < FULL ? Bottleneck.DRIVER : Bottleneck.SERVER;
  }
}
