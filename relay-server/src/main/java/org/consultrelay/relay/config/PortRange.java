package org.consultrelay.relay.config;

/**
 * A range of ports.
 *
 * @param first the lowest, 1 or more
 * @param last the highest, at most 65,535
 */
public record PortRange(int first, int last) {
  /** Checks the order. */
  public PortRange {
    if (first < 1 || last > 65_535 || first > last) {
      throw new IllegalArgumentException("ports " + first + " to " + last);
    }
  }

  @Override
  public String toString() {
    return first + "-" + last;
  }
}
