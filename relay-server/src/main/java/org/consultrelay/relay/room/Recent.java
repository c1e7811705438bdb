package org.consultrelay.relay.room;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;

/** The newest of the names that something went by: tells repetitions, within bounds. */
final class Recent {
  private final int most;
  private final Set<String> names = new HashSet<>();
  private final ArrayDeque<String> order = new ArrayDeque<>();

  /** None yet; of more than {@code most} the oldest are forgotten. */
  Recent(int most) {
    this.most = most;
  }

  /** Notes a name. Returns false when it is one of the newest already. */
  boolean add(String name) {
    if (!names.add(name)) {
      return false;
    }
    order.add(name);
    if (order.size() > most) {
      names.remove(order.removeFirst());
    }
    return true;
  }
}
